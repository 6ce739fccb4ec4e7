"""What can be told of ink by its shape, at the speed of the imaging library: masks of 0 and 255."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from PIL import Image, ImageChops

Cell = tuple[int, int, int, int]  # left, top, right, bottom
Way = tuple[int, int]
ACROSS: Final[Way] = (1, 0)
DOWN: Final[Way] = (0, 1)

Chop = Callable[[Image.Image, Image.Image], Image.Image]


def parts(mask: Image.Image) -> Iterator[Cell]:
    """Yield boxes around the parts of a mask that blank rows and columns set apart."""
    waiting = [(0, 0, *mask.size)]
    while waiting:
        left, top, right, bottom = waiting.pop()
        across, down = mask.crop((left, top, right, bottom)).getprojection()
        cells = [
            (left + x0, top + y0, left + x1, top + y1)
            for y0, y1 in stretches(down)
            for x0, x1 in stretches(across)
        ]
        if cells == [(left, top, right, bottom)]:
            yield left, top, right, bottom
        else:
            waiting += [cell for cell in cells if mask.crop(cell).getbbox()]


def stretches(flags: Sequence[int]) -> list[tuple[int, int]]:
    """Return the half-open stretches of flags, 0 or 1, that are set."""
    row, found = bytes(flags), []
    start = row.find(1)
    while start >= 0:
        end = row.find(0, start)
        found.append((start, end if end >= 0 else len(row)))
        start = row.find(1, end) if end >= 0 else -1
    return found


def opened(ink: Image.Image, length: int, way: Way = ACROSS) -> Image.Image:
    """Keep the ink in runs of `length` pixels and more."""
    thin = _swept(ink, -length, ImageChops.darker, way)
    return _swept(thin, length, ImageChops.lighter, way)


def closed(ink: Image.Image, length: int) -> Image.Image:
    """Join what is less than `length` pixels apart on a row."""
    joined = _swept(ink, length, ImageChops.lighter, ACROSS)
    return _swept(joined, -length, ImageChops.darker, ACROSS)


def _swept(image: Image.Image, length: int, chop: Chop, way: Way) -> Image.Image:
    """Combine each pixel with its `abs(length) - 1` neighbours on one side, doubling the reach."""
    sign, reached = (1 if length > 0 else -1), 1
    while reached < abs(length):
        step = sign * min(reached, abs(length) - reached)
        image = chop(image, ImageChops.offset(image, step * way[0], step * way[1]))
        reached += abs(step)
    return image


def paper_grey(grey: Image.Image) -> int:
    """Return the median grey of a greyscale image: most of a page is paper."""
    counts = grey.histogram()
    half, paper, seen = sum(counts) / 2, 0, counts[0]
    while seen < half:
        paper += 1
        seen += counts[paper]
    return paper
