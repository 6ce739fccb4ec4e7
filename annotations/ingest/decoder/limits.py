"""What one hostile file may cost."""

from typing import Final

# The original pixel grid is kept up to here: A3 at 500 dpi, A4 at 800.
MAX_PAGE_PIXELS: Final = 50_000_000
# A raster between the two limits is scaled down; A3 at 600 dpi is 70 MP. Above, it is refused from
# its header alone: 100 MP take 400 MB in Pillow, and twice that while colours are converted.
MAX_DECODED_PIXELS: Final = 100_000_000
# JPEG cannot hold a longer side.
MAX_SIDE: Final = 65_500
# A bound volume; the chain of a crafted TIFF or PDF may go on for millions.
MAX_PAGES: Final = 3_000

# Address space of the child: two copies of the largest raster (Pillow holds 4 bytes a pixel), the
# encoder's buffers and the libraries themselves.
MEMORY_BYTES: Final = 1536 * 1024**2
# One output file; a 50 MP page of pure noise stays below as JPEG.
FILE_BYTES: Final = 256 * 1024**2
OPEN_FILES: Final = 64
# CPU of one request (opening a file, or one page). The slowest honest page met took 4 s.
REQUEST_CPU_SECONDS: Final = 30
# Wall clock of one request, seen by the parent: CPU time on a machine shared by several workers.
REQUEST_WALL_SECONDS: Final = 60.0
# Start of a child: an interpreter and two libraries, 0.2 s on an idle core.
START_WALL_SECONDS: Final = 30.0

# What a long life may leak or corrupt is bounded by a short one.
DOCUMENTS_PER_CHILD: Final = 200

# Born-digital PDF pages: 8-point print keeps 22 px of height, and an A4 page 3.9 MP.
PDF_DPI: Final = 200
# Scans inside a PDF are rendered on their own grid up to here.
PDF_MAX_DPI: Final = 600
# A page that must go below this to fit the pixel limit is no page that anyone reads.
PDF_MIN_DPI: Final = 72
# Objects looked at to tell a scan from a born-digital page.
PDF_OBJECTS: Final = 5_000

# No scan made for reading is coarser, and 72 or 96 is what software writes when it does not know.
MIN_PLAUSIBLE_DPI: Final = 100
MAX_PLAUSIBLE_DPI: Final = 2_400
