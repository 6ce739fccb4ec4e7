"""Writes pages into the files that people upload: JPEG, PNG, PDF, TIFF, and a locked PDF."""

from pathlib import Path
from time import gmtime

from PIL import Image

from fictitious.pages import FictitiousPage

# A file's bytes are its identity here, so nothing of the moment may enter them.
EPOCH = gmtime(0)
INK_THRESHOLD = 150  # grey level of a scanner set to black and white
PNG_COLOURS = 16

# The user password's check value (/U) matches no password: every reader asks for one.
LOCKED_PDF = b"\n".join(
    [
        b"%PDF-1.4",
        b"1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj",
        b"2 0 obj <</Type /Pages /Kids [3 0 R] /Count 1>> endobj",
        b"3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]>> endobj",
        b"4 0 obj <</Filter /Standard /V 1 /R 2 /P -4",
        b"/O <" + b"00" * 32 + b"> /U <" + b"11" * 32 + b">>> endobj",
        b"trailer <</Root 1 0 R /Encrypt 4 0 R /ID [<00> <00>] /Size 5>>",
        b"%%EOF",
    ]
)


def write(path: Path, pages: list[FictitiousPage]) -> None:
    """Write `pages` as what the suffix of `path` says; one page unless PDF or TIFF."""
    writer = {".jpg": _jpeg, ".png": _png, ".pdf": _pdf, ".tif": _tiff}[path.suffix]
    writer(path, pages)


def _dpi(page: FictitiousPage) -> tuple[int, int]:
    return page.truth["dpi"], page.truth["dpi"]


def _jpeg(path: Path, pages: list[FictitiousPage]) -> None:
    (page,) = pages
    page.image.save(path, quality=page.jpeg_quality, optimize=True, dpi=_dpi(page))


def _png(path: Path, pages: list[FictitiousPage]) -> None:
    (page,) = pages
    few = page.image.quantize(PNG_COLOURS, dither=Image.Dither.NONE)
    few.save(path, optimize=True, dpi=_dpi(page))


def _pdf(path: Path, pages: list[FictitiousPage]) -> None:
    first, *rest = pages
    first.image.save(
        path,
        save_all=True,
        append_images=[page.image for page in rest],
        resolution=first.truth["dpi"],
        quality=first.jpeg_quality,
        creationDate=EPOCH,
        modDate=EPOCH,
    )


def _tiff(path: Path, pages: list[FictitiousPage]) -> None:
    first, *rest = (
        page.image.convert("L").point(lambda grey: 255 if grey > INK_THRESHOLD else 0, mode="1")
        for page in pages
    )
    first.save(path, save_all=True, append_images=rest, compression="group4", dpi=_dpi(pages[0]))
