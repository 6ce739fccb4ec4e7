"""How sure the difference between two engines is."""

import math
import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from annotations.metrics.percentiles import percentile

# Each end of the interval then moves by about a fiftieth of its width from seed to seed.
RESAMPLES: Final = 2000
SEED: Final = 20_260_101  # any fixed number: the same answers give the same interval
OUTSIDE: Final = 0.025  # of the resampled differences, beyond each end of the interval


@dataclass(frozen=True, slots=True)
class PairedPage:
    """One page read by both engines.

    A score has the weight 1; a rate is given as edits, with the reference's length as its weight.
    """

    document: str
    first: float
    second: float
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class PairedDifference:
    """First engine minus second, its 95 % interval, and what it was told by."""

    difference: float
    low: float
    high: float
    documents: int
    pages: int
    resamples: int


def paired_difference(
    pages: Iterable[PairedPage], *, resamples: int = RESAMPLES, seed: int = SEED
) -> PairedDifference | None:
    """Return the difference of two engines on the same pages; None when there are no pages.

    The difference is `sum(first - second) / sum(weight)` over pages. Pages of one document resemble
    each other, so whole documents are drawn: as many as there are, with replacement, `resamples`
    times; the interval is from the 2.5th to the 97.5th percentile of the differences so found. The
    order of the pages does not matter. Where it holds 0, the data do not tell the engines apart.
    Source: Efron & Tibshirani, An Introduction to the Bootstrap (1993), chapter 13 (percentile
    interval); Koehn, EMNLP 2004 (paired resampling of systems).
    """
    gathered: defaultdict[str, list[PairedPage]] = defaultdict(list)
    for page in pages:
        gathered[page.document].append(page)
    if not gathered:
        return None
    documents = [gathered[name] for name in sorted(gathered)]
    gaps = [math.fsum(page.first - page.second for page in found) for found in documents]
    weights = [math.fsum(page.weight for page in found) for found in documents]
    drawn = _resampled(gaps, weights, resamples, random.Random(seed))  # noqa: S311 - no secret
    low, high = percentile(drawn, OUTSIDE), percentile(drawn, 1 - OUTSIDE)
    difference = _ratio(math.fsum(gaps), math.fsum(weights))
    return PairedDifference(
        difference=difference,
        low=difference if low is None else low,
        high=difference if high is None else high,
        documents=len(documents),
        pages=sum(map(len, documents)),
        resamples=resamples,
    )


def _resampled(
    gaps: list[float], weights: list[float], resamples: int, rng: random.Random
) -> list[float]:
    places = range(len(gaps))
    found = []
    for _ in range(resamples):
        drawn = rng.choices(places, k=len(gaps))
        gap, weight = sum(map(gaps.__getitem__, drawn)), sum(map(weights.__getitem__, drawn))
        found.append(_ratio(gap, weight))
    return found


def _ratio(gap: float, weight: float) -> float:
    return gap / weight if weight else 0.0
