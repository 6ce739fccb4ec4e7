"""Character and word error rates, as counts that can be summed over pages."""

import unicodedata
from collections import Counter
from dataclasses import dataclass

import regex
from rapidfuzz.distance import Levenshtein

_CLUSTER = regex.compile(r"\X")


@dataclass(frozen=True)
class ErrorCounts:
    """Edits and the length that they are held against; `a + b` sums pages."""

    edits: int = 0
    length: int = 0

    def __add__(self, other: "ErrorCounts") -> "ErrorCounts":
        return ErrorCounts(self.edits + other.edits, self.length + other.length)

    @property
    def rate(self) -> float:
        """Return edits per unit of the reference; an empty reference counts as one unit."""
        return self.edits / max(self.length, 1)


@dataclass(frozen=True)
class WordCounts:
    """Words of either side and those that they share, order apart; `a + b` sums pages."""

    shared: int = 0
    reference: int = 0
    hypothesis: int = 0

    def __add__(self, other: "WordCounts") -> "WordCounts":
        return WordCounts(
            self.shared + other.shared,
            self.reference + other.reference,
            self.hypothesis + other.hypothesis,
        )

    @property
    def f1(self) -> float:
        """Return the harmonic mean of precision and recall, 0 to 1; 1 when both are empty."""
        total = self.reference + self.hypothesis
        return 2 * self.shared / total if total else 1.0


def cer_counts(reference: str, hypothesis: str) -> ErrorCounts:
    """Count edits on NFC grapheme clusters: Levenshtein over the reference's clusters."""
    expected, found = _clusters(reference), _clusters(hypothesis)
    return ErrorCounts(Levenshtein.distance(expected, found), len(expected))


def cer_norm_counts(reference: str, hypothesis: str) -> ErrorCounts:
    """Count edits with white space and line ends collapsed: reflowed lines are no errors."""
    return cer_counts(" ".join(reference.split()), " ".join(hypothesis.split()))


def wer_counts(reference: str, hypothesis: str) -> ErrorCounts:
    """Count edits on white-space tokens, after NFC."""
    expected, found = _words(reference), _words(hypothesis)
    return ErrorCounts(Levenshtein.distance(expected, found), len(expected))


def word_counts(reference: str, hypothesis: str) -> WordCounts:
    """Count the words that both sides hold, each as often as it stands in both."""
    expected, found = Counter(_words(reference)), Counter(_words(hypothesis))
    return WordCounts((expected & found).total(), expected.total(), found.total())


def word_f1(reference: str, hypothesis: str) -> float:
    """Return the order-free F1 of one page's words, 0 to 1."""
    return word_counts(reference, hypothesis).f1


def _clusters(text: str) -> list[str]:
    clusters: list[str] = _CLUSTER.findall(unicodedata.normalize("NFC", text))
    return clusters


def _words(text: str) -> list[str]:
    return unicodedata.normalize("NFC", text).split()
