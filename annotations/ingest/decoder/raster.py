"""JPEG, PNG, TIFF and WebP through Pillow."""

from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from PIL import Image

from annotations.ingest.decoder import limits
from annotations.ingest.decoder.colour import to_srgb
from annotations.ingest.decoder.failures import DecodeFailure, Reason
from annotations.ingest.decoder.page import RawPage, check_pixels, fitted, plausible_dpi

PILLOW_FORMATS: Final = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/tiff": "TIFF",
    "image/webp": "WEBP",
}
# EXIF's eight ways of holding a camera.
ORIENTATION_TAG: Final = 0x0112
UPRIGHT: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# TIFF NewSubfileType: a reduced copy or a mask of another page is no page.
SUBFILE_TAG: Final = 254
NOT_A_PAGE: Final = 0b101

# Pillow's own guard, behind ours.
Image.MAX_IMAGE_PIXELS = limits.MAX_DECODED_PIXELS


class RasterFile:
    """An image file; only a TIFF has more than one page."""

    def __init__(self, path: Path, media_type: str) -> None:
        try:
            self._image = Image.open(path, formats=[PILLOW_FORMATS[media_type]])
        except Image.DecompressionBombError as error:
            raise DecodeFailure(Reason.TOO_MANY_PIXELS) from error
        self._frames = _page_frames(self._image) if media_type == "image/tiff" else [0]
        self.page_count = len(self._frames)
        if self.page_count == 1:  # a single page that is too large is the file's own fault
            self._seek(1)

    def page(self, number: int) -> RawPage:
        """Decode page `number`, counted from 1; raises `DecodeFailure`."""
        self._seek(number)
        self._image.load()
        dpi = plausible_dpi(_first(self._image.info.get("dpi")))
        orientation = _orientation(self._image)
        page = fitted(RawPage(to_srgb(self._image), dpi))
        if orientation not in UPRIGHT:
            return page
        return replace(page, image=page.image.transpose(UPRIGHT[orientation]))

    def close(self) -> None:
        """Let go of the file."""
        self._image.close()

    def _seek(self, number: int) -> None:
        self._image.seek(self._frames[number - 1])
        check_pixels(*self._image.size)


def _page_frames(image: Image.Image) -> list[int]:
    """Return the indexes of a TIFF's pages; Pillow ends a chain that returns to itself."""
    frames: list[int] = []
    skipped = 0
    while True:
        try:
            image.seek(len(frames) + skipped)
        except EOFError:
            break
        if _subfile(image) & NOT_A_PAGE:
            skipped += 1
        else:
            frames.append(image.tell())
        if len(frames) + skipped > limits.MAX_PAGES:
            raise DecodeFailure(Reason.TOO_MANY_PAGES)
    return frames or [0]


def _subfile(image: Image.Image) -> int:
    value = getattr(image, "tag_v2", {}).get(SUBFILE_TAG, 0)
    return value if isinstance(value, int) else 0


def _orientation(image: Image.Image) -> Any:
    """Return EXIF's orientation; a TIFF was turned by Pillow already and gives none."""
    try:
        return image.getexif().get(ORIENTATION_TAG)
    except Exception:  # noqa: BLE001  malformed EXIF raises anything, and is no reason to refuse a page
        return None


def _first(dpi: object) -> object:
    return dpi[0] if isinstance(dpi, tuple) and dpi else None
