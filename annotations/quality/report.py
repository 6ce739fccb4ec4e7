"""How well an engine reads, told by kind of document, against approved text."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from django.db.models import OuterRef, QuerySet, Subquery

from annotations.content import ZONES, PageContent
from annotations.metrics import (
    ErrorCounts,
    WordCounts,
    ZoneCounts,
    cer_counts,
    cer_norm_counts,
    wer_counts,
    wilson,
    word_counts,
    zone_counts,
)
from annotations.models import Engine, Page, Prediction, Project
from annotations.states import PageState

CHUNK: Final = 500
ALL_KINDS: Final = "all"


@dataclass(frozen=True, slots=True)
class Judged:
    """One page: what an engine read and what people approved."""

    kind: str
    predicted: PageContent
    approved: PageContent
    degenerate: bool
    seconds: float


@dataclass(slots=True)
class KindFigures:
    """Sums over the pages of one kind; blank pages count apart, as right or wrong."""

    pages: int = 0
    cer: ErrorCounts = field(default_factory=ErrorCounts)
    cer_norm: ErrorCounts = field(default_factory=ErrorCounts)
    wer: ErrorCounts = field(default_factory=ErrorCounts)
    words: WordCounts = field(default_factory=WordCounts)
    zones: dict[str, ZoneCounts] = field(default_factory=lambda: dict.fromkeys(ZONES, ZoneCounts()))
    blank: int = 0
    blank_right: int = 0
    degenerate: int = 0
    seconds: float = 0.0

    def add(self, judged: Judged) -> None:
        """Count one page."""
        expected, found = judged.approved.plain_text(), judged.predicted.plain_text()
        self.pages += 1
        self.degenerate += judged.degenerate
        self.seconds += judged.seconds
        if not expected.strip():
            self.blank += 1
            self.blank_right += not found.strip()
            return
        self.cer += cer_counts(expected, found)
        self.cer_norm += cer_norm_counts(expected, found)
        self.wer += wer_counts(expected, found)
        self.words += word_counts(expected, found)
        for zone, counts in zone_counts(judged.approved, judged.predicted).items():
            self.zones[zone] += counts

    def to_json(self) -> dict[str, object]:
        """Return rates, with the 95 % interval of the degeneration rate."""
        return {
            "pages": self.pages,
            "cer": self.cer.rate,
            "cer_norm": self.cer_norm.rate,
            "wer": self.wer.rate,
            "word_f1": self.words.f1,
            "zones": {zone: counts.share for zone, counts in self.zones.items() if counts.length},
            "blank": self.blank,
            "blank_right": self.blank_right,
            "degenerate": self.degenerate,
            "degenerate_interval": wilson(self.degenerate, self.pages),
            "seconds": self.seconds,
        }


def figures_by_kind(
    project: Project, engine: Engine, *, truth: Project | None = None
) -> dict[str, KindFigures]:
    """Return an engine's figures on a project's pages, by kind and for all.

    The newest answer of the engine to each page is held against the approved text of that page:
    in `truth`, when given, of the page with the same bytes and number there.
    """
    found: dict[str, KindFigures] = defaultdict(KindFigures)
    for judged in judged_pages(project, engine, truth=truth):
        found[judged.kind].add(judged)
        found[ALL_KINDS].add(judged)
    return dict(found)


def judged_pages(
    project: Project, engine: Engine, *, truth: Project | None = None
) -> Iterator[Judged]:
    """Yield every page that has both an answer of the engine and approved text."""
    newest = Prediction.objects.filter(page=OuterRef("pk"), engine=engine)
    approved = approved_pages(truth or project).filter(
        document__sha256=OuterRef("document__sha256"), number=OuterRef("number")
    )
    pages = (
        Page.objects.filter(project=project)
        .annotate(
            answer=Subquery(newest.order_by("-created_at", "-id").values("id")[:1]),
            gold=Subquery(approved.values("head_revision__content")[:1]),
        )
        .filter(answer__isnull=False, gold__isnull=False)
        .order_by("document", "number")
    )
    rows = pages.values_list("answer", "kind", "gold").iterator(CHUNK)
    for answer, kind, gold in rows:
        prediction = Prediction.objects.get(id=answer)
        yield Judged(
            kind=kind,
            predicted=PageContent.from_json(prediction.content),
            approved=PageContent.from_json(gold),
            degenerate=prediction.degenerate,
            seconds=prediction.seconds,
        )


def approved_pages(project: Project) -> QuerySet[Page]:
    """Return a project's approved pages."""
    return Page.objects.filter(project=project, state=PageState.APPROVED)
