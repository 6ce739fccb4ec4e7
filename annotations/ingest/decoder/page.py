"""What both kinds of file give: one page's pixels, and how densely they were scanned."""

import math
from dataclasses import dataclass, replace
from numbers import Real
from typing import Protocol

from PIL import Image

from annotations.ingest.decoder import limits
from annotations.ingest.decoder.failures import DecodeFailure, Reason


@dataclass(frozen=True)
class RawPage:
    """Upright sRGB or gray pixels; `dpi` is None when unknown."""

    image: Image.Image
    dpi: int | None
    scaled_down: bool = False


class OpenFile(Protocol):
    """A file whose pages can be asked for, one at a time."""

    page_count: int

    def page(self, number: int) -> RawPage:
        """Decode page `number`, counted from 1; raises `DecodeFailure`."""

    def close(self) -> None:
        """Let go of the file."""


def check_pixels(width: int, height: int) -> None:
    """Refuse a picture from its header alone, before a byte of it is decoded."""
    if width < 1 or height < 1:
        raise DecodeFailure(Reason.CORRUPT)
    if width * height > limits.MAX_DECODED_PIXELS or max(width, height) > limits.MAX_SIDE:
        raise DecodeFailure(Reason.TOO_MANY_PIXELS)


def plausible_dpi(value: object) -> int | None:
    """Return a resolution that somebody may have measured, else None."""
    # TIFF and EXIF give fractions, whose denominator may be 0.
    number = float(value) if isinstance(value, Real) else math.nan
    if not math.isfinite(number):
        return None
    dpi = round(number)
    return dpi if limits.MIN_PLAUSIBLE_DPI <= dpi <= limits.MAX_PLAUSIBLE_DPI else None


def fitted(page: RawPage) -> RawPage:
    """Return the page within `MAX_PAGE_PIXELS`, scaled down and marked when it was larger."""
    width, height = page.image.size
    if width * height <= limits.MAX_PAGE_PIXELS:
        return page
    scale = math.sqrt(limits.MAX_PAGE_PIXELS / (width * height))
    size = (max(1, int(width * scale)), max(1, int(height * scale)))
    image = page.image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    dpi = None if page.dpi is None else plausible_dpi(page.dpi * scale)
    return replace(page, image=image, dpi=dpi, scaled_down=True)
