"""Coordinates in which the page's lines run level, however the scan is tilted."""

from collections.abc import Sequence
from dataclasses import dataclass

from annotations.engines.tsv import Line, line_height
from annotations.engines.words import Box

# A line tells the tilt when it is this many times longer than high.
MIN_ASPECT = 8
# Steeper than this (5.7 degrees) is not a tilted scan.
MAX_SLOPE = 0.1


@dataclass(frozen=True)
class Upright:
    """A small turn about the page's centre: `slope` is rise over run of the lines as scanned."""

    width: int
    height: int
    slope: float = 0.0

    def level(self, box: Box) -> Box:
        """Return where a box of the scan lies on the levelled page; its size stays."""
        x, y = box.middle
        across, down = x - self.width / 2, y - self.height / 2
        return Box(
            box.left + self.slope * down, box.top - self.slope * across, box.width, box.height
        )

    def level_rule(self, box: Box) -> Box:
        """Return where a drawn line lies: level, with the height that its tilt gave it removed."""
        level = self.level(box)
        height = max(1.0, level.height - abs(self.slope) * level.width)
        return Box(level.left, level.top + (level.height - height) / 2, level.width, height)

    def scanned(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point of the levelled page lies on the scan."""
        return x - self.slope * (y - self.height / 2), y + self.slope * (x - self.width / 2)


def find_upright(lines: Sequence[Line], width: int, height: int) -> Upright:
    """Measure the tilt: the median slope of long lines, weighted by their length."""
    longest = MIN_ASPECT * line_height(lines)
    slopes = sorted((_slope(line), line.box.width) for line in lines if line.box.width > longest)
    half, seen = sum(weight for _, weight in slopes) / 2, 0.0
    for slope, weight in slopes:
        seen += weight
        if seen >= half:
            return Upright(width, height, slope if abs(slope) <= MAX_SLOPE else 0.0)
    return Upright(width, height)


def _slope(line: Line) -> float:
    """Fit the bottoms of the words by least squares."""
    points = [(word.left + word.width / 2, word.top + word.height) for word in line.words]
    x_mean = sum(x for x, _ in points) / len(points)
    y_mean = sum(y for _, y in points) / len(points)
    spread = sum((x - x_mean) ** 2 for x, _ in points)
    return sum((x - x_mean) * (y - y_mean) for x, y in points) / spread if spread else 0.0
