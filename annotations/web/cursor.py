"""Places in a list that is read newest first; they stay right while rows come in."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self
from uuid import UUID

from django.db.models import Q, QuerySet

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
FORM = re.compile(r"(\d{1,17})-([0-9a-f]{32})")


@dataclass(frozen=True, slots=True)
class Mark:
    """The row after which (or before which) a screen begins."""

    moment: datetime
    key: UUID

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Read a mark from a query string; None for anything that is not one."""
        found = FORM.fullmatch(text)
        if found is None:
            return None
        return cls(EPOCH + int(found[1]) * MICROSECOND, UUID(found[2]))

    def __str__(self) -> str:
        return f"{(self.moment - EPOCH) // MICROSECOND}-{self.key.hex}"


@dataclass(frozen=True, slots=True)
class Screen:
    """One screenful of rows, and the marks of its neighbours ("" where there is none)."""

    rows: list[Any]
    newer: str
    older: str


def read_screen(
    rows: QuerySet[Any], size: int, *, by: str = "created_at", after: str = "", before: str = ""
) -> Screen:
    """Read `size` rows of a `(-by, -id)` list below `after`, or above `before`."""
    below, above = Mark.read(after), Mark.read(before)
    if above is not None:
        newer = Q(**{f"{by}__gt": above.moment}) | Q(**{by: above.moment}, id__gt=above.key)
        found = list(rows.filter(newer).order_by(by, "id")[: size + 1])
        shown = found[:size][::-1]
        return Screen(shown, _mark(shown, 0, by) if len(found) > size else "", _mark(shown, -1, by))
    if below is not None:
        older = Q(**{f"{by}__lt": below.moment}) | Q(**{by: below.moment}, id__lt=below.key)
        # The first condition alone is what the index is entered by.
        rows = rows.filter(Q(**{f"{by}__lte": below.moment}) & older)
    found = list(rows.order_by(f"-{by}", "-id")[: size + 1])
    shown = found[:size]
    more = len(found) > size
    return Screen(shown, _mark(shown, 0, by) if below else "", _mark(shown, -1, by) if more else "")


def _mark(rows: list[Any], place: int, by: str) -> str:
    return str(Mark(getattr(rows[place], by), rows[place].id)) if rows else ""
