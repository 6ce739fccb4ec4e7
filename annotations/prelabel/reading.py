"""The runner of a `PrelabelJob`: one engine's answers to a batch of pages."""

import re
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Final

from django.utils.translation import gettext_lazy as _

from annotations.content import (
    ParsedAnswer,
    character_confidences,
    parse_answer,
    well_encoded,
)
from annotations.engines.base import EngineAnswer, EngineRequest
from annotations.engines.price import cost_of
from annotations.jobs import JobKind, LeaseLost, fail, finishing
from annotations.metrics import degeneration_facts
from annotations.models import (
    Engine,
    Event,
    Page,
    PageText,
    Prediction,
    PredictionBody,
    PrelabelJob,
    ProjectEngine,
    User,
)
from annotations.models.prediction import storable_answer
from annotations.prelabel import pages
from annotations.prelabel.engines import built
from annotations.prelabel.images import page_image
from annotations.prelabel.routing import does, route
from annotations.prelabel.spending import is_spent
from annotations.prelabel.words import ask_for_words, store_words
from annotations.states import JobState, PrelabelState

# A batch of a slow engine; Tesseract's own limit for a page is far below.
LIMIT_S: Final = 1800
# Runs of a source map that is stored: a page has some hundreds, rubbish of 1 MB half a million.
MAX_SOURCE_RUNS: Final = 50_000
BUDGET_SPENT: Final = _(
    "The project's budget for this engine is spent for today. Raise it, or read again tomorrow."
)

Work = list[tuple[PrelabelJob, Page]]


def run(jobs: Sequence[PrelabelJob]) -> None:
    """Read the pages of claimed jobs, which share one engine, and keep the answers."""
    engine = Engine.objects.get(id=jobs[0].engine_id)
    found = Page.objects.select_related("document", "project", "image")
    by_id = found.in_bulk([job.page_id for job in jobs])
    # A page that was erased meanwhile took its job along.
    work = [(job, by_id[job.page_id]) for job in jobs if job.page_id in by_id]
    work = _affordable(work, engine)
    pages.begin([page.id for _, page in work])
    with ExitStack() as files:
        requests = [_request(page, files) for _, page in work]
        answers = built(engine).read(requests)
    for (job, page), answer in zip(work, answers, strict=True):
        _keep_or_fail(job, page, engine, answer)


def ended(jobs: Sequence[PrelabelJob]) -> None:
    """Ask the next engine where one ended without an answer; else say so on the pages.

    Their words are wanted in any case.
    """
    for job in jobs:
        if not route(job, job.page):
            pages.end([job.page_id], _end_of(job))
        ask_for_words(job.page)


def _end_of(job: PrelabelJob) -> PrelabelState:
    """Return how a page ends whose last engine gave no answer: an earlier one may have."""
    if job.routed and job.page.current_prediction_id is not None:
        return PrelabelState.DONE
    return PrelabelState.DEAD if job.state == JobState.DEAD else PrelabelState.FAILED


def _affordable(work: Work, engine: Engine) -> Work:
    """Fail the jobs of projects whose budget for this engine is spent; return the others."""
    projects = {page.project_id for _, page in work}
    uses = ProjectEngine.objects.filter(project__in=projects, engine=engine)
    limited = uses.exclude(daily_budget=None).select_related("project")
    spent = {use.project_id for use in limited if is_spent(use)}
    for job, page in work:
        if page.project_id in spent:
            fail(job, code="budget_spent", detail=str(BUDGET_SPENT))
    return [(job, page) for job, page in work if page.project_id not in spent]


def _batch_size(job: PrelabelJob) -> int:
    return job.engine.batch_size


KIND: Final = JobKind(
    "prelabel",
    PrelabelJob,
    run,
    limit_s=LIMIT_S,
    batch_size=_batch_size,
    batch_by=("engine",),
    ended=ended,
)


def keys_of(page: Page) -> tuple[str, ...]:
    """Return the names under which a recorded answer may be kept, the most telling first.

    A document's own names stand for its first page.
    """
    keys = [page.row_id(), page.image_sha256]
    if page.number == 1:
        keys += [page.document.external_id or "", page.document.sha256]
    return tuple(key for key in keys if key)


def _request(page: Page, files: ExitStack) -> EngineRequest:
    return EngineRequest(
        page_id=str(page.id),
        image_path=files.enter_context(page_image(page)),
        image_sha256=page.image_sha256,
        width=page.width,
        height=page.height,
        dpi=page.dpi,
        keys=keys_of(page),
    )


def _keep_or_fail(job: PrelabelJob, page: Page, engine: Engine, answer: EngineAnswer) -> None:
    if answer.error is not None:
        fail(job, code="engine_error", detail=answer.error)
        return
    try:
        with finishing(job):
            _keep(job, page, engine, answer)
    except LeaseLost:
        return  # somebody else reads this page by now; the rest of the batch is still held


def _keep(job: PrelabelJob, page: Page, engine: Engine, answer: EngineAnswer) -> None:
    parsed = parse_answer(answer.raw, str(engine.parameters.get("parser", "json")))
    prediction = _store(job, page, engine, answer, parsed)
    # Jobs before pages, as everybody locks them: the other order can deadlock.
    routed = not does(prediction, answer) and route(job, page)
    # Locked before one is chosen: two engines that end together choose one after the other.
    locked = Page.objects.select_for_update(of=("self",)).get(id=page.id)
    if is_chosen(prediction, locked):
        Page.objects.filter(id=page.id).update(current_prediction=prediction)
        if locked.head_revision_id is None:
            PageText.objects.store(page.id, parsed.content)
    if not routed:
        pages.end([page.id], PrelabelState.DONE)
    if answer.words is not None:
        store_words(page, page.image_sha256, answer.words)
    else:
        ask_for_words(page)
    Event.objects.record(
        actor=User.objects.system("cli"),
        verb="page.read",
        row=page,
        project=page.project,
        engine=str(engine.id),
        prediction=str(prediction.id),
    )


def is_chosen(new: Prediction, page: Page) -> bool:
    """Tell whether `new` becomes the page's current prediction.

    The newest answer is, unless it is degenerate and the page has one that is not.
    """
    current = page.current_prediction
    return current is None or current.degenerate or not new.degenerate


def _store(
    job: PrelabelJob, page: Page, engine: Engine, answer: EngineAnswer, parsed: ParsedAnswer
) -> Prediction:
    facts = degeneration_facts(answer.raw, answer.finish_reason)
    prediction = Prediction.objects.create(
        page=page,
        engine=engine,
        job=job,
        content=parsed.content.to_json(),
        parameters=answer.parameters,
        image_sha256=page.image_sha256,
        recovered=parsed.recovered,
        finish_reason=answer.finish_reason,
        truncated=facts.truncated,
        tail_repetition=facts.tail_repetition,
        stopped_by_guard=facts.stopped_by_guard,
        degenerate=facts.degenerate,
        output_tokens=answer.output_tokens,
        seconds=answer.seconds,
        cost=cost_of(engine.price, answer),
    )
    _store_body(prediction, answer, parsed)
    return prediction


def _store_body(prediction: Prediction, answer: EngineAnswer, parsed: ParsedAnswer) -> None:
    raw, cut = storable_answer(answer.raw)
    nuls = [match.start() for match in re.finditer(b"\0", well_encoded(answer.raw).encode())]
    source = parsed.source.stored(nuls, len(raw.encode()))
    told = character_confidences(parsed, answer.tokens) if answer.tokens else None
    PredictionBody.objects.create(
        prediction=prediction,
        raw=raw,
        raw_cut=cut,
        source_map=source.to_json() if source.size <= MAX_SOURCE_RUNS else None,
        confidences=told.to_json() if told else None,
    )
