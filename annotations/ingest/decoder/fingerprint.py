"""A 64-bit perceptual hash: close pictures differ in few bits."""

import math
from typing import Final

from PIL import Image

SIDE: Final = 32  # the picture is judged at this size
LOW: Final = 8  # and by this many frequencies each way
COSINES: Final = tuple(
    tuple(math.cos((2 * x + 1) * u * math.pi / (2 * SIDE)) for x in range(SIDE)) for u in range(LOW)
)


def perceptual_hash(image: Image.Image) -> int:
    """Return the DCT hash (pHash) of a picture as an unsigned 64-bit number.

    Compare two by the number of bits in which they differ. Source: Zauner, "Implementation and
    benchmarking of perceptual image hash functions", 2010, section 3.2.
    """
    pixels = image.convert("L").resize((SIDE, SIDE), Image.Resampling.BOX).tobytes()
    rows = [pixels[y * SIDE : (y + 1) * SIDE] for y in range(SIDE)]
    across = [[sum(map(float.__mul__, wave, map(float, row))) for wave in COSINES] for row in rows]
    columns = list(zip(*across, strict=True))
    flat = [sum(map(float.__mul__, wave, column)) for wave in COSINES for column in columns]
    middle = sorted(flat[1:])[len(flat) // 2]  # the first term is the mean brightness alone
    return sum(1 << bit for bit, value in enumerate(flat) if value > middle)
