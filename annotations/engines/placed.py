"""A line and its place on the levelled page."""

from dataclasses import dataclass
from statistics import median

from annotations.engines.tsv import Line
from annotations.engines.upright import Upright
from annotations.engines.words import Box, around

# A word that is this many times higher than wide runs up or down the page.
STANDING = 1.2


@dataclass(frozen=True)
class Placed:
    """A line, its box, and the height at which it stands."""

    line: Line
    box: Box
    level: float

    @property
    def upright(self) -> bool:
        """Tell whether the line runs up or down the page: its words are higher than wide."""
        words = [word for word in self.line.words if len(word.text) > 1]
        standing = sum(len(word.text) for word in words if word.height > STANDING * word.width)
        return 2 * standing > sum(len(word.text) for word in words)


def place(line: Line, upright: Upright) -> Placed:
    """Return where a line of the scan lies on the levelled page."""
    boxes = [upright.level(word.box) for word in line.words]
    # The median: one tall word, or a stroke taken for one, does not move the line.
    return Placed(line, around(boxes), median(box.middle[1] for box in boxes))
