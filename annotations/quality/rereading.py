"""What a newer reading changes on pages that people have corrected: nothing there, but it is told.

Each zone and field that people decided is held against the reading they began from and the newest
reading of an engine.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.db.models import F, OuterRef, Subquery

from annotations.content import ZONES, PageContent
from annotations.metrics import ErrorCounts, cer_counts
from annotations.models import Engine, Page, Prediction, Project

CHUNK: Final = 500


class Outcome(StrEnum):
    """How the newer reading stands to what people wrote, given how the older one stood."""

    STILL_AGREES = "still_agrees"
    AGREES_NOW = "agrees_now"
    STILL_WRONG = "still_wrong"
    REGRESSED = "regressed"


@dataclass(slots=True)
class Reread:
    """Sums over one zone or field: values by outcome, and character edits of either reading."""

    outcomes: dict[Outcome, int]
    before: ErrorCounts = field(default_factory=ErrorCounts)
    after: ErrorCounts = field(default_factory=ErrorCounts)

    def add(self, written: str, before: str, after: str) -> None:
        """Count one value."""
        outcome = {
            (True, True): Outcome.STILL_AGREES,
            (False, True): Outcome.AGREES_NOW,
            (False, False): Outcome.STILL_WRONG,
            (True, False): Outcome.REGRESSED,
        }[(before == written, after == written)]
        self.outcomes[outcome] += 1
        self.before += cer_counts(written, before)
        self.after += cer_counts(written, after)

    def to_json(self) -> dict[str, object]:
        """Return the counts, and both character error rates."""
        counts = {outcome.value: n for outcome, n in self.outcomes.items()}
        return {**counts, "cer_before": self.before.rate, "cer_after": self.after.rate}


@dataclass(frozen=True, slots=True)
class Rereading:
    """The newest reading of one page beside the one that people corrected."""

    written: PageContent
    before: PageContent
    after: PageContent


def reread(project: Project, engine: Engine) -> tuple[int, dict[str, Reread]]:
    """Return how many pages were read again, and the sums by zone, then by `fields.<name>`.

    Pages whose correction began from the engine's newest answer, or from none, have nothing to
    tell. A zone that neither people nor a reading has is not counted.
    """
    pages, found = 0, dict[str, Reread]()
    for each in _rereadings(project, engine):
        pages += 1
        for name, texts in _values(each).items():
            sums = found.setdefault(name, Reread(dict.fromkeys(Outcome, 0)))
            sums.add(*texts)
    return pages, found


def _rereadings(project: Project, engine: Engine) -> Iterator[Rereading]:
    newest = Prediction.objects.filter(page=OuterRef("pk"), engine=engine)
    pages = (
        Page.objects.filter(project=project, head_revision__base_prediction__isnull=False)
        .annotate(newest=Subquery(newest.order_by("-created_at", "-id").values("id")[:1]))
        .exclude(newest=None)
        .exclude(newest=F("head_revision__base_prediction"))
        .order_by("document", "number")
    )
    rows = pages.values_list(
        "newest", "head_revision__content", "head_revision__base_prediction__content"
    )
    for key, written, before in rows.iterator(CHUNK):
        yield Rereading(*(PageContent.from_json(one) for one in (written, before, _content(key))))


def _content(key: UUID) -> object:
    return Prediction.objects.values_list("content", flat=True).get(id=key)


def _values(each: Rereading) -> dict[str, tuple[str, str, str]]:
    """Return what is written, what was read before and what is read now, by zone and field."""
    sides = (each.written, each.before, each.after)
    found = {}
    for zone in ZONES:
        written, before, after = (getattr(side, zone) or "" for side in sides)
        if written or before or after:
            found[zone] = written, before, after
    for name in each.written.fields:
        written, before, after = (
            "\n".join(side.fields[name].texts()) if name in side.fields else "" for side in sides
        )
        found[f"fields.{name}"] = written, before, after
    return found
