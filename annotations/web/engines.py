"""The engines a project uses, and how they stand."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Avg, Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from annotations.models import Engine, Prediction, PrelabelJob, PrelabelRun, Project, ProjectEngine
from annotations.prelabel.spending import spent_today
from annotations.states import JobState, RunState
from annotations.web.door import project_at, surface
from annotations.web.moments import say_moment
from annotations.web.run_card import project_run

RATE_MINUTES = 5
RUNS_SHOWN = 8


@dataclass(frozen=True, slots=True)
class EngineRow:
    """One engine of the project and its figures."""

    used: ProjectEngine
    first: bool
    waiting: int
    running: int
    a_minute: int
    read: int
    failed: int
    degenerate: int
    seconds: float | None
    cost: Decimal | None
    today: Decimal | None  # only where a budget limits the day


@require_safe
@surface
def engines(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the project's engines and its last runs."""
    place = project_at(request, slug)
    used = list(place.project.project_engines.select_related("engine"))
    context = place.shell("engines") | {
        "rows": _rows(place.project, used),
        "engines": used,
        "others": Engine.objects.exclude(id__in=[one.engine_id for one in used]).order_by(
            "name", "-version"
        ),
        "run": project_run(place.project),
        "runs": _runs(place.project),
    }
    return render(request, "annotations/engines.html", context)


@require_safe
@surface
def run_card(request: HttpRequest, slug: str) -> HttpResponse:
    """Show how far the running pre-labelling is; asked for every two seconds while it runs."""
    place = project_at(request, slug)
    run = project_run(place.project)
    response = render(request, "annotations/_run.html", place.shell("documents") | {"run": run})
    if run is None:
        response["HX-Trigger"] = "documents-changed"
    return response


def _rows(project: Project, used: list[ProjectEngine]) -> list[EngineRow]:
    recent = timezone.now() - timedelta(minutes=RATE_MINUTES)
    ids = [one.engine_id for one in used]
    jobs = PrelabelJob.objects.filter(engine__in=ids, page__project=project).order_by()
    counted = jobs.values("engine").annotate(
        waiting=Count("id", filter=Q(state=JobState.QUEUED)),
        running=Count("id", filter=Q(state=JobState.RUNNING)),
        failed=Count("id", filter=Q(state__in=[JobState.FAILED, JobState.DEAD])),
        recent=Count("id", filter=Q(state=JobState.DONE, finished_at__gt=recent)),
    )
    answers = Prediction.objects.filter(engine__in=ids, page__project=project).order_by()
    measured = answers.values("engine").annotate(
        read=Count("id"),
        loops=Count("id", filter=Q(degenerate=True)),
        seconds=Avg("seconds"),
        cost=Sum("cost"),
    )
    work = {row["engine"]: row for row in counted}
    figures = {row["engine"]: row for row in measured}
    rows = []
    none: dict[str, Any] = {}
    for place, one in enumerate(used):
        did, got = work.get(one.engine_id, none), figures.get(one.engine_id, none)
        rows.append(
            EngineRow(
                used=one,
                first=place == 0,
                waiting=did.get("waiting", 0),
                running=did.get("running", 0),
                a_minute=round(did.get("recent", 0) / RATE_MINUTES),
                read=got.get("read", 0),
                failed=did.get("failed", 0),
                degenerate=got.get("loops", 0),
                seconds=got.get("seconds"),
                cost=got.get("cost"),
                today=None if one.daily_budget is None else spent_today(one),
            )
        )
    return rows


def _runs(project: Project) -> list[dict[str, Any]]:
    """Return the newest runs with their jobs by state; two queries."""
    asked = PrelabelRun.objects.filter(project=project).select_related("engine", "requested_by")
    runs = list(asked.order_by("-created_at")[:RUNS_SHOWN])
    counts: dict[UUID | None, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    jobs = PrelabelJob.objects.filter(run__in=runs).order_by()
    for key, state, n in jobs.values_list("run", "state").annotate(n=Count("*")):
        counts[key][state] = n
    return [_run(run, counts[run.id]) for run in runs]


def _run(run: PrelabelRun, counts: dict[str, int]) -> dict[str, Any]:
    live = counts[JobState.RUNNING] + counts[JobState.QUEUED]
    state = RunState.DONE if not live else RunState.QUEUED
    if live and (counts[JobState.RUNNING] or counts[JobState.DONE]):
        state = RunState.RUNNING
    return {
        "run": run,
        "when": say_moment(run.created_at),
        "state": RunState.CANCELLED if run.cancelled_at else state,
        "done": counts[JobState.DONE],
        "failed": counts[JobState.FAILED] + counts[JobState.DEAD],
    }
