"""Take in files and folders."""

import sys
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from annotations import access
from annotations.access import Caller
from annotations.ingest.folder import Found, Intake, Outcome, Result, find_files
from annotations.ingest.given import clean_group, clean_kind
from annotations.management.arguments import BAD_INPUT, ProductCommand, find_project
from annotations.management.progress import Progress
from annotations.models import Project
from annotations.states import Role, Scope


class Command(ProductCommand):
    """Store files and ask the workers for their pages; run it again after an interruption."""

    help = (
        "Take in JPEG, PNG, TIFF, WebP and PDF files. Workers make the pages. "
        "Files that are here already are left as they are."
    )
    example = "--project acervo digitalizados --recursive --kind printed"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add where the files are and what is known of them."""
        super().add_arguments(parser)
        parser.add_argument("paths", metavar="PATH", nargs="+", type=Path, help="file or folder")
        parser.add_argument("--project", metavar="SLUG", required=True)
        parser.add_argument("--recursive", action="store_true", help="folders within folders too")
        parser.add_argument(
            "--ground-truth",
            action="store_true",
            help="approve the text of x.json or x.txt beside x.png",
        )
        parser.add_argument("--group", metavar="G", help="documents that share a split")
        parser.add_argument("--kind", metavar="K", help="printed, handwritten, legal, …")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Take every file in and say what became of them."""
        project = self._project(options)
        self._require_paths(options["paths"])
        intake = Intake(
            actor=self.actor(options),
            project=project,
            ground_truth=options["ground_truth"],
            group=clean_group(options["group"]),
            kind=clean_kind(project, options["kind"]),
        )
        books = _Books()
        interrupted = self._take_all(intake, options, books)
        self.answer(options, books.as_json(), books.line())
        if interrupted:
            self.stderr.write(_("Interrupted. Run it again to go on."))
        if books.refused or interrupted:
            self._leave(books)

    def _project(self, options: dict[str, Any]) -> Project:
        if options["acting"] is None:
            return find_project(options["project"])
        caller = Caller(self.actor(options))
        return access.project(caller, options["project"], role=Role.MANAGER, scope=Scope.INGEST)

    def _require_paths(self, paths: list[Path]) -> None:
        for path in paths:
            if not path.exists():
                message = _("There is no file or folder “%(path)s”.") % {"path": shown(path)}
                raise CommandError(message, returncode=BAD_INPUT)

    def _take_all(self, intake: Intake, options: dict[str, Any], books: "_Books") -> bool:
        """Take the files in one by one; return whether somebody pressed Ctrl-C."""
        paths, recursive = options["paths"], options["recursive"]
        total = sum(1 for _found in find_files(paths, recursive=recursive))
        try:
            with Progress(sys.stderr, total) as bar:
                for found in find_files(paths, recursive=recursive):
                    self._take(intake, found, books, bar)
        except KeyboardInterrupt:
            return True
        return False

    def _take(self, intake: Intake, found: Found, books: "_Books", bar: Progress) -> None:
        outcome = intake.take(found)
        books.enter(outcome)
        if outcome.result == Result.REFUSED:
            bar.clear()
            self.stderr.write(f"{shown(outcome.path)}: {outcome.reason}")
        bar.advance()

    def _leave(self, books: "_Books") -> None:
        if books.counts[Result.NEW] or books.counts[Result.PRESENT]:
            self.partial()
        raise CommandError(_("No file was taken in."), returncode=BAD_INPUT)


class _Books:
    """Counts, and the names of what was not taken in."""

    def __init__(self) -> None:
        self.counts: Counter[Result] = Counter()
        self.truths = 0
        self.refused: list[dict[str, str]] = []
        self.ignored: list[str] = []

    def enter(self, outcome: Outcome) -> None:
        self.counts[outcome.result] += 1
        self.truths += outcome.has_truth
        if outcome.result == Result.REFUSED:
            self.refused.append(
                {"path": shown(outcome.path), "code": outcome.code, "reason": outcome.reason}
            )
        if outcome.result == Result.IGNORED:
            self.ignored.append(shown(outcome.path))

    def as_json(self) -> dict[str, Any]:
        return {
            "new": self.counts[Result.NEW],
            "present": self.counts[Result.PRESENT],
            "ground_truth": self.truths,
            "refused": self.refused,
            "ignored": self.ignored,
        }

    def line(self) -> str:
        return _(
            "%(new)d new, %(present)d already here, %(refused)d refused, %(ignored)d other files"
        ) % {str(result): self.counts[result] for result in Result}


def shown(path: Path) -> str:
    """Return a path that a terminal can show: a file's name may hold anything."""
    return "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in str(path))
