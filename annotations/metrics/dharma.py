"""The page score of the DharmaOCR benchmark."""

import json
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein


@dataclass(frozen=True)
class DharmaScore:
    """Both halves of the score, each 0 to 1."""

    lev: float
    bleu: float

    @property
    def score(self) -> float:
        """Return the mean of the two."""
        return (self.lev + self.bleu) / 2


def dharma_score(gold_plain: str, predicted_plain: str) -> DharmaScore:
    """Score one page's plain text: no normalisation of case, accents or space.

    `lev = 1 - levenshtein / longer length` (0 when both are empty); `bleu` is NLTK's
    `sentence_bleu` with `method1` smoothing on white-space tokens. Identical texts of fewer than
    four tokens score below 1 by this definition: it is a figure for pages, not for fields.
    Source: the benchmark's notebook.
    """
    longer = max(len(gold_plain), len(predicted_plain))
    edits = Levenshtein.distance(gold_plain, predicted_plain)
    return DharmaScore(1 - edits / longer if longer else 0.0, _bleu(gold_plain, predicted_plain))


def dharma_score_as_published(gold_raw: str, predicted_raw: str) -> DharmaScore:
    """Score one page's raw answer against the gold as it stands, for comparison with the paper.

    Nothing is repaired, cleaned or put in order: the same zones in another order score below 1.
    Source: the benchmark's notebook.
    """
    return dharma_score(published_text(gold_raw), published_text(predicted_raw))


def published_text(raw: str) -> str:
    """Return an answer's plain text by the benchmark's definition.

    A JSON object's non-empty values joined by line ends, in the order in which they stand (one that
    is no string is written as JSON); anything else is the string itself, fences included.
    """
    try:
        found = json.loads(raw)
        values = found.values() if isinstance(found, dict) else [raw]
        return "\n".join(
            value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            for value in values
            if value
        )
    except (ValueError, RecursionError):
        return raw


def _bleu(gold: str, predicted: str) -> float:
    # Imported here: NLTK costs every process that never scores a page 0.3 s and 20 MB.
    from nltk.translate.bleu_score import SmoothingFunction, sentence_bleu

    smoothing = SmoothingFunction().method1
    return float(sentence_bleu([gold.split()], predicted.split(), smoothing_function=smoothing))
