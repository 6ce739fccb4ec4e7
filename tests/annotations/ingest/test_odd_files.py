"""Every hostile file gets the outcome its manifest asks for, through the decoder itself."""

import csv
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from annotations.errors import DomainError
from annotations.ingest.decoding import Decoder, Undecodable
from annotations.ingest.sniff import SNIFF_BYTES, sniff

SECONDS_FOR_ONE = 1.0
REFUSED, EMPTY = "refused format_not_allowed", "refused empty_file"
# What is decoded (size of each page), refused at the door, or failed with its reason.
OUTCOMES = {
    "own-csv-formula.csv": REFUSED,
    "own-empty.png": EMPTY,
    "own-gt-deep.json": REFUSED,
    "own-gt-invalid.json": REFUSED,
    "own-html-named.jpg": REFUSED,
    "own-jpeg-trailing-html.jpg": "900x1200",
    "own-nome-longo-unicode.txt": REFUSED,
    "own-one-pixel-wide.png": "1x5000",
    "own-pagexml-xxe.xml": REFUSED,
    "own-png-bomb-20000x20000.png": "failed too_many_pixels",
    "own-svg-script.svg": REFUSED,
    "own-svg-xxe.svg": REFUSED,
    "own-texto-controle-bidi.txt": REFUSED,
    "own-texto-html-injection.txt": REFUSED,
    "own-texto-latin1.txt": REFUSED,
    "own-texto-utf8-bom-nfd.txt": REFUSED,
    "own-truncated-half.jpg": "failed corrupt",
    "own-zip-bomb-50mb.zip": REFUSED,
    "own-zip-slip.zip": REFUSED,
    "pdfjs-GHOSTSCRIPT-698804-1-fuzzed.pdf": "failed corrupt",
    "pdfjs-Pages-tree-refs.pdf": "1653x2340 corrupt",
    "pdfjs-REDHAT-1531897-0.pdf": "failed corrupt",
    "pdfjs-annotation-fileattachment.pdf": "1654x2340",
    "pdfjs-attachment.pdf": "1700x2200",
    "pdfjs-ccitt_EndOfBlock_false.pdf": "1654x2340",
    "pdfjs-empty.pdf": "1700x2200",
    "pdfjs-empty_protected.pdf": "1700x2200",
    "pdfjs-encrypted-attachment.pdf": "1700x2200",
    "pdfjs-evaljs.pdf": "1700x2200 1700x2200",
    "pdfjs-extractPages_null_in_array.pdf": "1700x2200",
    "pdfjs-helloworld-bad.pdf": "556x556",
    "pdfjs-issue6010_1.pdf": "failed password_protected",
    "pdfjs-issue_cff_unsigned_bbox.pdf": "972x306",
    "pdfjs-jbig2_symbol_offset.pdf": "1654x2340",
    "pdfjs-js-buttons.pdf": "1700x2200",
    "pdfjs-poppler-395-0-fuzzed.pdf": "failed corrupt",
    "pdfjs-poppler-85140-0.pdf": "failed too_many_pixels",
    "pdfjs-poppler-91414-0-53.pdf": "2208x2339",
    "pdfjs-rotation.pdf": "1700x2200 2200x1700",
    "pdfjs-scan-bad.pdf": "2550x3300",
    "pdfjs-xfa_issue14315.pdf": "1700x2200",
    "pdfjs-xref_command_missing.pdf": "556x139",
    "pillow-12in16bit.tif": "100x100",
    "pillow-apng-chunk_no_fdat.png": "128x64",
    "pillow-apng-syntax_num_frames_zero.png": "failed corrupt",
    "pillow-avif-hopper.avif": REFUSED,
    "pillow-broken.png": "failed corrupt",
    "pillow-broken_data_stream.png": "failed corrupt",
    "pillow-crash-0c7e0e8e11ce787078f00b5b0ca409a167f070e0.tif": "failed corrupt",
    "pillow-crash-2020-10-test.tif": "failed corrupt",
    "pillow-crash-4fb027452e6988530aa5dabee76eecacb3b79f8a.j2k": REFUSED,
    "pillow-crash-86214e58da443d2b80820cff9677a38a33dcbbca.tif": "failed corrupt",
    "pillow-decompression_bomb.gif": REFUSED,
    "pillow-decompression_bomb.ico": REFUSED,
    "pillow-decompression_bomb_extents.gif": REFUSED,
    "pillow-exif-dpi-zerodivision.jpg": "200x200",
    "pillow-exif_gps.jpg": "8x8",
    "pillow-g4_orientation_8.tif": "590x88",
    "pillow-hopper.webp": "128x128",
    "pillow-hopper_bad_exif.jpg": "500x500",
    "pillow-hopper_orientation_3.jpg": "128x128",
    "pillow-hopper_orientation_6.jpg": "128x128",
    "pillow-invalid-exif.jpg": "200x200",
    "pillow-multipage.tiff": "10x10 10x10 20x20",
    "pillow-multipage_multiple_frame_loop.tiff": "10x10 10x10",
    "pillow-multipage_single_frame_loop.tiff": "10x10",
    "pillow-not_enough_data.jp2": REFUSED,
    "pillow-oom-225817ca0f8c663be7ab4b9e717b02c661e66834.tif": "failed corrupt",
    "pillow-orientation_rectangle.jpg": "1x2",
    "pillow-pil_sample_cmyk.jpg": "100x100",
    "pillow-pngtest_bad.png.bin": REFUSED,
    "pillow-psd-oob-write-overflow.psd": REFUSED,
    "pillow-sugarshack_bad_mpo_header.jpg": "640x480",
    "pillow-tiff_16bit_RGB.tiff": "100x40",
    "pillow-tiff_overflow_rows_per_strip.tif": "failed corrupt",
}


@pytest.fixture(scope="module")
def decoder() -> Iterator[Decoder]:
    with Decoder() as one:
        yield one


@pytest.mark.parametrize("name", OUTCOMES)
def test_odd_file_gets_the_outcome_it_should(
    name: str, shared: Path, decoder: Decoder, tmp_path: Path
) -> None:
    begun = time.monotonic()
    assert outcome(decoder, shared / "data" / "odd" / name, tmp_path) == OUTCOMES[name]
    assert time.monotonic() - begun < SECONDS_FOR_ONE


def test_every_odd_file_has_an_expected_outcome(shared: Path) -> None:
    with (shared / "data" / "odd" / "MANIFEST.csv").open() as manifest:
        assert {row["file"] for row in csv.DictReader(manifest)} == set(OUTCOMES)


def outcome(decoder: Decoder, path: Path, folder: Path) -> str:
    """Return the page sizes, the refusal or the failure of one file."""
    with path.open("rb") as file:
        head = file.read(SNIFF_BYTES)
    try:
        with decoder.document(path, sniff(head), folder) as document:
            pages = []
            for number in range(1, document.page_count + 1):
                try:
                    page = document.page(number)
                    pages.append(f"{page.width}x{page.height}")
                except Undecodable as error:
                    if document.page_count == 1:
                        raise
                    pages.append(error.code)
            return " ".join(pages)
    except DomainError as error:
        return f"refused {error.code}"
    except Undecodable as error:
        return f"failed {error.code}"
