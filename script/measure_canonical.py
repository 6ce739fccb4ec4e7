"""Measure which encoding of a page costs how many bytes, how much time, and how much OCR.

    python script/measure_canonical.py ../shared/data/dev --no-ocr handwritten

Every picture below the folder is decoded as ingestion would and encoded in each candidate. Where
`x.txt` stands beside `x.jpg`, Tesseract reads both the source pixels and the encoded ones; the loss
is the difference of their character error rates, in percentage points of the reference's length.
"""

import argparse
import io
import os
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

from PIL import Image
from rapidfuzz.distance import Levenshtein

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from annotations.ingest.decoder.page import RawPage
from annotations.ingest.decoder.pdf import PdfFile
from annotations.ingest.decoder.raster import PILLOW_FORMATS, RasterFile

SUFFIXES = {".jpg": "image/jpeg", ".png": "image/png", ".tif": "image/tiff", ".webp": "image/webp"}
CANDIDATES: dict[str, tuple[str, dict[str, object]]] = {
    "jpeg 85 4:4:4": ("JPEG", {"quality": 85, "subsampling": 0}),
    "jpeg 90 4:2:0": ("JPEG", {"quality": 90, "subsampling": 2}),
    "jpeg 90 4:4:4": ("JPEG", {"quality": 90, "subsampling": 0}),
    "jpeg 90 4:4:4 opt": ("JPEG", {"quality": 90, "subsampling": 0, "optimize": True}),
    "jpeg 95 4:4:4": ("JPEG", {"quality": 95, "subsampling": 0}),
    "webp 85": ("WEBP", {"quality": 85, "method": 4}),
    "webp lossless": ("WEBP", {"lossless": True, "method": 2}),
    "png": ("PNG", {}),
}
assert set(SUFFIXES.values()) == set(PILLOW_FORMATS)


def page_of(path: Path) -> RawPage:
    """Decode a file's first page."""
    if path.suffix == ".pdf":
        return PdfFile(path).page(1)
    return RasterFile(path, SUFFIXES[path.suffix]).page(1)


def read(image: Image.Image) -> str:
    """Return what Tesseract reads, white space collapsed."""
    data = io.BytesIO()
    image.save(data, "PNG", compress_level=1)
    done = subprocess.run(
        ["tesseract", "stdin", "stdout", "-l", "por", "--psm", "3"],
        input=data.getvalue(),
        capture_output=True,
        check=True,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
    )
    return " ".join(done.stdout.decode().split())


def measure(path: Path, *, ocr: bool) -> dict[str, tuple[int, float, int]]:
    """Return bytes, seconds and character errors of each candidate (and of the source pixels)."""
    page = page_of(path).image
    truth = path.with_suffix(".txt")
    reference = " ".join(truth.read_text().split()) if ocr and truth.exists() else ""
    errors = Levenshtein.distance(reference, read(page)) if reference else 0
    rows = {"source": (path.stat().st_size, 0.0, errors), "length": (len(reference), 0.0, 0)}
    for name, (kind, options) in CANDIDATES.items():
        data, start = io.BytesIO(), time.perf_counter()
        page.save(data, kind, **options)
        seconds = time.perf_counter() - start
        if reference:
            errors = Levenshtein.distance(reference, read(Image.open(data)))
        rows[name] = (len(data.getvalue()), seconds, errors)
    return rows


def main() -> None:
    """Print one table a folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--no-ocr", nargs="*", default=[], help="folders to weigh without reading")
    options = parser.parse_args()
    tables: dict[str, list[dict[str, tuple[int, float, int]]]] = defaultdict(list)
    for path in sorted(options.folder.rglob("*")):
        if path.suffix in {*SUFFIXES, ".pdf"}:
            try:
                row = measure(path, ocr=path.parent.name not in options.no_ocr)
            except Exception as error:  # noqa: BLE001  a damaged file is not what is measured here
                print(f"{path.name}: {error}", file=sys.stderr)
                continue
            tables[path.parent.name].append(row)
    for name, rows in tables.items():
        length = sum(row["length"][0] for row in rows)
        base = sum(row["source"][2] for row in rows)
        print(f"{name}: {len(rows)} pages, {length} characters")
        for key in ("source", *CANDIDATES):
            size = sum(row[key][0] for row in rows) / len(rows) / 1000
            spent = sum(row[key][1] for row in rows) / len(rows) * 1000
            errors = sum(row[key][2] for row in rows)
            cer = f"CER {errors / length:7.2%} ({(errors - base) / length:+.2%})" if length else ""
            print(f"  {key:18} {size:9.1f} kB {spent:8.1f} ms  {cer}")


if __name__ == "__main__":
    main()
