"""Read the strips beside the body again, turned, where notes run up or down the page."""

import io
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PIL import Image, ImageFilter

from annotations.engines.ink import paper_grey
from annotations.engines.placed import place
from annotations.engines.tsv import Line, parse_tsv
from annotations.engines.upright import Upright
from annotations.engines.words import Box, Word, trust_in

ReadTsv = Callable[[bytes], str]

# Strips narrower than this hold no line of text, in pixels.
MIN_STRIP = 12
# Blocks of this many pixels, of which this share is ink, belong to a note; dust does not reach it.
BLOCK, MIN_SHARE = 8, 0.1
# Paper left around a note, in pixels.
EDGE = 12
# How much darker than the paper ink is, in grey levels.
INK_CONTRAST = 60
# Small print reads better enlarged; strips are small.
ENLARGE = 2
# Notes below this mean confidence, or with fewer letters and digits, are not believed.
MIN_TRUST, MIN_LETTERS = 0.5, 3
# A note read with this confidence is taken without trying the other direction.
SURE = 0.85

_TURNS = {90: Image.Transpose.ROTATE_270, 270: Image.Transpose.ROTATE_90}


@dataclass(frozen=True)
class Strip:
    """A strip of the levelled page, in whole pixels."""

    left: int
    width: int
    height: int
    top: int = 0

    def holds(self, box: Box) -> bool:
        """Tell whether the middle of a box lies between the strip's sides."""
        return self.left <= box.middle[0] < self.left + self.width


def strips_beside(body: Box, width: int, height: int, pad: float) -> list[Strip]:
    """Return the strips left and right of the body, `pad` pixels away from it."""
    left, right = int(body.left - pad), int(body.right + pad)
    strips = [Strip(0, left, height), Strip(right, width - right, height)]
    return [strip for strip in strips if strip.width >= MIN_STRIP]


def read_strip(image: Image.Image, strip: Strip, upright: Upright, read: ReadTsv) -> list[Line]:
    """Return the lines of the note in a strip, with places on the scan; empty without a note.

    `image` is the greyscale page. Text is taken to run upwards (turn by 90 degrees clockwise) or
    downwards (270): the direction that reads with more confidence wins.
    """
    crop = _cut(image, strip, upright)
    note = _note(crop)
    if note is None:
        return []
    left, top, right, bottom = note
    within = Strip(strip.left + left, right - left, bottom - top, top)
    best: list[Line] = []
    for angle in _TURNS:
        lines = _read_turned(crop.crop(note), angle, read)
        if score(lines) > score(best):
            best = [_placed(line, angle, within, upright) for line in lines]
        if best and trust_in(_words(best)) >= SURE:
            break
    return best


def with_angle(line: Line) -> Line:
    """Say of a line that was read standing which way it runs: upwards, unless its words descend."""
    first, last = line.words[0], line.words[-1]
    if first.angle or not place(line, Upright(1, 1)).upright:
        return line
    angle = 270 if last.top > first.top else 90
    return replace(line, words=tuple(replace(word, angle=angle) for word in line.words))


def _cut(image: Image.Image, strip: Strip, upright: Upright) -> Image.Image:
    """Cut the strip out of the scan, levelled."""
    x0, y0 = upright.scanned(strip.left, 0)
    slope = upright.slope
    paper = image.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    return image.transform(
        (strip.width, strip.height),
        Image.Transform.AFFINE,
        (1, -slope, x0, slope, 1, y0),
        Image.Resampling.BILINEAR,
        fillcolor=paper,
    )


def _note(crop: Image.Image) -> tuple[int, int, int, int] | None:
    """Return the part of a strip that holds ink, with an edge of paper, or None."""
    darkest = paper_grey(crop) - INK_CONTRAST
    ink = crop.point([255 * (grey < darkest) for grey in range(256)])
    without_dust = ink.filter(ImageFilter.MedianFilter(3))
    size = math.ceil(crop.width / BLOCK), math.ceil(crop.height / BLOCK)
    blocks = without_dust.resize(size, Image.Resampling.BOX)
    box = blocks.point([255 * (share > 255 * MIN_SHARE) for share in range(256)]).getbbox()
    if box is None:
        return None
    return (
        max(box[0] * BLOCK - EDGE, 0),
        max(box[1] * BLOCK - EDGE, 0),
        min(box[2] * BLOCK + EDGE, crop.width),
        min(box[3] * BLOCK + EDGE, crop.height),
    )


def _read_turned(crop: Image.Image, angle: int, read: ReadTsv) -> list[Line]:
    turned = crop.transpose(_TURNS[angle])
    enlarged = turned.resize(
        (turned.width * ENLARGE, turned.height * ENLARGE), Image.Resampling.LANCZOS
    )
    data = io.BytesIO()
    enlarged.save(data, "PNG", compress_level=1)
    return _believed(parse_tsv(read(data.getvalue())).lines)


def _believed(lines: Sequence[Line]) -> list[Line]:
    kept = []
    for line in lines:
        letters = sum(char.isalnum() for char in line.text)
        if letters >= MIN_LETTERS and trust_in(line.words) >= MIN_TRUST:
            kept.append(line)
    return kept


def score(lines: Sequence[Line]) -> float:
    """Return how much was read, doubtful characters counting far less than sure ones."""
    words = _words(lines)
    return trust_in(words) ** 4 * sum(len(word.text) for word in words)


def _words(lines: Sequence[Line]) -> list[Word]:
    return [word for line in lines for word in line.words]


def _placed(line: Line, angle: int, strip: Strip, upright: Upright) -> Line:
    return replace(line, words=tuple(_place(word, angle, strip, upright) for word in line.words))


def _place(word: Word, angle: int, strip: Strip, upright: Upright) -> Word:
    """Turn a word's box back from the enlarged, turned strip to the scan."""
    left, top, width, height = (value / ENLARGE for value in word.box)
    if angle == 90:  # noqa: PLR2004
        x, y = top, strip.height - left - width
    else:
        x, y = strip.width - top - height, left
    middle = strip.left + x + height / 2, strip.top + y + width / 2
    middle_x, middle_y = upright.scanned(*middle)
    return replace(
        word,
        left=middle_x - height / 2,
        top=middle_y - width / 2,
        width=height,
        height=width,
        angle=angle,
    )
