"""The bundled fonts, so that the same seed gives the same page on every machine."""

from enum import StrEnum
from functools import cache
from pathlib import Path

from PIL import ImageFont

FONTS = Path(__file__).parent / "fonts"


class Face(StrEnum):
    """A typeface by the role it plays on a page."""

    SERIF = "source-serif-4"
    SANS = "source-sans-3"
    TYPEWRITER = "courier-prime"
    ROUND_HAND = "kalam"
    SLANTED_HAND = "dancing-script"


PRINTED = (Face.SERIF, Face.SANS, Face.TYPEWRITER)
HANDS = (Face.ROUND_HAND, Face.SLANTED_HAND)
# Handwriting fonts draw smaller than print at the same nominal size.
HAND_SCALE = 1.35


@cache
def font(face: Face, pixels: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """Load a face at a size in pixels; the hands have one weight."""
    weight = 700 if bold and face not in HANDS else 400
    path = FONTS / f"{face}-latin-{weight}-normal.woff"
    # The basic engine: advanced shaping depends on a library that not every machine has.
    return ImageFont.truetype(path, max(6, pixels), layout_engine=ImageFont.Layout.BASIC)
