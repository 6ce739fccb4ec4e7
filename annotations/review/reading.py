"""What a page says now."""

from typing import Any

from annotations.content import ZONES
from annotations.models import Page

EMPTY: dict[str, Any] = {**dict.fromkeys(ZONES), "fields": {}}


def current_content(page: Page) -> dict[str, Any]:
    """Return the head revision's content, else the current prediction's, else empty zones."""
    if page.head_revision is not None:
        return dict(page.head_revision.content)
    if page.current_prediction is not None:
        return dict(page.current_prediction.content)
    return EMPTY


def current_spans(page: Page) -> list[dict[str, Any]]:
    """Return the marks of the head revision."""
    return [] if page.head_revision is None else list(page.head_revision.spans)


def standing(page: Page) -> dict[str, Any]:
    """Tell what stands on a page now: the `current` of a stale write."""
    return {
        "version": page.version,
        "state": page.state,
        "content": current_content(page),
        "spans": current_spans(page),
    }
