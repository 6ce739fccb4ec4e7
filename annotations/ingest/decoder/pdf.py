"""PDF through pdfium: pages are rendered; scripts, attachments and links are never looked at."""

import contextlib
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
from pypdfium2 import raw

from annotations.ingest.decoder import limits
from annotations.ingest.decoder.colour import to_srgb
from annotations.ingest.decoder.failures import DecodeFailure, Reason
from annotations.ingest.decoder.page import RawPage, plausible_dpi
from annotations.ingest.decoder.xref import is_sound

POINTS_PER_INCH = 72
# An image over less of the page is a figure or a stamp, not the scan of it.
SCAN_COVERAGE = 0.5
# Keeps the renderer's `ceil` from adding a column to a scan's own grid.
ROUNDING_GUARD = 0.01


class PdfFile:
    """A PDF opened without a password."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._pdf = pypdfium2.PdfDocument(path)
        except pypdfium2.PdfiumError as error:
            locked = error.err_code == raw.FPDF_ERR_PASSWORD
            raise DecodeFailure(Reason.PASSWORD if locked else Reason.CORRUPT) from error
        # Draws what was typed into form fields. This build of pdfium has no script engine.
        with contextlib.suppress(pypdfium2.PdfiumError):
            self._pdf.init_forms()
        self.page_count = len(self._pdf)
        if not self.page_count:
            raise DecodeFailure(Reason.EMPTY)
        if self.page_count > limits.MAX_PAGES:
            raise DecodeFailure(Reason.TOO_MANY_PAGES)
        if self.page_count == 1:
            self._largest_dpi(1)

    def page(self, number: int) -> RawPage:
        """Render page `number`, counted from 1, as its /Rotate says; raises `DecodeFailure`."""
        largest = self._largest_dpi(number)
        page = self._pdf[number - 1]
        try:
            self._refuse_lost_content(page)
            dpi = min(_resolution(page), largest)
            width = page.get_width()
            columns = max(1, round(width * dpi / POINTS_PER_INCH))
            bitmap = page.render(scale=(columns - ROUNDING_GUARD) / width, rev_byteorder=True)
            image = bitmap.to_pil()
        finally:
            page.close()
        return RawPage(to_srgb(image), plausible_dpi(dpi))

    def close(self) -> None:
        """Let go of the file."""
        self._pdf.close()

    def _refuse_lost_content(self, page: Any) -> None:
        """Refuse an empty page of a file that pdfium had to guess its way through.

        A sound file may have blank pages; in a damaged one the page's content may be what was lost.
        """
        if next(_objects(page), None) is None and not is_sound(self._path):
            raise DecodeFailure(Reason.CORRUPT)

    def _largest_dpi(self, number: int) -> float:
        """Return the resolution at which the page fills the pixel limit, before rendering it."""
        width, height = self._pdf.get_page_size(number - 1)
        if not (math.isfinite(width * height) and width > 0 and height > 0):
            raise DecodeFailure(Reason.CORRUPT)
        inches = width * height / POINTS_PER_INCH**2
        longest = max(width, height) / POINTS_PER_INCH
        dpi: float = min(math.sqrt(limits.MAX_PAGE_PIXELS / inches), limits.MAX_SIDE / longest)
        if dpi < limits.PDF_MIN_DPI:
            raise DecodeFailure(Reason.TOO_MANY_PIXELS)
        return dpi


def _resolution(page: Any) -> float:
    """Return the dpi to render at: the scan's own when the page is one, else at least `PDF_DPI`.

    An invisible text layer leaves a scan a scan; a stamp or a typed line over it makes the page
    mixed, and then neither may lose sharpness.
    """
    scan, pure = 0.0, True
    area = page.get_width() * page.get_height()
    for item in _objects(page):
        if item.type == raw.FPDF_PAGEOBJ_IMAGE:
            scan = max(scan, _scan_dpi(item, area))
        elif item.type != raw.FPDF_PAGEOBJ_FORM and not _is_invisible(item):
            pure = False
    if pure and scan:
        return min(max(scan, limits.PDF_MIN_DPI), limits.PDF_MAX_DPI)
    return min(max(scan, limits.PDF_DPI), limits.PDF_MAX_DPI)


def _objects(page: Any) -> Iterator[Any]:
    # A page that pdfium cannot walk is rendered like any other.
    with contextlib.suppress(pypdfium2.PdfiumError):
        for count, item in enumerate(page.get_objects(max_depth=3)):
            if count >= limits.PDF_OBJECTS:
                return
            yield item


def _scan_dpi(image: Any, page_area: float) -> float:
    left, bottom, right, top = image.get_bounds()
    area = (right - left) * (top - bottom)
    columns, rows = image.get_px_size()
    if area < SCAN_COVERAGE * page_area or not columns * rows:
        return 0.0
    return math.sqrt(columns * rows / area) * POINTS_PER_INCH


def _is_invisible(item: Any) -> bool:
    if item.type != raw.FPDF_PAGEOBJ_TEXT:
        return False
    mode: int = raw.FPDFTextObj_GetTextRenderMode(item)
    invisible: int = raw.FPDF_TEXTRENDERMODE_INVISIBLE
    return mode == invisible
