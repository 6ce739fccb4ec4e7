"""Runs: one engine over a project's pages, asked for by a person."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final, TypedDict
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from annotations.errors import Invalid
from annotations.jobs import ring
from annotations.models import (
    Engine,
    Event,
    Page,
    Prediction,
    PrelabelJob,
    PrelabelRun,
    Project,
    User,
)
from annotations.prelabel import pages
from annotations.prelabel.engines import project_engine
from annotations.prelabel.errors import ConsentMissing, RunEnded
from annotations.states import LIVE_JOB_STATES, JobState, PageState, PrelabelState, RunState

# Rows written by one statement: a run over a million pages neither grows nor stalls.
CHUNK: Final = 2_000
CHOICES: Final = ("", "missing", "failed", "degenerate")
# What a project's own engine is asked on arrival goes after what a person asks for.
ASKED_BY_PERSON: Final = 1
COUNTED: Final = (
    JobState.QUEUED,
    JobState.RUNNING,
    JobState.DONE,
    JobState.FAILED,
    JobState.DEAD,
)


class Progress(TypedDict):
    """How far a run is."""

    state: RunState
    counts: dict[str, int]


@transaction.atomic
def start_run(
    *, actor: User, project: Project, engine: Engine | None = None, only: str = ""
) -> PrelabelRun:
    """Queue the reading of pages with `engine`, by default the project's first.

    `only`: `missing` (not read by it yet), `failed` (dead ones too) or `degenerate`; else every
    page with an image. Pages that wait for the same engine in another run are left out.
    Raises `Invalid`, `EngineNotUsed`, `ConsentMissing`.
    """
    if only not in CHOICES:
        raise Invalid(_("Choose missing, failed or degenerate."))
    use = project_engine(project, engine)
    if use.engine.sends_data_to_third_party and not use.consent:
        raise ConsentMissing(_("This engine sends pages to a third party: agree to that first."))
    run = PrelabelRun.objects.create(
        project=project, engine=use.engine, only=only, requested_by=actor
    )
    count = sum(_queue(run, chunk) for chunk in _chunks(_wanted(project, use.engine, only)))
    Event.objects.record(
        actor=actor,
        verb="run.started",
        row=run,
        project=project,
        engine=str(use.engine_id),
        pages=count,
    )
    ring(use.engine.queue)
    return run


@transaction.atomic
def cancel_run(*, actor: User, run: PrelabelRun) -> PrelabelRun:
    """End a run; what was read stays. Raises `RunEnded`."""
    live = PrelabelJob.objects.filter(run=run, state__in=LIVE_JOB_STATES)
    jobs = list(live.select_for_update().order_by("id"))
    moved = PrelabelRun.objects.filter(id=run.id, cancelled_at=None).update(cancelled_at=Now())
    if not moved or not jobs:
        raise RunEnded(_("This run has ended already."))
    cancelled = 0
    # A job that ended while it was waited for may have asked the next engine: until none is left.
    while jobs:
        ended = PrelabelJob.objects.filter(id__in=[job.id for job in jobs])
        ended.update(state=JobState.CANCELLED, leased_until=None, finished_at=Now())
        pages.withdraw([job.page_id for job in jobs])
        cancelled += len(jobs)
        jobs = list(live.select_for_update().order_by("id"))
    Event.objects.record(
        actor=actor, verb="run.cancelled", row=run, project=run.project, pages=cancelled
    )
    run.refresh_from_db()
    return run


def run_progress(run: PrelabelRun) -> Progress:
    """Return the run's state, told by its jobs, and their counts; served by one index."""
    return runs_progress([run])[run.id]


def runs_progress(runs: Sequence[PrelabelRun]) -> dict[UUID, Progress]:
    """Return the progress of several runs by their ids, in one query."""
    jobs = PrelabelJob.objects.filter(run__in=[run.id for run in runs]).order_by()
    counts = {run.id: {state.value: 0 for state in COUNTED} for run in runs}
    for run_id, state, count in jobs.values_list("run", "state").annotate(n=Count("*")):
        if state in counts[run_id]:
            counts[run_id][state] = count
    return {
        run.id: {"state": _state(run, counts[run.id]), "counts": counts[run.id]} for run in runs
    }


def _state(run: PrelabelRun, counts: dict[str, int]) -> RunState:
    if run.cancelled_at is not None:
        return RunState.CANCELLED
    if counts[JobState.RUNNING]:
        return RunState.RUNNING
    if not counts[JobState.QUEUED]:
        return RunState.DONE
    return RunState.RUNNING if sum(counts.values()) > counts[JobState.QUEUED] else RunState.QUEUED


def _wanted(project: Project, engine: Engine, only: str) -> QuerySet[Page]:
    found = Page.objects.filter(project=project, image__isnull=False)
    found = found.exclude(state=PageState.EXCLUDED)
    if only == "failed":
        return found.filter(prelabel_state__in=[PrelabelState.FAILED, PrelabelState.DEAD])
    if only == "degenerate":
        return found.filter(current_prediction__degenerate=True)
    if only == "missing":
        answered = Prediction.objects.filter(page=OuterRef("pk"), engine=engine)
        return found.filter(~Exists(answered))
    return found


def _chunks(wanted: QuerySet[Page]) -> Iterator[list[UUID]]:
    """Yield the ids in chunks, in the order of documents."""
    ordered = wanted.order_by("document", "number").values_list("id", flat=True)
    ids = ordered.iterator(CHUNK)
    while chunk := list(islice(ids, CHUNK)):
        yield chunk


def _queue(run: PrelabelRun, page_ids: list[UUID]) -> int:
    """Queue pages for this engine; return how many.

    A page that waits for it since it arrived joins the run: whoever asked sees it through.
    """
    jobs = [
        PrelabelJob(
            page_id=key,
            engine_id=run.engine_id,
            run=run,
            queue=run.engine.queue,
            priority=ASKED_BY_PERSON,
        )
        for key in page_ids
    ]
    # Jobs before pages, as a finishing worker locks them: the other order can deadlock.
    PrelabelJob.objects.bulk_create(jobs, ignore_conflicts=True)
    arrived = PrelabelJob.objects.filter(page__in=page_ids, engine=run.engine_id, run=None)
    arrived.filter(state__in=LIVE_JOB_STATES).update(run=run, priority=ASKED_BY_PERSON)
    mine = PrelabelJob.objects.filter(run=run, page__in=page_ids)
    pages.ask(list(mine.filter(state=JobState.QUEUED).values_list("page", flat=True)))
    return mine.count()
