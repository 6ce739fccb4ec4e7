"""Put an engine to gold rows: only to those that it has not answered yet."""

import io
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from django.conf import settings
from PIL import Image

from annotations.engines import base, registry
from annotations.engines.price import cost_of, cost_of_seconds
from annotations.engines.transport import Outside
from annotations.ingest.decoder.limits import MAX_DECODED_PIXELS
from annotations.models import Engine, User
from annotations.models.prediction import storable_answer
from annotations.outbound.client import Client
from exports.actions.evaluating import EvaluationRefused, keep_answers
from exports.models import Evaluation, EvaluationItem
from exports.models.evaluation import ERROR_LENGTH, FINISH_LENGTH
from exports.types import GoldRow, GoldSource

FORMATS: Final = ("JPEG", "PNG", "TIFF", "WEBP")

Advance = Callable[[int], None]
Pair = tuple[GoldRow, bytes]


def build(engine: Engine, *, prompt: str, parameters: Mapping[str, object]) -> base.Engine:
    """Return the running engine behind a row, as it is to be asked. Raises `EvaluationRefused`."""
    # As pre-labelling does: an engine of the house's own stays that, wherever its name leads later.
    client = Client(settings.OUTBOUND_ALLOW, near_only=not engine.sends_data_to_third_party)
    try:
        return registry.build(
            engine.adapter,
            engine.model_id,
            engine.revision,
            prompt,
            parameters,
            outside=Outside(client, os.environ.get),
        )
    except base.EngineError as error:
        raise EvaluationRefused(str(error)) from error


def ask_missing(
    *,
    actor: User,
    evaluation: Evaluation,
    engine: base.Engine,
    source: GoldSource,
    advance: Advance,
) -> None:
    """Ask for every row without an answer, batch by batch; each batch is kept before the next.

    Rows that ended in an error are asked for again. `advance(n)` is called as rows are finished.
    Raises `EvaluationRefused`.
    """
    done = EvaluationItem.objects.answered(evaluation.id)
    waiting = {row.id: row for row in source.rows() if (row.id, row.image_sha256) not in done}
    advance(len(source.rows()) - len(waiting))
    pairs = ((waiting[row_id], image) for row_id, image in source.images(waiting.keys()))
    size = max(engine.facts.batch_size, 1)
    mark = time.monotonic()
    while batch := list(islice(pairs, size)):
        answers = _answers(engine, batch)
        held, mark = time.monotonic() - mark, time.monotonic()
        idle = max(held - sum(answer.seconds for answer in answers), 0.0) / len(batch)
        items = [
            _item(evaluation, row, answer, idle)
            for (row, _image), answer in zip(batch, answers, strict=True)
        ]
        keep_answers(actor=actor, evaluation=evaluation, items=items)
        advance(len(batch))


def _answers(engine: base.Engine, batch: Sequence[Pair]) -> list[base.EngineAnswer]:
    """Return an answer for each row; an image that nobody can open is not asked about."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        asked = [
            _request(row, image, Path(folder) / str(n)) for n, (row, image) in enumerate(batch)
        ]
        readable = [request for request in asked if isinstance(request, base.EngineRequest)]
        found = _read(engine, readable)
        return [
            next(found) if isinstance(request, base.EngineRequest) else request for request in asked
        ]


def _read(
    engine: base.Engine, requests: Sequence[base.EngineRequest]
) -> Iterator[base.EngineAnswer]:
    """Ask; an engine whose weights do not load says so only now. Raises `EvaluationRefused`."""
    try:
        return iter(engine.read(requests) if requests else [])
    except base.EngineError as error:
        raise EvaluationRefused(str(error)) from error


def _request(row: GoldRow, image: bytes, path: Path) -> base.EngineRequest | base.EngineAnswer:
    """Write the image where the engine finds it; the answer that says why not, where it cannot."""
    try:
        with Image.open(io.BytesIO(image), formats=FORMATS) as opened:
            width, height = opened.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        return _unreadable(f"the image cannot be read: {error!s:.200}")
    if width * height > MAX_DECODED_PIXELS:
        return _unreadable(f"the image has more than {MAX_DECODED_PIXELS:,} pixels")
    path.write_bytes(image)
    return base.EngineRequest(
        page_id=row.id,
        image_path=path,
        image_sha256=row.image_sha256,
        width=width,
        height=height,
        dpi=row.dpi,
        keys=row.keys,
    )


def _unreadable(why: str) -> base.EngineAnswer:
    return base.EngineAnswer("", finish_reason="error", error=why)


def _item(
    evaluation: Evaluation, row: GoldRow, answer: base.EngineAnswer, idle: float
) -> EvaluationItem:
    failed = answer.error is not None
    raw, cut = ("", False) if failed else storable_answer(answer.raw)
    price = evaluation.engine.price
    return EvaluationItem(
        evaluation=evaluation,
        row_id=row.id,
        image_sha256=row.image_sha256,
        raw=raw,
        raw_cut=cut,
        finish_reason=answer.finish_reason[:FINISH_LENGTH],
        parameters=answer.parameters,
        seconds=answer.seconds,
        input_tokens=answer.input_tokens,
        output_tokens=answer.output_tokens,
        cost=None if failed else cost_of(price, answer),
        idle_cost=cost_of_seconds(price, idle),
        error=_storable_error(answer.error) if answer.error is not None else "",
    )


def _storable_error(error: str) -> str:
    return storable_answer(error)[0][:ERROR_LENGTH] or "no reason given"
