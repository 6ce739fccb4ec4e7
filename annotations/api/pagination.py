"""Pages of a list by keyset: stable while rows come and go, and as fast at the end as at the start.

There are no totals: counting a million rows costs more than showing a hundred.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.core import signing
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

DEFAULT_LIMIT = 50
MAX_LIMIT = 100  # rows; the list of 100 is the one that was measured
MAX_CURSOR_LENGTH = 500

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Keyset:
    """The order of a list: columns that together are unique, all in one direction, at most two."""

    columns: tuple[str, ...]
    descending: bool = True

    def order(self, *, backward: bool) -> list[str]:
        """Return the `order_by` arguments."""
        sign = "-" if self.descending != backward else ""
        return [sign + column for column in self.columns]

    def beyond(self, values: Sequence[Any], *, backward: bool) -> Q:
        """Keep rows after `values`: `a <= x and (a < x or b < y)`, so that an index finds them."""
        word = "lt" if self.descending != backward else "gt"
        first, last = self.columns[0], self.columns[-1]
        strict = Q((f"{first}__{word}", values[0]))
        if len(self.columns) == 1:
            return strict
        return Q((f"{first}__{word}e", values[0])) & (strict | Q((f"{last}__{word}", values[-1])))


@dataclass(frozen=True, slots=True)
class Slice(Generic[Row]):
    """Some rows of a list, and the addresses of what stands before and after them."""

    rows: list[Row]
    next: str | None
    previous: str | None


def slice_of(
    request: Request, rows: "QuerySet[Row]", keyset: Keyset, *, limit: int, cursor: str
) -> Slice[Row]:
    """Return up to `limit` rows from `cursor` on. Raises ValidationError on a cursor not ours."""
    values, backward = _read_cursor(request, cursor) if cursor else ([], False)
    if values:
        rows = rows.filter(keyset.beyond(values, backward=backward))
    found = list(rows.order_by(*keyset.order(backward=backward))[: limit + 1])
    more = len(found) > limit
    found = found[:limit]
    if backward:
        found.reverse()
    has_next, has_previous = (True, more) if backward else (more, bool(values))
    return Slice(
        found,
        _address(request, keyset, found[-1], backward=False) if found and has_next else None,
        _address(request, keyset, found[0], backward=True) if found and has_previous else None,
    )


def _salt(request: Request) -> str:
    return f"cursor:{request.path}"


def _address(request: Request, keyset: Keyset, row: Model, *, backward: bool) -> str:
    values = [_plain(getattr(row, column)) for column in keyset.columns]
    cursor = signing.dumps([values, backward], salt=_salt(request))
    query = request.query_params.copy()
    query["cursor"] = cursor
    return str(request.build_absolute_uri(f"{request.path}?{query.urlencode()}"))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, int | str) else str(value)


def _read_cursor(request: Request, cursor: str) -> tuple[list[Any], bool]:
    try:
        values, backward = signing.loads(cursor, salt=_salt(request))
    except signing.BadSignature:
        raise ValidationError({"cursor": [_("This cursor is not from this list.")]}) from None
    return values, backward
