"""Sort the lines of a page into header, margin, footer and text by where they stand.

The rule looks at places and drawn lines alone, never at what a line says. On the levelled page:

1. **Body.** The columns between which nearly all characters of level lines stand.
2. **Margin.** A line whose middle lies beside the body, or that stands upright there.
3. **Header.** The lines above the topmost long drawn line (at least 0.4 of the body's width)
   that lies in the top fifth of the page, eight lines at most; unless that drawn line is the first
   of an even series, as on ruled paper. A drawn line above all text is a frame: no header. Where
   Tesseract saw no drawn line near that end of the page, `rules.py` looks for one. Without a
   drawn line: one line in the top 7 % that stands clear of what follows.
4. **Footer.** Likewise below the last long drawn line in the bottom fifth; without one, up to three
   lines in the bottom tenth that stand clear of what comes before.
5. **Text.** All else, in reading order.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from annotations.engines.order import SAME_ROW, in_reading_order
from annotations.engines.placed import Placed, place
from annotations.engines.tsv import Layout, line_height
from annotations.engines.upright import Upright, find_upright
from annotations.engines.words import Box, around

# Share of the body's width that a drawn line spans when it parts a header or footer from the text.
LONG_RULE = 0.4
# Shares of the page's height in which such a line is looked for, from either end.
RULE_REACH = 0.2
HEADER_LINES, FOOTER_LINES = 8, 6
# Without a drawn line: shares of the height, and lines.
CLEAR_HEADER_REACH, CLEAR_FOOTER_REACH = 0.07, 0.1
CLEAR_HEADER_LINES, CLEAR_FOOTER_LINES = 1, 3
# A block stands clear at this many times the usual distance between lines.
CLEAR_GAP = 1.8
# Distances of three drawn lines that differ less than this belong to ruled paper.
EVEN_SERIES = 1.4
# Share of characters that may stand outside the body on either side.
STRAY_SHARE = 0.02
# Share of a line's height at its upper and lower edge where a drawn line may touch it.
PRINT_EDGE = 0.15
# Fragments of one drawn line lie this many line heights apart, at most.
SAME_RULE = 0.6


@dataclass
class Zoned:
    """The lines of a page by zone, the body's box, and the tilt."""

    upright: Upright
    body: Box
    header: list[Placed] = field(default_factory=list)
    margin: list[Placed] = field(default_factory=list)
    footer: list[Placed] = field(default_factory=list)
    text: list[Placed] = field(default_factory=list)


FindRules = Callable[[Upright, Box], list[Box]]


def sort_into_zones(
    layout: Layout, width: int, height: int, find_rules: FindRules | None = None
) -> Zoned:
    """Sort the lines of a page of `width` by `height` pixels; see the module's rule.

    `find_rules` is asked for drawn lines (on the levelled page, beside the body's columns) where
    the layout has none near the top or the bottom.
    """
    upright = find_upright(layout.lines, width, height)
    placed = [place(line, upright) for line in layout.lines]
    zoned = Zoned(upright, _body(placed, width, height))
    level = _take_margin(zoned, placed)
    rules = _long_rules([upright.level_rule(rule) for rule in layout.rules], zoned.body, level)
    if find_rules is not None and not (_near_top(rules, height) and _near_bottom(rules, height)):
        rules = _supplemented(rules, find_rules(upright, zoned.body), level, height)
    header = _header(level, rules, height)
    rest = [item for item in level if item not in header]
    footer = _footer(rest, rules, height)
    text = [item for item in rest if item not in footer]
    usual = line_height(layout.lines)
    zoned.header = in_reading_order(header, usual)
    zoned.footer = in_reading_order(footer, usual)
    zoned.text = in_reading_order(text, usual)
    return zoned


def _body(placed: Sequence[Placed], width: int, height: int) -> Box:
    level = [item for item in placed if not item.upright]
    if not level:
        return Box(0, 0, width, height)
    stray = STRAY_SHARE * sum(len(item.line.text) for item in level)
    left = _edge(level, stray, lambda item: item.box.left)
    right = -_edge(level, stray, lambda item: -item.box.right)
    return Box(left, 0, max(right - left, 1), height)


def _edge(level: Sequence[Placed], stray: float, side: Callable[[Placed], float]) -> float:
    """Return the smallest `side` once `stray` characters have been passed over."""
    passed = 0.0
    for item in sorted(level, key=side):
        passed += len(item.line.text)
        if passed > stray:
            return side(item)
    raise AssertionError("stray is a share of all characters")


def _take_margin(zoned: Zoned, placed: Sequence[Placed]) -> list[Placed]:
    """Move the lines beside the body into the margin; return the others."""
    level: list[Placed] = []
    for item in placed:
        x, _ = item.box.middle
        beside = not zoned.body.left <= x <= zoned.body.right
        (zoned.margin if beside else level).append(item)
    return level


def _long_rules(rules: Sequence[Box], body: Box, level: Sequence[Placed]) -> list[Box]:
    """Join the fragments of drawn lines and keep the long ones, from the top down."""
    near = SAME_RULE * line_height([item.line for item in level])
    rows: list[list[Box]] = []
    for rule in sorted(rules, key=lambda rule: rule.middle[1]):
        if rule.height > max(near, rule.width / 8):
            continue  # a picture, a stamp or a box
        if rows and rule.middle[1] - rows[-1][-1].middle[1] <= near:
            rows[-1].append(rule)
        else:
            rows.append([rule])
    joined = [around(row)._replace(width=_covered(row)) for row in rows]
    return [rule for rule in joined if rule.width >= LONG_RULE * body.width]


def _covered(row: Sequence[Box]) -> float:
    """Return the width that the fragments of one drawn line cover together."""
    covered, reached = 0.0, min(rule.left for rule in row)
    for rule in sorted(row, key=lambda rule: rule.left):
        covered += max(0.0, rule.right - max(rule.left, reached))
        reached = max(reached, rule.right)
    return covered


def _near_top(rules: Sequence[Box], height: int) -> list[Box]:
    return [rule for rule in rules if rule.middle[1] <= RULE_REACH * height]


def _near_bottom(rules: Sequence[Box], height: int) -> list[Box]:
    return [rule for rule in rules if rule.middle[1] >= (1 - RULE_REACH) * height]


def _supplemented(
    rules: list[Box], found: Sequence[Box], level: Sequence[Placed], height: int
) -> list[Box]:
    """Add drawn lines that were looked for, at the ends of the page where none was known.

    What lies within a line of print is print.
    """
    clear = [rule for rule in found if not any(_is_within(rule, item) for item in level)]
    more = [
        rule
        for near in (_near_top, _near_bottom)
        if not near(rules, height)
        for rule in near(clear, height)
    ]
    return sorted(rules + more, key=lambda rule: rule.middle[1])


def _is_within(rule: Box, item: Placed) -> bool:
    box = item.box
    beside = rule.right < box.left or rule.left > box.right
    edge = PRINT_EDGE * box.height
    return not beside and box.top + edge < rule.middle[1] < box.bottom - edge


def _header(level: Sequence[Placed], rules: Sequence[Box], height: int) -> list[Placed]:
    if _near_top(rules[:1], height) and not _even(rules[:3]):
        above = [item for item in level if item.level < rules[0].middle[1]]
        if 0 < _rows(above) <= HEADER_LINES:
            return above
    rows = sorted(level, key=lambda item: item.box.top)
    return _clear(
        rows, CLEAR_HEADER_LINES, lambda item: item.box.bottom < CLEAR_HEADER_REACH * height
    )


def _footer(level: Sequence[Placed], rules: Sequence[Box], height: int) -> list[Placed]:
    if _near_bottom(rules[-1:], height) and not _even(rules[-3:]):
        below = [item for item in level if item.level > rules[-1].middle[1]]
        if 0 < _rows(below) <= FOOTER_LINES:
            return below
    rows = sorted(level, key=lambda item: -item.box.bottom)
    start = (1 - CLEAR_FOOTER_REACH) * height
    return _clear(rows, CLEAR_FOOTER_LINES, lambda item: item.box.top > start)


def _rows(items: Sequence[Placed]) -> int:
    """Count the rows in which lines stand; Tesseract may break one row into several lines."""
    apart = SAME_ROW * line_height([item.line for item in items])
    levels = sorted(item.level for item in items)
    return bool(levels) + sum(after - before > apart for before, after in pairwise(levels))


def _even(rules: Sequence[Box]) -> bool:
    """Tell whether three drawn lines follow each other as on ruled paper."""
    if len(rules) < 3:  # noqa: PLR2004
        return False
    first, second, third = (rule.middle[1] for rule in rules)
    near, far = sorted((second - first, third - second))
    return far <= EVEN_SERIES * near


def _clear(rows: Sequence[Placed], most: int, within: Callable[[Placed], bool]) -> list[Placed]:
    """Return the outermost rows that a gap parts from the rest; `rows` run from the outside in."""
    distances = sorted(
        abs(after.box.middle[1] - before.box.middle[1]) for before, after in pairwise(rows)
    )
    if not distances:
        return []
    usual = distances[len(distances) // 2]
    for count, (row, following) in enumerate(pairwise(rows), start=1):
        if count > most or not within(row):
            return []
        if abs(following.box.middle[1] - row.box.middle[1]) >= CLEAR_GAP * usual:
            return list(rows[:count])
    return []
