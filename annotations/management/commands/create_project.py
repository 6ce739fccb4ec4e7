"""Create a project."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from annotations.management.arguments import ProductCommand
from annotations.people.projects import create_project
from annotations.states import ReviewPolicy


class Command(ProductCommand):
    """Create a project with its typed fields and its review policy."""

    help = "Create a project with its typed fields and its review policy."
    example = "acervo --name 'Acervo histórico' --fields campos.json"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add what a project is made of."""
        super().add_arguments(parser)
        parser.add_argument("slug", metavar="SLUG", help="its name in addresses; never changes")
        parser.add_argument("--name", required=True, help="its name for people")
        parser.add_argument("--language", default="pt-BR", help="language of the documents")
        parser.add_argument("--fields", type=Path, metavar="FILE.json", help="its typed fields")
        parser.add_argument(
            "--review-policy",
            choices=list(ReviewPolicy),
            default=ReviewPolicy.SECOND_PERSON,
            help="how many people stand behind an approved page",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Create the project and print its slug."""
        project = create_project(
            actor=self.actor(options),
            slug=options["slug"],
            name=options["name"],
            language=options["language"],
            fields=_read_fields(options["fields"]),
            review_policy=options["review_policy"],
        )
        self.answer(options, {"slug": project.slug, "id": project.id}, project.slug)


def _read_fields(path: Path | None) -> Any:
    if path is None:
        return []
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise CommandError(
            _("%(path)s is no JSON: %(why)s") % {"path": path, "why": error}
        ) from error
