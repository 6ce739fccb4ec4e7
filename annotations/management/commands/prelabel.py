"""Let an engine read a project's pages."""

import sys
from argparse import ArgumentParser
from typing import Any, Final

from django.utils.translation import gettext as _

from annotations.jobs import work_until
from annotations.management.arguments import ProductCommand, find_project
from annotations.management.progress import Progress
from annotations.models import Document, PrelabelRun, Project
from annotations.prelabel.engines import find_engine
from annotations.prelabel.runs import run_progress, start_run
from annotations.states import DocumentState, RunState

LIVE: Final = (RunState.QUEUED, RunState.RUNNING)
UNSPLIT: Final = (DocumentState.RECEIVED, DocumentState.SPLITTING)


class Command(ProductCommand):
    """Queue the reading of a project's pages, and wait for it when told to."""

    help = "Let an engine read a project's pages."
    example = "--project acervo --engine tesseract --only missing --wait"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add whose pages, which engine, which of the pages."""
        super().add_arguments(parser)
        parser.add_argument("--project", required=True, metavar="SLUG", help="whose pages")
        parser.add_argument("--engine", metavar="NAME[@V]", help="by default the project's first")
        parser.add_argument(
            "--only", choices=["missing", "failed", "degenerate"], default="", help="which pages"
        )
        parser.add_argument(
            "--wait", action="store_true", help="wait for the end, and do CPU work meanwhile"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Start the run; with `--wait` end with status 3 when pages could not be read."""
        project = find_project(options["project"])
        engine = find_engine(options["engine"]) if options["engine"] else None
        if options["wait"]:
            self._wait_for_pages(project, quiet=options["json"])
        run = start_run(
            actor=self.actor(options), project=project, engine=engine, only=options["only"]
        )
        rate = self._wait(run) if options["wait"] else None
        counts = run_progress(run)["counts"]
        fields = {"run": run.id, "engine": str(run.engine), **run_progress(run)}
        if rate is not None:
            fields["pages_per_second"] = round(rate, 3)
        self.answer(options, fields, _line(counts, rate))
        if rate is not None and counts["failed"] + counts["dead"]:
            self.partial()

    def _wait_for_pages(self, project: Project, *, quiet: bool) -> None:
        """Work until files received before this command are pages: only those can be read."""
        if not quiet:
            self.stderr.write(_("This command reads pages too, beside the workers."))
        unsplit = Document.objects.filter(project=project, state__in=UNSPLIT)
        waiting = unsplit.count()
        with Progress(sys.stderr, waiting) as bar:

            def finished() -> bool:
                left = unsplit.count()
                bar.move_to(max(waiting - left, 0))
                return left == 0

            work_until(finished)

    def _wait(self, run: PrelabelRun) -> float:
        """Work until the run has ended; return its pages a second."""
        with Progress(sys.stderr, sum(run_progress(run)["counts"].values())) as bar:

            def finished() -> bool:
                progress = run_progress(run)
                counts = progress["counts"]
                bar.move_to(sum(counts.values()) - counts["queued"] - counts["running"])
                run.refresh_from_db(fields=["cancelled_at"])
                return progress["state"] not in LIVE

            work_until(finished)
            return bar.rate


def _line(counts: dict[str, int], rate: float | None) -> str:
    if rate is None:
        return _("%(n)d pages are queued.") % {"n": sum(counts.values())}
    return _("%(done)d of %(all)d pages read, %(failed)d failed; %(rate).2f pages a second.") % {
        "done": counts["done"],
        "all": sum(counts.values()),
        "failed": counts["failed"] + counts["dead"],
        "rate": rate,
    }
