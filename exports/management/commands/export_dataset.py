"""`export_dataset`: the approved pages of a project as a directory that a trainer loads."""

import threading
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, TextIO, cast

from django.core.management.base import CommandError, OutputWrapper
from django.db import connection
from django.db.models import Max
from django.utils.translation import gettext as _

from annotations import access
from annotations.jobs import work_until
from annotations.management.arguments import BAD_INPUT, ProductCommand, find_project
from annotations.management.progress import Progress
from annotations.models import DecodeJob, FiguresJob, Project
from annotations.states import LIVE_JOB_STATES, ReleaseState, Role, Scope
from exports.actions import read_options, request_release
from exports.actions.assembly import place_of
from exports.formats.directory import OutputTakenError, ReleaseDamagedError, place, require_free
from exports.models import BuildJob, Release

PROGRESS_S = 0.5
ON_THE_WAY = (ReleaseState.QUEUED.value, ReleaseState.BUILDING.value)


class Command(ProductCommand):
    """Cut a release and place a copy of it."""

    help = "Export the approved pages of a project as a dataset."
    example = "--project acervo --output ./acervo-1"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options of interfaces.md that this version can answer."""
        super().add_arguments(parser)
        parser.add_argument("--project", required=True, metavar="SLUG")
        parser.add_argument("--output", required=True, type=Path, metavar="DIR")
        parser.add_argument("--config", nargs="+", default=["raw", "sft"], help="raw, sft")
        parser.add_argument("--format", default="parquet", help="parquet")
        parser.add_argument("--redact", default="none", help="none")
        parser.add_argument(
            "--target-style",
            default="auto",
            help="auto (as the engine writes), canonical, or 'order=text,…;blank=drop;fence=json'",
        )
        parser.add_argument("--reason", default="", help="why this release is cut; kept with it")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Request, build or wait, copy, and say where it is."""
        output: Path = options["output"].absolute()
        _require_free(output)
        project = find_project(options["project"])
        actor = self.actor(options)
        if not actor.is_system:
            access.enter(access.Caller(actor), project.id, role=Role.MANAGER, scope=Scope.EXPORT)
        asked = read_options(
            configs=options["config"],
            file_format=options["format"],
            redact=options["redact"],
            target_style=options["target_style"],
        )
        _settle(project)
        release = request_release(
            actor=actor, project=project, options=asked, reason=options["reason"]
        )
        release = self._built(release)
        try:
            place(place_of(release), output)
        except (OutputTakenError, ReleaseDamagedError) as error:
            raise CommandError(str(error), returncode=BAD_INPUT) from error
        fields = {
            "release": release.number,
            "dir": str(output),
            "rows": release.rows,
            "sha256": release.sha256,
        }
        line = _("Release %(release)s: %(rows)s pages in %(dir)s (sha256 %(sha256)s)")
        self.answer(options, fields, line % fields)

    def _built(self, release: Release) -> Release:
        """Work until the release is built, here or elsewhere; raise `CommandError` if it is not."""
        waiting = Release.objects.filter(id=release.id, state__in=ON_THE_WAY)
        with _Watching(release, self.stderr):
            work_until(lambda: not waiting.exists())
        built = Release.objects.select_related("project").get(id=release.id)
        if built.state != ReleaseState.READY.value:
            detail = built.error_detail or built.get_state_display()
            message = _("Release %(number)s was not built: %(detail)s")
            values = {"number": built.number, "detail": detail}
            raise CommandError(message % values, returncode=BAD_INPUT)
        return built


def _settle(project: Project) -> None:
    """Work until what had come in when the command began is split and measured."""
    waiting = [
        DecodeJob.objects.filter(document__project=project),
        FiguresJob.objects.filter(revision__page__project=project),
    ]
    live = [
        jobs.filter(state__in=LIVE_JOB_STATES, id__lte=newest)
        for jobs in waiting
        if (newest := jobs.aggregate(newest=Max("id"))["newest"]) is not None
    ]
    work_until(lambda: not any(jobs.exists() for jobs in live))


class _Watching:
    """Show on a terminal how many pages are written, whoever writes them."""

    def __init__(self, release: Release, out: OutputWrapper) -> None:
        self._newest = BuildJob.objects.filter(release=release).order_by("-id")
        self._progress = Progress(cast("TextIO", out), release.rows)
        self._shown, self._ended = out.isatty(), threading.Event()
        self._thread = threading.Thread(target=self._watch, name="progress", daemon=True)

    def __enter__(self) -> None:
        if self._shown:
            self._thread.start()

    def __exit__(self, *_exception: object) -> None:
        self._ended.set()
        if self._shown:
            self._thread.join()

    def _watch(self) -> None:
        with self._progress as progress:
            while not self._ended.wait(PROGRESS_S):
                progress.move_to(self._newest.values_list("written", flat=True).first() or 0)
            progress.move_to(self._newest.values_list("written", flat=True).first() or 0)
        connection.close()


def _require_free(output: Path) -> None:
    try:
        require_free(output)
    except OutputTakenError as error:
        raise CommandError(str(error), returncode=BAD_INPUT) from error
