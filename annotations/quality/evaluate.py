"""From gold and raw answers to figures: one set of sums, for every command that tells any."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, NamedTuple

from annotations.content import ZONES, PageContent, parse_answer
from annotations.metrics import (
    DegenerationFacts,
    DharmaScore,
    ErrorCounts,
    WordCounts,
    ZoneCounts,
    cer_counts,
    cer_norm_counts,
    degeneration_facts,
    dharma_score,
    percentile,
    published_text,
    wer_counts,
    wilson,
    word_counts,
    zone_counts,
)

MILLION: Final = 1_000_000
MEDIAN: Final = 0.5
SLOW: Final = 0.95


@dataclass(frozen=True, slots=True)
class GoldPage:
    """What is right of one page, and by what its figures are told.

    `published` is the gold as its data set holds it, in its own key order; `based_on` names the
    engine whose answer the gold began as, empty where there was none.
    """

    document: str
    kind: str
    based_on: str
    content: PageContent
    published: str


@dataclass(frozen=True, slots=True)
class AnswerFacts:
    """What is known of an answer beside its text; seconds of work, costs in the price's currency.

    An `error` stands for an answer that never came; `parser` is how the engine's answers are read.
    """

    finish_reason: str
    seconds: float = 0.0
    input_tokens: int | None = None
    output_tokens: int | None = None
    cost: Decimal | None = None
    idle_cost: Decimal | None = None
    error: str = ""
    parser: str = "json"


class Judged(NamedTuple):
    """One page, the raw answer to it, and what is known of that answer."""

    gold: GoldPage
    raw: str
    facts: AnswerFacts


@dataclass(frozen=True, slots=True)
class PageFigures:
    """The figures of one page; `score` and `published` are None on a blank page."""

    gold: GoldPage
    facts: AnswerFacts
    degeneration: DegenerationFacts
    blank_right: bool
    score: DharmaScore | None = None
    published: DharmaScore | None = None
    cer: ErrorCounts = field(default_factory=ErrorCounts)
    cer_norm: ErrorCounts = field(default_factory=ErrorCounts)
    wer: ErrorCounts = field(default_factory=ErrorCounts)
    words: WordCounts = field(default_factory=WordCounts)
    zones: dict[str, ZoneCounts] = field(default_factory=dict)


def read_content(raw: str, parser: str = "json") -> PageContent:
    """Read an answer or a gold string; one that holds nothing, `{}` too, is an empty page."""
    return parse_answer(raw, parser).content if published_text(raw).strip() else PageContent()


def measure(judged: Judged) -> PageFigures:
    """Return one page's figures; an answer that never came is an empty one."""
    gold, raw, facts = judged
    predicted = read_content(raw, facts.parser)
    expected, found = gold.content.plain_text(), predicted.plain_text()
    loops = degeneration_facts(raw, facts.finish_reason)
    if not expected.strip():
        return PageFigures(gold, facts, loops, not facts.error and not found.strip())
    score = dharma_score(expected, found)
    as_published = published_text(gold.published), published_text(raw)
    same = as_published == (expected, found)
    return PageFigures(
        gold,
        facts,
        loops,
        blank_right=False,
        score=score,
        published=score if same else dharma_score(*as_published),
        cer=cer_counts(expected, found),
        cer_norm=cer_norm_counts(expected, found),
        wer=wer_counts(expected, found),
        words=word_counts(expected, found),
        zones=zone_counts(gold.content, predicted),
    )


@dataclass(slots=True)
class Figures:
    """Sums over pages; blank pages count apart, as right or wrong."""

    pages: int = 0
    errors: int = 0
    cer: ErrorCounts = field(default_factory=ErrorCounts)
    cer_norm: ErrorCounts = field(default_factory=ErrorCounts)
    wer: ErrorCounts = field(default_factory=ErrorCounts)
    words: WordCounts = field(default_factory=WordCounts)
    zones: dict[str, ZoneCounts] = field(default_factory=lambda: dict.fromkeys(ZONES, ZoneCounts()))
    scores: list[DharmaScore] = field(default_factory=list)
    published: list[DharmaScore] = field(default_factory=list)
    blank: int = 0
    blank_right: int = 0
    degenerate: int = 0
    truncated: int = 0
    tail_repetition: int = 0
    stopped_by_guard: int = 0
    answered: list[AnswerFacts] = field(default_factory=list)

    def add(self, page: PageFigures) -> None:
        """Count one page."""
        self.pages += 1
        if page.facts.error:
            self.errors += 1
        else:
            self._count_answer(page)
        if page.score is None or page.published is None:
            self.blank += 1
            self.blank_right += page.blank_right
            return
        self.scores.append(page.score)
        self.published.append(page.published)
        self.cer += page.cer
        self.cer_norm += page.cer_norm
        self.wer += page.wer
        self.words += page.words
        for zone, counts in page.zones.items():
            self.zones[zone] += counts

    def _count_answer(self, page: PageFigures) -> None:
        self.answered.append(page.facts)
        self.degenerate += page.degeneration.degenerate
        self.truncated += page.degeneration.truncated
        self.tail_repetition += page.degeneration.tail_repetition
        self.stopped_by_guard += page.degeneration.stopped_by_guard

    @property
    def seconds(self) -> float:
        """Return the engine's seconds of work."""
        return sum(facts.seconds for facts in self.answered)

    @property
    def wrong_zone(self) -> float:
        """Return the share of what was read that stands in another zone than it should, 0 to 1."""
        return 1 - sum(self.zones.values(), ZoneCounts()).share_of_read

    def to_json(self) -> dict[str, object]:
        """Return every figure by name; null where nothing tells it.

        Rates of degeneration are over the answers that came, each with its 95 % interval.
        """
        return {
            "pages": self.pages,
            "errors": self.errors,
            **_scores(self.scores, self.published),
            "cer": self.cer.rate,
            "cer_norm": self.cer_norm.rate,
            "wer": self.wer.rate,
            "word_f1": self.words.f1,
            "wrong_zone": self.wrong_zone,
            "zones": {zone: counts.share for zone, counts in self.zones.items() if counts.length},
            "blank": self.blank,
            "blank_right": self.blank_right,
            **self._degeneration(),
            **_spent(self.answered),
        }

    def _degeneration(self) -> dict[str, object]:
        found: dict[str, object] = {
            "degeneration": self.degenerate / max(len(self.answered), 1),
        }
        for name in ("degenerate", "truncated", "tail_repetition", "stopped_by_guard"):
            count: int = getattr(self, name)
            found[name] = count
            found[f"{name}_interval"] = wilson(count, len(self.answered))
        return found


@dataclass(frozen=True, slots=True)
class Evaluated:
    """All figures of one engine on one set of pages, and the pages that they are summed from."""

    total: Figures
    kinds: dict[str, Figures]
    based_on: dict[str, Figures]
    pages: list[PageFigures]


def evaluate(pages: Iterable[Judged]) -> Evaluated:
    """Return the figures of pages: of all, by kind of document, by whose answer the gold began as.

    The same pages and answers give the same figures, whenever and however often they are asked for.
    """
    kinds: defaultdict[str, Figures] = defaultdict(Figures)
    based_on: defaultdict[str, Figures] = defaultdict(Figures)
    total, measured = Figures(), []
    for judged in pages:
        page = measure(judged)
        measured.append(page)
        for figures in (total, kinds[page.gold.kind], based_on[page.gold.based_on]):
            figures.add(page)
    return Evaluated(total, dict(kinds), dict(based_on), measured)


def _scores(scores: list[DharmaScore], published: list[DharmaScore]) -> dict[str, object]:
    lev, bleu = _mean([s.lev for s in scores]), _mean([s.bleu for s in scores])
    return {
        "dharma_score": _mean([s.score for s in scores]),
        "dharma_score_as_published": _mean([s.score for s in published]),
        "lev": lev,
        "bleu": bleu,
    }


def _spent(answered: list[AnswerFacts]) -> dict[str, object]:
    seconds = [facts.seconds for facts in answered]
    return {
        "seconds": sum(seconds),
        "latency_p50": percentile(seconds, MEDIAN),
        "latency_p95": percentile(seconds, SLOW),
        "input_tokens": _total([facts.input_tokens for facts in answered]),
        "output_tokens": _total([facts.output_tokens for facts in answered]),
        "cost_per_million_pages": _per_million([facts.cost for facts in answered]),
        "idle_cost_per_million_pages": _per_million([facts.idle_cost for facts in answered]),
    }


def _mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _total(counts: list[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


def _per_million(costs: list[Decimal | None]) -> float | None:
    """Return what a million pages would cost by the pages whose cost is known."""
    known = [cost for cost in costs if cost is not None]
    return float(sum(known, Decimal()) / len(known) * MILLION) if known else None
