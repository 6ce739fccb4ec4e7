"""The page score of the DharmaOCR benchmark."""

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


def _bleu(gold: str, predicted: str) -> float:
    # Imported here: NLTK costs every process that never scores a page 0.3 s and 20 MB.
    from nltk.translate.bleu_score import SmoothingFunction, sentence_bleu

    smoothing = SmoothingFunction().method1
    return float(sentence_bleu([gold.split()], predicted.split(), smoothing_function=smoothing))
