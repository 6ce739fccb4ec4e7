"""Who reads a page after an engine that did not do: the project's next engine, in the end a person.

An engine did not do when it failed, when its answer is degenerate, or when it was little sure of
it. The next one is asked once; every attempt keeps its own prediction. Engines that may not be
asked are passed over: without the consent they need, with today's budget spent, or when they have
answered for this very image.
"""

import math
from collections.abc import Iterator
from typing import Final

from django.db.models import UUIDField, Value
from django.db.models.functions import Coalesce

from annotations.engines.base import EngineAnswer
from annotations.jobs import ring
from annotations.models import Page, Prediction, PrelabelJob, ProjectEngine
from annotations.prelabel import pages
from annotations.prelabel.spending import is_spent
from annotations.states import LIVE_JOB_STATES, PageState

# Mean confidence of an answer's characters below which another engine is asked. A start value,
# not calibrated: Tesseract is 0.2 to 0.3 sure of medieval charters, which it cannot read, and 0.44
# to 0.63 of modern handwriting, of which it misreads every sixth character.
LOW_CONFIDENCE: Final = 0.4


def does(prediction: Prediction, answer: EngineAnswer) -> bool:
    """Tell whether an answer needs no other engine's."""
    sure = confidence(answer)
    return not prediction.degenerate and (sure is None or sure >= LOW_CONFIDENCE)


def confidence(answer: EngineAnswer) -> float | None:
    """Return how sure an engine was on the whole, 0 to 1; None where it does not tell.

    The geometric mean of its tokens' probabilities, or the mean confidence of its words.
    """
    if answer.tokens:
        return math.exp(sum(token.logprob for token in answer.tokens) / len(answer.tokens))
    return answer.words.trust if answer.words is not None and answer.words.words else None


def route(job: PrelabelJob, page: Page) -> bool:
    """Queue the page for the engine after the job's; False when none is left.

    Called inside the transaction that ends `job`.
    """
    out = Page.objects.filter(id=page.id, state=PageState.EXCLUDED).exists()
    use = None if out else next(_after(job, page), None)
    if use is None:
        return False
    follower = PrelabelJob(
        page=page, engine=use.engine, queue=use.engine.queue, priority=job.priority
    )
    PrelabelJob.objects.bulk_create([follower], ignore_conflicts=True)
    # Also where that engine was on its way to the page already: it now stands for both.
    asked = PrelabelJob.objects.filter(page=page, engine=use.engine, state__in=LIVE_JOB_STATES)
    asked.update(routed=True, run=Coalesce("run", Value(job.run_id, UUIDField())))
    # It takes this job's place in the run, which so goes on counting pages.
    PrelabelJob.objects.filter(id=job.id).update(run=None)
    pages.ask([page.id])
    ring(use.engine.queue)
    return True


def _after(job: PrelabelJob, page: Page) -> Iterator[ProjectEngine]:
    """Yield the uses behind the job's engine in the project's order that may be asked."""
    uses = list(ProjectEngine.objects.filter(project=page.project_id).select_related("engine"))
    at = next((n for n, use in enumerate(uses) if use.engine_id == job.engine_id), len(uses))
    for use in uses[at + 1 :]:
        if use.engine.sends_data_to_third_party and not use.consent:
            continue
        answered = Prediction.objects.filter(
            page=page, engine=use.engine_id, image_sha256=page.image_sha256
        )
        if not is_spent(use) and not answered.exists():
            yield use
