"""Tesseract's TSV as lines of words, and the rules (drawn lines) between them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from annotations.content import clean_text
from annotations.engines.words import Box, Word, around

_WORD_LEVEL = "5"
_COLUMNS = 12


@dataclass(frozen=True)
class Line:
    """Words that Tesseract read as one line of one block, in reading order."""

    words: tuple[Word, ...]
    block: int

    @property
    def box(self) -> Box:
        """Return the place of the line."""
        return around([word.box for word in self.words])

    @property
    def text(self) -> str:
        """Return the words, single-spaced."""
        return " ".join(word.text for word in self.words)


class Layout(NamedTuple):
    """Lines in the reading order of Tesseract, and what it took for drawn lines or pictures."""

    lines: list[Line]
    rules: list[Box]


def parse_tsv(tsv: str) -> Layout:
    """Parse TSV as `tesseract … tsv` writes it; confidences become 0 to 1."""
    lines: dict[tuple[int, str, str], list[Word]] = {}
    rules: list[Box] = []
    for row in tsv.split("\n"):
        cells = row.split("\t", _COLUMNS - 1)
        if len(cells) != _COLUMNS or cells[0] != _WORD_LEVEL:
            continue
        box, text = Box(*map(int, cells[6:10])), clean_text(cells[11]).strip()
        if not text:
            rules.append(box)
            continue
        key = int(cells[2]), cells[3], cells[4]
        confidence = min(max(float(cells[10]) / 100, 0.0), 1.0)
        lines.setdefault(key, []).append(Word(text, *box, confidence))
    return Layout([Line(tuple(words), key[0]) for key, words in lines.items()], rules)


def line_height(lines: Sequence[Line]) -> float:
    """Return the median height of words in pixels; 1 without words."""
    heights = sorted(word.height for line in lines for word in line.words)
    return heights[len(heights) // 2] if heights else 1.0
