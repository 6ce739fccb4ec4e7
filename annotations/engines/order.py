"""Put lines into reading order: by columns where a gutter parts them, by rows elsewhere.

A gutter is an upright stripe near the middle that few lines cross. It parts columns when both
sides hold running text, whose lines fill their side; the cells of a form or a table do not, and
are read row by row. Lines that cross the gutter are read where they stand, between the stretches of
columns above and below them. Each side is looked at again for further columns.
"""

from collections.abc import Sequence
from typing import Final

from annotations.engines.placed import Placed

# Where a gutter is looked for, in shares of the width.
FIRST, LAST = 0.2, 0.8
STEPS: Final = 60
# Lines that each side must hold; the share of a side's width that a line of running text fills; the
# share of the side's characters that such lines hold (columns 0.7 to 0.9, forms below 0.5).
MIN_LINES: Final = 5
FULL_LINE: Final = 0.7
RUNNING: Final = 0.6
# A line of running text is this many times longer than high: a column of sums is not.
MIN_ASPECT: Final = 10
# Share of all lines that may cross a gutter (columns up to 0.03, forms and letters from 0.2 on).
MAX_CROSSING: Final = 0.1
# Lines belong to one row when their middles differ by less, in heights of a line.
SAME_ROW: Final = 0.5


def in_reading_order(lines: Sequence[Placed], height: float) -> list[Placed]:
    """Return lines of one zone in reading order; `height` is the usual height of a line."""
    gutter = _gutter(lines, height)
    if gutter is None:
        return _by_rows(lines, height)
    ordered: list[Placed] = []
    for crossing, stretch in _stretches(lines, gutter):
        left = [item for item in stretch if item.box.right <= gutter]
        right = [item for item in stretch if item.box.right > gutter]
        ordered += in_reading_order(left, height) + in_reading_order(right, height)
        ordered += crossing
    return ordered


def _gutter(lines: Sequence[Placed], height: float) -> float | None:
    """Return the x that parts columns of running text, or None."""
    if len(lines) < 2 * MIN_LINES:
        return None
    left = min(item.box.left for item in lines)
    width = max(item.box.right for item in lines) - left
    steps = [left + width * (FIRST + (LAST - FIRST) * n / STEPS) for n in range(STEPS + 1)]
    counts = [sum(_crosses(item, x) for item in lines) for x in steps]
    fewest = min(counts)
    if fewest > MAX_CROSSING * len(lines):
        return None
    gutter = steps[_middle_of_longest_run([count == fewest for count in counts])]
    beside = [item for item in lines if not _crosses(item, gutter)]
    sides = (
        [item for item in beside if item.box.right <= gutter],
        [item for item in beside if item.box.left >= gutter],
    )
    return gutter if all(_is_running_text(side, height) for side in sides) else None


def _middle_of_longest_run(flags: Sequence[bool]) -> int:
    """Return the index in the middle of the longest run of true values, of which there is one."""
    start, best = 0, (0, 0)
    for index, flag in enumerate([*flags, False]):
        if not flag:
            best = max(best, (index - start, start))
            start = index + 1
    length, start = best
    return start + length // 2


def _is_running_text(side: Sequence[Placed], height: float) -> bool:
    """Tell whether full lines hold most of a side's characters, or it parts into columns itself."""
    if len(side) < MIN_LINES:
        return False
    left = min(item.box.left for item in side)
    width = max(item.box.right for item in side) - left
    shortest = max(FULL_LINE * width, MIN_ASPECT * height)
    full = [item for item in side if item.box.width >= shortest]
    return _characters(full) >= RUNNING * _characters(side) or _gutter(side, height) is not None


def _characters(lines: Sequence[Placed]) -> int:
    return sum(len(item.line.text) for item in lines)


def _crosses(item: Placed, x: float) -> bool:
    return item.box.left < x < item.box.right


def _stretches(lines: Sequence[Placed], gutter: float) -> list[tuple[list[Placed], list[Placed]]]:
    """Cut the page at the lines that cross: each stretch with the crossing line that ends it."""
    stretches: list[tuple[list[Placed], list[Placed]]] = []
    stretch: list[Placed] = []
    for item in sorted(lines, key=lambda item: item.level):
        if _crosses(item, gutter):
            stretches.append(([item], stretch))
            stretch = []
        else:
            stretch.append(item)
    return [*stretches, ([], stretch)]


def _by_rows(lines: Sequence[Placed], height: float) -> list[Placed]:
    rows: list[list[Placed]] = []
    for item in sorted(lines, key=lambda item: item.level):
        if rows and item.level - rows[-1][0].level < SAME_ROW * height:
            rows[-1].append(item)
        else:
            rows.append([item])
    return [item for row in rows for item in sorted(row, key=lambda item: item.box.left)]
