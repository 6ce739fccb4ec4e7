"""Begin an evaluation, keep what an engine answers, tell the figures."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from annotations.errors import Forbidden, Invalid
from annotations.models import Engine, Event, Project, ProjectEngine, User
from annotations.quality.evaluate import AnswerFacts, Evaluated, Judged, evaluate
from exports.models import Evaluation, EvaluationItem
from exports.types import GoldRow

ROWS_AT_ONCE: Final = 500  # raw answers in memory while figures are told


class EvaluationRefused(Invalid):
    """The engine cannot be asked this way."""

    code = "evaluation_refused"


class ConsentMissing(Forbidden):
    """The engine would send a project's pages to a third party and the project has not agreed."""

    code = "consent_missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldSet:
    """What an engine is held against: a project's split, or the rows of a dataset directory.

    `owner` is the project that the pages belong to, where that is known.
    """

    project: Project | None = None
    split: str = ""
    rows_sha256: str = ""
    owner: Project | None = None


@transaction.atomic
def begin_evaluation(
    *,
    actor: User,
    engine: Engine,
    adapter_version: str,
    prompt: str,
    parameters: Mapping[str, object],
    gold: GoldSet,
    contaminated: bool,
) -> Evaluation:
    """Return the evaluation that asks exactly this, begun now or earlier.

    Raises `ConsentMissing`.
    """
    _require_consent(engine, gold.owner)
    asked: dict[str, object] = {
        "engine": engine,
        "adapter_version": adapter_version,
        "prompt": prompt,
        "parameters": dict(parameters),
        "project": gold.project,
        "split": gold.split,
        "rows_sha256": gold.rows_sha256,
    }
    evaluation, created = Evaluation.objects.get_or_create(
        identity=_identity(asked),
        defaults={**asked, "contaminated": contaminated, "requested_by": actor},
    )
    if contaminated and not evaluation.contaminated:
        Evaluation.objects.filter(id=evaluation.id).update(contaminated=True)
        evaluation.contaminated = True
    verb = "evaluation.begun" if created else "evaluation.resumed"
    Event.objects.record(
        actor=actor,
        verb=verb,
        row=evaluation,
        project=gold.project,
        engine=str(engine.id),
        contaminated=evaluation.contaminated,
    )
    return evaluation


@transaction.atomic
def keep_answers(*, actor: User, evaluation: Evaluation, items: Sequence[EvaluationItem]) -> int:
    """Keep what an engine said of some rows; an answer that is there already stays."""
    EvaluationItem.objects.bulk_create(items, ignore_conflicts=True)
    Event.objects.record(
        actor=actor,
        verb="evaluation.answered",
        row=evaluation,
        project=evaluation.project,
        rows=len(items),
    )
    return len(items)


def figures(evaluation: Evaluation, rows: Sequence[GoldRow]) -> Evaluated:
    """Compute an evaluation's figures from its raw answers, in the order of the rows."""
    return evaluate(_judged(evaluation, rows))


def _judged(evaluation: Evaluation, rows: Sequence[GoldRow]) -> Iterator[Judged]:
    for start in range(0, len(rows), ROWS_AT_ONCE):
        part = rows[start : start + ROWS_AT_ONCE]
        items = EvaluationItem.objects.standing(evaluation.id, [row.id for row in part])
        for row in part:
            item = items[row.id, row.image_sha256]
            facts = AnswerFacts(
                finish_reason=item.finish_reason,
                seconds=item.seconds,
                input_tokens=item.input_tokens,
                output_tokens=item.output_tokens,
                cost=item.cost,
                idle_cost=item.idle_cost,
                error=item.error,
                parser=str(evaluation.parameters.get("parser", "json")),
            )
            yield Judged(row.gold, item.raw, facts)


def _require_consent(engine: Engine, owner: Project | None) -> None:
    if owner is None or not engine.sends_data_to_third_party:
        return
    if not ProjectEngine.objects.filter(project=owner, engine=engine, consent=True).exists():
        message = _(
            "This engine sends pages to a third party: the project must agree to that first."
        )
        raise ConsentMissing(message)


def _identity(asked: Mapping[str, object]) -> str:
    named = {
        name: str(value.pk) if isinstance(value, Engine | Project) else value
        for name, value in asked.items()
    }
    return hashlib.sha256(json.dumps(named, sort_keys=True).encode()).hexdigest()
