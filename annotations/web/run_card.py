"""How far the machine's reading of a project is."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotations.models import Page, Prediction, PrelabelJob, PrelabelRun, Project
from annotations.states import LIVE_JOB_STATES, JobState, PrelabelState
from annotations.web.moments import say_duration

RATE_WINDOW = timedelta(minutes=1)  # long enough to be steady, short enough to follow a new worker


@dataclass(frozen=True, slots=True)
class RunCard:
    """Progress of one run, or of the readings that new documents asked for (`run` is None)."""

    run: PrelabelRun | None
    finished: int
    total: int
    failed: int
    loops: int
    pace: str


def project_run(project: Project) -> RunCard | None:
    """Return the project's newest run that still has work, else its other live readings."""
    live = PrelabelJob.objects.filter(run=OuterRef("pk"), state__in=LIVE_JOB_STATES)
    runs = PrelabelRun.objects.filter(project=project, cancelled_at=None).filter(Exists(live))
    run = runs.select_related("engine").order_by("-created_at").first()
    return _single_readings(project) if run is None else _card(run)


def _card(run: PrelabelRun) -> RunCard:
    jobs = PrelabelJob.objects.filter(run=run).order_by()
    counts = dict(jobs.values_list("state").annotate(n=Count("*")))
    total = sum(counts.values()) - counts.get(JobState.CANCELLED, 0)
    waiting = sum(counts.get(state, 0) for state in LIVE_JOB_STATES)
    return RunCard(
        run=run,
        finished=total - waiting,
        total=total,
        failed=counts.get(JobState.FAILED, 0) + counts.get(JobState.DEAD, 0),
        # The engine is named for its index: without it every answer of the run would be read.
        loops=Prediction.objects.filter(
            engine=run.engine_id, degenerate=True, job__run=run
        ).count(),
        pace=_pace(run, waiting)
        or (_("starting") if total == waiting else _("waiting for a worker")),
    )


def _pace(run: PrelabelRun, waiting: int) -> str:
    """Say the rate of the last minute and how long the rest takes at it; "" when nothing came."""
    now = timezone.now()
    since = max(run.created_at, now - RATE_WINDOW)
    finished = PrelabelJob.objects.filter(run=run, finished_at__gt=since).count()
    seconds = (now - since).total_seconds()
    if not finished or not seconds:
        return ""
    a_minute = finished * 60 / seconds
    said = ngettext("%(n)d a minute", "%(n)d a minute", round(a_minute)) % {"n": round(a_minute)}
    left = _("%(time)s left") % {"time": say_duration(waiting * seconds / finished)}
    return f"{said} · {left}"


def _single_readings(project: Project) -> RunCard | None:
    pages = Page.objects.filter(project=project)
    waiting = pages.filter(prelabel_state__in=[PrelabelState.QUEUED, PrelabelState.RUNNING]).count()
    if not waiting:
        return None
    pace = ngettext("%(n)d page left", "%(n)d pages left", waiting) % {"n": waiting}
    return RunCard(run=None, finished=0, total=0, failed=0, loops=0, pace=pace)
