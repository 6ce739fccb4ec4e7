"""How far two engines lie apart on the same pages."""

from collections.abc import Sequence

from annotations.metrics import PairedDifference, PairedPage, paired_difference
from annotations.quality.evaluate import PageFigures


def differences(
    first: Sequence[PageFigures], second: Sequence[PageFigures]
) -> dict[str, PairedDifference | None]:
    """Return first minus second for the scores and CER, each with its interval.

    Both hold the same pages in the same order; blank ones stay out. Raises `ValueError` where one
    has more pages than the other.
    """
    pairs = [(a, b) for a, b in zip(first, second, strict=True) if a.score is not None]
    return {
        "dharma_score": paired_difference(
            PairedPage(a.gold.document, a.score.score, b.score.score)
            for a, b in pairs
            if a.score and b.score
        ),
        "dharma_score_as_published": paired_difference(
            PairedPage(a.gold.document, a.published.score, b.published.score)
            for a, b in pairs
            if a.published and b.published
        ),
        "cer": paired_difference(
            PairedPage(a.gold.document, a.cer.edits, b.cer.edits, weight=a.cer.length)
            for a, b in pairs
        ),
    }
