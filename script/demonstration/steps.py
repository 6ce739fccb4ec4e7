"""The commands that fill the project, as a person would type them."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command

from annotations.models import Document, Page, PrelabelJob, Project
from annotations.states import LIVE_JOB_STATES, DocumentState
from demonstration.worker import wait_until
from exports.models import Release

KINDS = ("legal", "printed", "handwritten")
RECORDED, RECORDED_LABEL = "gravado", "gravado, fictício"


def project(slug: str, *, name: str, fields: Path) -> Project:
    """Return the project, created where it is missing."""
    if not Project.objects.filter(slug=slug).exists():
        _run("create_project", slug, name=name, fields=fields)
    return Project.objects.get(slug=slug)


def add_engines(project: Project, answers: Path) -> None:
    """Let the project use Tesseract for what arrives, and the recorded answers after it."""
    _run("add_engine", "tesseract", preset="tesseract", project=project.slug)
    _run(
        "add_engine",
        RECORDED,
        adapter="replay",
        label=RECORDED_LABEL,
        param=[f"answers={answers}"],
        project=project.slug,
    )


def ingest(project: Project, folder: Path) -> None:
    """Take in the documents by kind, and wait until workers have made and read their pages."""
    for kind in KINDS:
        _run("ingest", str(folder / kind), project=project.slug, kind=kind)
    unsettled = Document.objects.filter(
        project=project, state__in=[DocumentState.RECEIVED, DocumentState.SPLITTING]
    )
    wait_until("separating pages", unsettled.count)
    wait_until("reading with Tesseract", _reading(project))


def prelabel(project: Project) -> None:
    """Read with the recorded engine the pages that it has not answered for yet."""
    _run("prelabel", project=project.slug, engine=RECORDED, only="missing")
    wait_until("reading with the recorded engine", _reading(project))


def export(project: Project, folder: Path) -> Path:
    """Return the directory of a release of all approved pages; cut one where none is up to date."""
    ready = Release.objects.filter(project=project, state="ready")
    newest = ready.order_by("-number").first()
    if newest is not None:
        kept = folder / f"release-{newest.number}"
        later = Page.objects.filter(project=project, updated_at__gt=newest.created_at)
        if kept.exists() and not later.exists():
            return kept
    fresh = folder / "release.new"
    answer = _run("export_dataset", project=project.slug, output=fresh, json=True)
    number = json.loads(answer)["release"]
    return fresh.rename(folder / f"release-{number}")


def _reading(project: Project) -> Any:
    jobs = PrelabelJob.objects.filter(page__project=project, state__in=LIVE_JOB_STATES)
    return jobs.count


def _run(*arguments: str, **options: Any) -> str:
    answer = StringIO()
    call_command(*arguments, stdout=answer, **options)
    return answer.getvalue()
