"""Arguments and answers that all commands share."""

import json
import sys
from argparse import ArgumentParser
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from annotations.errors import DomainError
from annotations.models import Engine, Project, User

BAD_INPUT = 1
PARTIAL = 3


class ProductCommand(BaseCommand):
    """A command with `--as`, `--json`, an example in its help, and one clear line for bad input."""

    example = ""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Show the example under the options."""
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.epilog = f"example: python manage.py {subcommand} {self.example}"
        return parser

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options every command has."""
        parser.add_argument("--as", dest="acting", metavar="USER", help="act as this user")
        parser.add_argument("--json", action="store_true", help="answer with one JSON object")

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Turn a refusal into one line on standard error and exit status 1."""
        try:
            return super().execute(*args, **options)
        except DomainError as error:
            raise CommandError(one_line(error), returncode=BAD_INPUT) from error

    def actor(self, options: dict[str, Any]) -> User:
        """Return the user of `--as`, else the system user `cli`."""
        name = options["acting"]
        return User.objects.system("cli") if name is None else find_user(name)

    def answer(self, options: dict[str, Any], fields: dict[str, Any], line: str) -> None:
        """Print the result: one JSON object with `--json`, one line for people without."""
        text = json.dumps(fields, ensure_ascii=False, default=str) if options["json"] else line
        self.stdout.write(text)

    def partial(self) -> NoReturn:
        """End with the status that says: some of it worked."""
        sys.exit(PARTIAL)


def find_user(username: str) -> User:
    """Return a user by name; raise `CommandError` naming who is missing."""
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise CommandError(_("There is no user “%(name)s”.") % {"name": username})
    return user


def find_project(slug: str) -> Project:
    """Return a project by slug; raise `CommandError` naming what is missing and the cure."""
    project = Project.objects.filter(slug=slug).first()
    if project is None:
        message = _("There is no project “%(slug)s”. Create it with create_project.")
        raise CommandError(message % {"slug": slug})
    return project


def find_engine(name: str) -> Engine:
    """Return an engine by `NAME` or `NAME@3`; raise `CommandError` naming what is missing."""
    engine = Engine.objects.named(name)
    if engine is None:
        raise CommandError(_("There is no engine “%(name)s”. Add it first.") % {"name": name})
    return engine


def one_line(error: DomainError) -> str:
    """Return an error's message and the members at fault in one line."""
    members = [
        f"{place}: {'; '.join(str(one) for one in messages)}"
        for place, messages in error.extra.get("errors", {}).items()
    ]
    return " ".join((" · ".join(members) or error.detail).split())
