"""One page with all that its screen and a program see of it, read in one statement."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from annotations.errors import NotFound
from annotations.models import Engine
from annotations.review.reading import EMPTY

# Written by hand: the ORM composes these joins anew for each page, which took longer than to read
# them, and every request of a reviewer's day ends with it.
_STATEMENT = """
SELECT page.id, page.document_id, page.number, page.width, page.height, page.state, page.version,
    page.prelabel_state, page.image_sha256, page.kind, page.excluded_reason,
    (SELECT fields.number FROM annotations_fieldsversion fields
     WHERE fields.project_id = page.project_id ORDER BY fields.number DESC LIMIT 1), split.split,
    revision.id, author.username, revision.created_at, revision.content, revision.spans,
    revision.base_prediction_id,
    prediction.id, engine.name, engine.version, prediction.content, prediction.truncated,
    prediction.tail_repetition, prediction.stopped_by_guard, prediction.degenerate
FROM annotations_page page
JOIN annotations_document document ON document.id = page.document_id
LEFT JOIN annotations_splitassignment split
    ON split.project_id = page.project_id AND split.group_key = document.group_key
LEFT JOIN annotations_revision revision ON revision.id = page.head_revision_id
LEFT JOIN annotations_user author ON author.id = revision.author_id
LEFT JOIN annotations_prediction prediction ON prediction.id = page.current_prediction_id
LEFT JOIN annotations_engine engine ON engine.id = prediction.engine_id
WHERE page.id = %s
"""
_PAGE, _HEAD = 13, 19  # columns of the page itself, and of it with its head revision


@dataclass(frozen=True, slots=True)
class HeadRevision:
    """What a person wrote last."""

    id: UUID
    author: str
    created_at: datetime
    content: dict[str, Any]
    spans: list[dict[str, Any]]
    base_prediction: UUID | None


@dataclass(frozen=True, slots=True)
class ChosenPrediction:
    """What the chosen engine read."""

    id: UUID
    engine: str
    content: dict[str, Any]
    truncated: bool
    tail_repetition: bool
    stopped_by_guard: bool
    degenerate: bool


@dataclass(frozen=True, slots=True)
class PageDetail:
    """A page with its text; `width` and `height` are pixels of the canonical image."""

    id: UUID
    document: UUID
    number: int
    width: int
    height: int
    state: str
    version: int
    prelabel_state: str
    image_sha256: str
    kind: str
    excluded_reason: str
    fields_version: int
    split: str | None
    latest_revision: HeadRevision | None
    prediction: ChosenPrediction | None

    @property
    def content(self) -> dict[str, Any]:
        """Return the head revision's content, else the chosen prediction's, else empty zones."""
        read = self.latest_revision or self.prediction
        return EMPTY if read is None else read.content

    @property
    def spans(self) -> list[dict[str, Any]]:
        """Return the marks over the content."""
        return [] if self.latest_revision is None else self.latest_revision.spans

    @property
    def base_prediction(self) -> UUID | None:
        """Return the prediction that the content began as."""
        if self.latest_revision is not None:
            return self.latest_revision.base_prediction
        return None if self.prediction is None else self.prediction.id


def detail(page_id: UUID) -> PageDetail:
    """Return a page as it stands now. Raises NotFound."""
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT, [page_id])
        row = cursor.fetchone()
    if row is None:
        raise NotFound
    columns: list[Any] = [*row[:_PAGE], _head(row[_PAGE:_HEAD]), _chosen(row[_HEAD:])]
    return PageDetail(*columns)


def _head(columns: tuple[Any, ...]) -> HeadRevision | None:
    key, author, created_at, content, spans, base = columns
    if key is None:
        return None
    return HeadRevision(key, author, created_at, json.loads(content), json.loads(spans), base)


def _chosen(columns: tuple[Any, ...]) -> ChosenPrediction | None:
    key, name, version, content, *signs = columns
    if key is None:
        return None
    engine = str(Engine(name=name, version=version))
    return ChosenPrediction(key, engine, json.loads(content), *signs)
