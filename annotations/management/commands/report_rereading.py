"""Report what a newer reading would change on corrected pages."""

from argparse import ArgumentParser
from typing import Any

from django.utils.translation import gettext as _

from annotations.management.arguments import ProductCommand, find_project
from annotations.prelabel.engines import find_engine
from annotations.quality.rereading import Outcome, Reread, reread


class Command(ProductCommand):
    """Hold an engine's newest answers against what people wrote over older ones."""

    help = "Report, for corrected pages, where an engine's newest answers agree, err or got worse."
    example = "--project acervo --engine dharma"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add whose pages and which engine."""
        super().add_arguments(parser)
        parser.add_argument("--project", required=True, metavar="SLUG", help="whose pages")
        parser.add_argument("--engine", required=True, metavar="NAME[@V]", help="who read again")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print one line a zone and a field."""
        engine = find_engine(options["engine"])
        pages, found = reread(find_project(options["project"]), engine)
        fields = {
            "engine": str(engine),
            "pages": pages,
            "values": {name: sums.to_json() for name, sums in found.items()},
        }
        head = _("%(n)s corrected pages were read again by %(engine)s.")
        lines = [head % {"n": pages, "engine": engine}]
        lines += [_line(name, sums) for name, sums in found.items()]
        self.answer(options, fields, "\n".join(lines))


def _line(name: str, sums: Reread) -> str:
    counts = sums.outcomes
    return (
        f"{name:24} agrees now {counts[Outcome.AGREES_NOW]:<5} "
        f"still wrong {counts[Outcome.STILL_WRONG]:<5} regressed {counts[Outcome.REGRESSED]:<5} "
        f"still agrees {counts[Outcome.STILL_AGREES]:<5} "
        f"CER {sums.before.rate:.2%} -> {sums.after.rate:.2%}"
    )
