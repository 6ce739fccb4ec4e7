"""PURE: the figures by which texts, pages and engines are judged."""

from annotations.metrics.bootstrap import (
    RESAMPLES,
    SEED,
    PairedDifference,
    PairedPage,
    paired_difference,
)
from annotations.metrics.degeneration import (
    FINISH_GUARD,
    FINISH_LENGTH,
    DegenerationFacts,
    degeneration_facts,
    tail_repetition,
)
from annotations.metrics.dharma import (
    DharmaScore,
    dharma_score,
    dharma_score_as_published,
    published_text,
)
from annotations.metrics.errors import (
    ErrorCounts,
    WordCounts,
    cer_counts,
    cer_norm_counts,
    wer_counts,
    word_counts,
    word_f1,
)
from annotations.metrics.intervals import wilson
from annotations.metrics.percentiles import percentile
from annotations.metrics.zones import ZoneCounts, zone_counts

__all__ = [
    "FINISH_GUARD",
    "FINISH_LENGTH",
    "RESAMPLES",
    "SEED",
    "DegenerationFacts",
    "DharmaScore",
    "ErrorCounts",
    "PairedDifference",
    "PairedPage",
    "WordCounts",
    "ZoneCounts",
    "cer_counts",
    "cer_norm_counts",
    "degeneration_facts",
    "dharma_score",
    "dharma_score_as_published",
    "paired_difference",
    "percentile",
    "published_text",
    "tail_repetition",
    "wer_counts",
    "wilson",
    "word_counts",
    "word_f1",
    "zone_counts",
]
