"""The one query of dataset rows: from a snapshot's items to samples, a stretch at a time."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.core.files.storage import default_storage
from django.db import connection
from django.utils.translation import gettext as _

from annotations.content import ZONES, PageContent
from annotations.metrics import cer_counts, dharma_score
from annotations.models import (
    Blob,
    Document,
    Engine,
    GuidelineVersion,
    Page,
    Prediction,
    PredictionBody,
    Revision,
    Verdict,
)
from exports.models import Release, ReleaseItem
from exports.samples.plan import PageGoneError
from exports.types import Sample

ROWS_AT_ONCE = 100  # text only; images are read one by one
PSEUDONYM_DIGITS = 12  # 48 bits: two reviewers of one project never meet
EXTENSIONS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}

_ROWS = f"""
  SELECT i.position, i.page_id, i.image_sha256, i.split, i.group_key, i.kind, i.license,
    i.approved_on, i.trainable, i.edits, i.length, i.dharma_score,
    d.sha256 AS document_sha256, d.id AS document_id, p.number, b.media_type,
    r.content, r.spans, r.verification, r.author_id, g.number AS guideline_version,
    v.approval, a.content AS answer, body.raw, a.truncated, a.tail_repetition,
    a.stopped_by_guard, a.degenerate,
    CASE WHEN e.id IS NOT NULL THEN e.name || '@' || e.version END AS engine,
    e.model_id, e.revision AS model_revision, e.prompt,
    CASE WHEN base.id IS NOT NULL THEN base.name || '@' || base.version END AS based_on
  FROM {ReleaseItem._meta.db_table} i
  JOIN {Page._meta.db_table} p ON p.id = i.page_id
  JOIN {Document._meta.db_table} d ON d.id = p.document_id
  JOIN {Blob._meta.db_table} b ON b.project_id = p.project_id AND b.sha256 = i.image_sha256
  JOIN {Revision._meta.db_table} r ON r.id = i.revision_id
  JOIN {GuidelineVersion._meta.db_table} g ON g.id = r.guideline_version_id
  JOIN {Verdict._meta.db_table} v ON v.id = i.verdict_id
  LEFT JOIN {Prediction._meta.db_table} a ON a.id = i.prediction_id
  LEFT JOIN {PredictionBody._meta.db_table} body ON body.prediction_id = a.id
  LEFT JOIN {Engine._meta.db_table} e ON e.id = a.engine_id
  LEFT JOIN {Prediction._meta.db_table} b0 ON b0.id = r.base_prediction_id
  LEFT JOIN {Engine._meta.db_table} base ON base.id = b0.engine_id
  WHERE i.release_id = %s AND i.position BETWEEN %s AND %s ORDER BY i.position
"""  # noqa: S608 - table names of our own models


class ItemRow(NamedTuple):
    """What `_ROWS` returns, by name; JSON columns are text."""

    position: int
    page_id: UUID
    image_sha256: str
    split: str
    group_key: str
    kind: str
    license: str
    approved_on: Any
    trainable: bool
    edits: int | None
    length: int | None
    dharma_score: float | None
    document_sha256: str
    document_id: UUID
    number: int
    media_type: str
    content: str
    spans: str
    verification: str
    author_id: UUID
    guideline_version: int
    approval: str
    answer: str | None
    raw: str | None
    truncated: bool | None
    tail_repetition: bool | None
    stopped_by_guard: bool | None
    degenerate: bool | None
    engine: str | None
    model_id: str | None
    model_revision: str | None
    prompt: str | None
    based_on: str | None


def samples(release: Release, first: int, last: int, *, pseudonym_key: bytes) -> Iterator[Sample]:
    """Yield the samples of positions `first` to `last`, in order, one image in memory at a time.

    Raises `PageGoneError` when a row or an image of the snapshot is no longer there.
    """
    blob = Blob(project_id=release.project_id)  # names every image in turn: a row each costs more
    for row in _rows(release, first, last):
        blob.sha256 = row.image_sha256
        yield _sample(row, _image(row, blob.key), pseudonym_key)


def _rows(release: Release, first: int, last: int) -> Iterator[ItemRow]:
    """Yield a stretch of the query's rows, a hundred at a time."""
    for start in range(first, last + 1, ROWS_AT_ONCE):
        end = min(start + ROWS_AT_ONCE - 1, last)
        with connection.cursor() as cursor:
            cursor.execute(_ROWS, [release.id, start, end])
            rows = [ItemRow(*row) for row in cursor.fetchall()]
        if len(rows) != end - start + 1:
            raise PageGoneError(_("A page of this release is gone. Cut a new release."))
        yield from rows


def raw_answers(release: Release, limit: int) -> list[str]:
    """Return up to `limit` raw answers of the engine that read most of the release, in order."""
    predictions, items = Prediction._meta.db_table, ReleaseItem._meta.db_table
    statement = f"""
      WITH answered AS (
        SELECT i.position, a.engine_id, a.id FROM {items} i
        JOIN {predictions} a ON a.id = i.prediction_id WHERE i.release_id = %s
      )
      SELECT body.raw FROM answered x
      JOIN {PredictionBody._meta.db_table} body ON body.prediction_id = x.id
      WHERE x.engine_id = (
        SELECT engine_id FROM answered GROUP BY engine_id ORDER BY count(*) DESC, engine_id LIMIT 1
      )
      ORDER BY x.position LIMIT %s
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement, [release.id, limit])
        return [raw for (raw,) in cursor.fetchall()]


def _sample(row: ItemRow, image: bytes, pseudonym_key: bytes) -> Sample:
    stored = json.loads(row.content)
    content = PageContent(**{zone: stored.get(zone) for zone in ZONES})
    edits, length, score = _figures(row, content)
    row_id = f"{row.document_sha256[:16]}-p{row.number}"
    return Sample(
        id=row_id,
        image=image,
        image_name=f"{row_id}.{EXTENSIONS.get(row.media_type, 'bin')}",
        header=content.header,
        margin=content.margin,
        footer=content.footer,
        text=content.text,
        assistant=content.canonical_json(),
        assistant_without_json=content.plain_text(),
        fields=_sorted_json(stored.get("fields") or {}),
        spans=_sorted_json(json.loads(row.spans)),
        document_id=str(row.document_id),
        page_number=row.number,
        group=row.group_key,
        split=row.split,
        kind=row.kind,
        engine=row.engine,
        model_id=row.model_id,
        model_revision=row.model_revision,
        prompt=row.prompt,
        prediction=row.raw,
        based_on=row.based_on,
        cer=None if edits is None or length is None else edits / max(length, 1),
        dharma_score=score,
        truncated=row.truncated,
        tail_repetition=row.tail_repetition,
        stopped_by_guard=row.stopped_by_guard,
        degenerate=row.degenerate,
        approval=row.approval,
        verification=row.verification,
        guideline_version=row.guideline_version,
        reviewer=_pseudonym(row.author_id, pseudonym_key),
        approved_at=row.approved_on,
        license=row.license or None,
        edits=edits,
        length=length,
        trainable=row.trainable,
    )


def _figures(row: ItemRow, content: PageContent) -> tuple[int | None, int | None, float | None]:
    """Return edits, length and score: the snapshot's, else counted from the two texts."""
    if row.answer is None or row.edits is not None:
        return row.edits, row.length, row.dharma_score
    answer = json.loads(row.answer)
    predicted = PageContent(**{zone: answer.get(zone) for zone in ZONES}).plain_text()
    approved = content.plain_text()
    counts = cer_counts(approved, predicted)
    score = dharma_score(approved, predicted).score if approved else None
    return counts.edits, counts.length, score


def _image(row: ItemRow, key: str) -> bytes:
    """Return the canonical page's stored bytes, checked against their name."""
    try:
        with default_storage.open(key) as file:
            image: bytes = file.read()
    except FileNotFoundError as error:
        said = _("The image of page %(page)s is gone from the store. Tell the operator.")
        raise PageGoneError(said % {"page": row.page_id}) from error
    if hashlib.sha256(image).hexdigest() != row.image_sha256:
        said = _("The stored image of page %(page)s is damaged. Tell the operator.")
        raise PageGoneError(said % {"page": row.page_id})
    return image


@lru_cache(maxsize=1024)
def _pseudonym(author: UUID, key: bytes) -> str:
    return "r-" + hmac.digest(key, author.bytes, "sha256").hex()[:PSEUDONYM_DIGITS]


def _sorted_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
