"""Find dot leaders, the rows of dots that lead the eye across a table of contents or a form.

Tesseract reads them as words of its own invention and drops what stands beside them. They are
found by their shape, taken out of the image before it is read, and put back as words of as many
dots as were counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from statistics import median
from typing import Final

from PIL import Image, ImageChops, ImageFilter

from annotations.engines.ink import DOWN, Cell, closed, opened, paper_grey, parts, stretches
from annotations.engines.tsv import Layout, Line
from annotations.engines.words import Box, Word, around

# How much darker than the paper ink is, in grey levels.
INK_CONTRAST: Final = 60
# A dot is at most this wide and high, a leader at least this long and its dots at most this far
# apart: in heights of a word.
DOT: Final = 0.3
SHORTEST: Final = 3.0
GAP: Final = 0.7
FEWEST: Final = 8
# Share of the steps from dot to dot, and of the dots' sizes, that are within a third of the usual.
REGULAR: Final = 0.85
# A dot is at most this share of a step wide and high: small print is not.
SLENDER: Final = 0.8
# A leader closer than this above or below another is no leader but a screened picture.
APART: Final = 0.6
# A leader is level with a word that it lies beside, or this far below.
SAME_FOOT: Final = 0.5
# A leader leads from and to words that are nearer than this.
NEAR: Final = 2.0
# A page with more rows of dots than lines is a screened picture, of which each row takes long.
MOST: Final = 250
# Dots that are counted are as sure as good print that is read.
CONFIDENCE: Final = 0.95


@dataclass(frozen=True)
class Leader:
    """A row of `count` dots."""

    box: Box
    count: int

    def word(self) -> Word:
        """Return the leader as it stands in a text."""
        return Word("." * self.count, *self.box, CONFIDENCE)


def find_leaders(grey: Image.Image, height: float) -> tuple[list[Leader], Image.Image]:
    """Return the leaders of a greyscale page, and the page without them.

    `height` is the usual height of a word in pixels.
    """
    if height <= 1:  # no word was read
        return [], grey
    paper = paper_grey(grey)
    dots = _dots(_darker(grey, paper - INK_CONTRAST), height)
    pitch, shortest = max(2, round(GAP * height)), round(SHORTEST * height)
    # A tilted row climbs from one line of pixels to the next: made taller, it holds together.
    runs = opened(closed(dots.filter(ImageFilter.MaxFilter(3)), pitch), shortest)
    boxes = list(islice(parts(runs), MOST + 1))
    if len(boxes) > MOST:
        return [], grey
    found = [leader for box in boxes if (leader := _leader(dots, box, height))]
    grain = _darker(grey, paper - INK_CONTRAST / 2)
    leaders = [
        one for one in found if _is_parted(one, grain) and not _is_screened(one, found, height)
    ]
    clean = grey.copy()
    for leader in leaders:
        place = _whole(leader.box, 2)
        mask = dots.crop(place).filter(ImageFilter.MaxFilter(5))
        clean.paste(paper, place, mask)
    return leaders, clean


def with_leaders(layout: Layout, leaders: Sequence[Leader], height: float) -> Layout:
    """Put each leader where it stands: it joins what it leads from and to, or is a line alone."""
    lines = list(layout.lines)
    for leader in sorted(leaders, key=lambda one: (one.box.top, one.box.left)):
        word = leader.word()
        beside = _lines_beside(lines, word.box, height)
        if not beside:
            at = _after(lines, word)
            lines.insert(at, Line((word,), lines[at - 1].block if at else 0))
            continue
        words = [word, *(other for index in beside for other in lines[index].words)]
        words.sort(key=lambda one: one.left)
        lines[beside[0]] = replace(lines[beside[0]], words=tuple(words))
        for index in beside[1:]:
            del lines[index]
    return Layout(lines, layout.rules)


def _dots(ink: Image.Image, height: float) -> Image.Image:
    """Return the ink in pieces no larger than a dot, apart from anything larger."""
    larger = max(3, round(DOT * height)) + 1
    large = ImageChops.lighter(opened(ink, larger), opened(ink, larger, DOWN))
    return ImageChops.subtract(ink, large.filter(ImageFilter.MaxFilter(5)))


def _leader(dots: Image.Image, box: Cell, height: float) -> Leader | None:
    """Return the leader in a box; None where its dots are few, unlike, or at no regular step."""
    reach = round(DOT * height)
    left, top, right, bottom = box[0], max(box[1] - reach, 0), box[2], box[3] + reach
    row = _in_step(_pieces(dots.crop((left, top, right, min(bottom, dots.height)))))
    if len(row) < FEWEST:
        return None
    sizes = [piece.width for piece in row], [piece.height for piece in row]
    steps = _steps(row)
    level = [abs(after.bottom - before.bottom) <= 1 for before, after in pairwise(row)]
    like = min(sum(level) / len(level), *(_alike(each) for each in (steps, *sizes)))
    if like < REGULAR or max(median(each) for each in sizes) > SLENDER * median(steps):
        return None
    return Leader(around([Box(left + x, top + y, w, h) for x, y, w, h in row]), len(row))


def _pieces(band: Image.Image) -> list[Box]:
    """Return a box around the ink in each stretch of columns that has some."""
    found = []
    for start, end in stretches(band.getprojection()[0]):
        rows = stretches(band.crop((start, 0, end, band.height)).getprojection()[1])
        found.append(Box(start, rows[0][0], end - start, rows[-1][1] - rows[0][0]))
    return found


def _in_step(row: list[Box]) -> list[Box]:
    """Leave out what stands before the first dot and behind the last: pieces of letters."""
    while len(row) > FEWEST and not _follows(row[0], row):
        row = row[1:]
    while len(row) > FEWEST and not _follows(row[-1], row):
        row = row[:-1]
    return row


def _follows(end: Box, row: list[Box]) -> bool:
    """Tell whether the first or last piece of a row is like its dots, and a step from the next."""
    next_one, steps = (row[1] if end is row[0] else row[-2]), _steps(row)
    return (
        abs(end.left - next_one.left) <= 4 / 3 * median(steps) + 1
        and abs(end.bottom - next_one.bottom) <= 1
        and _is_near(end.width, [piece.width for piece in row])
        and _is_near(end.height, [piece.height for piece in row])
    )


def _steps(row: Sequence[Box]) -> list[float]:
    return [after.left - before.left for before, after in pairwise(row)]


def _alike(sizes: Sequence[float]) -> float:
    """Return the share of sizes near the usual one."""
    return sum(_is_near(size, sizes) for size in sizes) / len(sizes)


def _is_near(size: float, sizes: Sequence[float]) -> bool:
    """Tell whether a size is within a third, or a pixel, of the usual one."""
    usual = median(sizes)
    return abs(size - usual) <= max(usual / 3, 1)


def _is_parted(leader: Leader, grain: Image.Image) -> bool:
    """Tell whether there is paper between the dots; a pale drawn line breaks up into the like."""
    columns = grain.crop(_whole(leader.box, 0)).getprojection()[0]
    return len(stretches(columns)) >= REGULAR * leader.count


def _is_screened(one: Leader, others: Sequence[Leader], height: float) -> bool:
    return any(
        other is not one
        and abs(other.box.top - one.box.top) < APART * height
        and other.box.left < one.box.right
        and one.box.left < other.box.right
        for other in others
    )


def _lines_beside(lines: Sequence[Line], leader: Box, height: float) -> list[int]:
    """Return the line that the leader leads from and the one it leads to: none, one or two."""
    level = [
        (index, word.box)
        for index, line in enumerate(lines)
        for word in line.words
        if not word.angle and word.top <= leader.middle[1] <= word.box.bottom + SAME_FOOT * height
    ]
    before = [(leader.left - box.right, index) for index, box in level]
    behind = [(box.left - leader.right, index) for index, box in level]
    nearest = [
        min(((gap, index) for gap, index in side if -height < gap <= NEAR * height), default=None)
        for side in (before, behind)
    ]
    return list(dict.fromkeys(found[1] for found in nearest if found))


def _after(lines: Sequence[Line], word: Word) -> int:
    """Return where a line of dots alone belongs: behind the nearest line above it in its column."""
    above = [
        (line.box.bottom, index)
        for index, line in enumerate(lines)
        if line.box.bottom <= word.box.bottom
        and line.box.left < word.box.right
        and word.left < line.box.right
    ]
    return max(above)[1] + 1 if above else 0


def _darker(grey: Image.Image, limit: float) -> Image.Image:
    return grey.point([255 * (level < limit) for level in range(256)])


def _whole(box: Box, edge: int) -> Cell:
    left, top, right, bottom = map(round, (box.left, box.top, box.right, box.bottom))
    return left - edge, top - edge, right + edge, bottom + edge
