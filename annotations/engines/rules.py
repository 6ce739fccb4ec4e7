"""Find the drawn lines that part header and footer from the text, where Tesseract saw none.

A drawn line is thin, and dark along its whole length; a line of print is thicker, and broken by
the spaces between its words. The search runs on the levelled page, within the columns of the body,
near the top and the bottom only; the caller passes over what lies within a line of print.
"""

from collections.abc import Sequence
from typing import Final

from PIL import Image

from annotations.engines.upright import Upright
from annotations.engines.words import Box

# Stripes into which the body is cut; a drawn line passes through many neighbours.
STRIPES: Final = 48
# How much darker than the rows above and below a stripe of a drawn line is, in grey levels.
MIN_DEPTH: Final = 9
# A drawn line with its blur is thinner than this, in heights of a line of print; at least 3 pixels.
THICKNESS: Final = 0.2
MIN_REACH: Final = 3
# Stripes in a row that may miss, where ink or dust lies on the line.
MAX_GAP: Final = 1
# Rows this close, in reaches, are one drawn line that the tilt or its blur spreads.
SAME_LINE: Final = 2
# Share of the body's stripes that make a drawn line.
LONG: Final = 0.4


def find_rules(
    image: Image.Image, upright: Upright, body: Box, line_height: float, reach: float
) -> list[Box]:
    """Return drawn lines on the levelled page, in the top and bottom `reach` of its height.

    `image` is the greyscale page, `body` the columns of its text.
    """
    span = int(reach * upright.height)
    if body.width < STRIPES or span < 1:
        return []
    tops = (0, upright.height - span)
    apart = max(MIN_REACH, round(THICKNESS * line_height))
    return [
        Box(body.left + start * body.width / STRIPES, top + row, count * body.width / STRIPES, 1)
        for top in tops
        for row, start, count in _runs(_stripes(image, upright, body, top, span), span, apart)
    ]


def _stripes(image: Image.Image, upright: Upright, body: Box, top: int, span: int) -> bytes:
    """Return `span` rows of mean greys, `STRIPES` to a row, of the levelled body."""
    x0, y0 = upright.scanned(body.left, top)
    slope = upright.slope
    level = image.transform(
        (int(body.width), span),
        Image.Transform.AFFINE,
        (1, -slope, x0, slope, 1, y0),
        Image.Resampling.BILINEAR,
        fillcolor=255,
    )
    return level.resize((STRIPES, span), Image.Resampling.BOX).tobytes()


def _runs(greys: bytes, rows: int, apart: int) -> list[tuple[int, int, int]]:
    """Return (row, first stripe, stripes) of each drawn line, at the row where it is longest."""
    found: list[tuple[int, int, int]] = []
    for row in range(apart, rows - apart):
        flags = [
            _is_drawn(greys, row, stripe, apart) or _is_drawn(greys, row + 1, stripe, apart)
            for stripe in range(STRIPES)
        ]
        start, count = _longest(flags)
        if count < LONG * STRIPES:
            continue
        if not found or row - found[-1][0] > SAME_LINE * apart:
            found.append((row, start, count))
        elif count > found[-1][2]:
            found[-1] = row, start, count
    return found


def _is_drawn(greys: bytes, row: int, stripe: int, apart: int) -> bool:
    if (row + apart + 1) * STRIPES > len(greys):
        return False
    here = greys[row * STRIPES + stripe]
    above, below = (greys[(row + step) * STRIPES + stripe] for step in (-apart, apart))
    return min(above, below) - here >= MIN_DEPTH


def _longest(flags: Sequence[bool]) -> tuple[int, int]:
    """Return start and length of the longest run of true values, small gaps forgiven."""
    best, start, missed = (0, 0), 0, 0
    for index, flag in enumerate(flags):
        missed = 0 if flag else missed + 1
        if missed > MAX_GAP:
            start = index + 1
        best = max(best, (index + 1 - missed - start, start))
    return best[1], best[0]
