"""Words on a page and the regions that they form."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from annotations.content import PageContent


class Box(NamedTuple):
    """A rectangle in pixels of the canonical image, origin at the top left."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Return the first column beyond the box."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Return the first row below the box."""
        return self.top + self.height

    @property
    def middle(self) -> tuple[float, float]:
        """Return the centre as (x, y)."""
        return self.left + self.width / 2, self.top + self.height / 2

    def rounded(self) -> list[int]:
        """Return whole pixels, as JSON holds them."""
        return [round(value) for value in self]


def around(boxes: Sequence[Box]) -> Box:
    """Return the smallest box that holds all of `boxes`, of which there is one at least."""
    left, top = min(box.left for box in boxes), min(box.top for box in boxes)
    right, bottom = max(box.right for box in boxes), max(box.bottom for box in boxes)
    return Box(left, top, right - left, bottom - top)


@dataclass(frozen=True)
class Word:
    """One word; `confidence` is 0 to 1, `line_key` counts the page's lines in reading order.

    `angle` is how many degrees clockwise the word is to be turned to be read.
    """

    text: str
    left: float
    top: float
    width: float
    height: float
    confidence: float
    line_key: int = 0
    angle: int = 0

    @property
    def box(self) -> Box:
        """Return the word's place."""
        return Box(self.left, self.top, self.width, self.height)


@dataclass(frozen=True)
class Region:
    """A stretch of the page in one zone: its lines are `first_line` to `last_line`, inclusive.

    `trust` is 0 to 1: the mean confidence of its characters.
    """

    box: Box
    zone: str
    trust: float
    angle: int
    first_line: int
    last_line: int

    def to_json(self) -> dict[str, object]:
        """Return `{box, zone, trust, angle, lines: [first, last]}`."""
        return {
            "box": self.box.rounded(),
            "zone": self.zone,
            "trust": round(self.trust, 3),
            "angle": self.angle,
            "lines": [self.first_line, self.last_line],
        }


@dataclass(frozen=True)
class Words:
    """Everything that a word recogniser saw on one page, and the zones it amounts to."""

    words: tuple[Word, ...]
    regions: tuple[Region, ...]
    recogniser_version: str
    zones: PageContent

    @property
    def trust(self) -> float:
        """Return the mean confidence of the page's characters, 0 to 1; 0 without any."""
        return trust_in(self.words)

    def to_json(self) -> dict[str, object]:
        """Return `{words: [[text, left, top, width, height, confidence, line]], regions}`."""
        rows = [
            [word.text, *word.box.rounded(), round(word.confidence, 2), word.line_key]
            for word in self.words
        ]
        return {"words": rows, "regions": [region.to_json() for region in self.regions]}


def trust_in(words: Sequence[Word]) -> float:
    """Return the mean confidence of the words' characters, 0 to 1; 0 without any."""
    characters = sum(len(word.text) for word in words)
    weighted = sum(len(word.text) * word.confidence for word in words)
    return weighted / characters if characters else 0.0
