"""Report how well an engine reads."""

from argparse import ArgumentParser
from typing import Any

from annotations.management.arguments import ProductCommand, find_project
from annotations.metrics import wilson
from annotations.prelabel.engines import find_engine, project_engine
from annotations.quality.evaluate import Figures
from annotations.quality.report import figures_by_kind


class Command(ProductCommand):
    """Report an engine's error rates by kind of document against approved text."""

    help = "Report an engine's error rates by kind of document, against approved text."
    example = "--project acervo --engine tesseract --truth acervo-conferido"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add whose pages, which engine, whose text."""
        super().add_arguments(parser)
        parser.add_argument("--project", required=True, metavar="SLUG", help="whose pages")
        parser.add_argument("--engine", metavar="NAME[@V]", help="by default the project's first")
        parser.add_argument(
            "--truth", metavar="SLUG", help="another project that holds their approved text"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print one line a kind."""
        project = find_project(options["project"])
        named = options["engine"]
        engine = find_engine(named) if named else project_engine(project).engine
        truth = find_project(options["truth"]) if options["truth"] else None
        figures = figures_by_kind(project, engine, truth=truth)
        fields = {kind: found.to_json() for kind, found in figures.items()}
        lines = [_line(kind, found) for kind, found in sorted(figures.items())]
        self.answer(options, {"engine": str(engine), "kinds": fields}, "\n".join(lines))


def _line(kind: str, found: Figures) -> str:
    low, high = wilson(found.degenerate, len(found.answered))
    return (
        f"{kind or '-':14} n={found.pages:<5} CER {found.cer.rate:7.2%}  "
        f"CER (white space apart) {found.cer_norm.rate:7.2%}  WER {found.wer.rate:7.2%}  "
        f"F1 {found.words.f1:.3f}  blank {found.blank_right}/{found.blank}  "
        f"degenerate {found.degenerate} ({low:.2%} to {high:.2%})"
    )
