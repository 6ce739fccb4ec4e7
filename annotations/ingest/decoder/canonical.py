"""Write the one picture of a page that everybody sees, and its thumbnail, without metadata."""

import errno
import io
from pathlib import Path
from typing import Final

from PIL import Image

from annotations.ingest.decoder.failures import DecodeFailure, DiskFull, Reason
from annotations.ingest.decoder.fingerprint import perceptual_hash
from annotations.ingest.decoder.framing import Message
from annotations.ingest.decoder.page import RawPage

# Measured in docs/decisions/0010-canonical-image.md.
# Subsampling 0 is 4:4:4: red stamps over black print stay apart.
JPEG: Final[dict[str, int]] = {"quality": 90, "subsampling": 0, "optimize": True}
# Share of pure black and pure white pixels from which a page is kept exactly, as PNG.
FLAWLESS_SHARE: Final = 0.9
SAMPLED: Final = 3  # every third pixel each way tells the share well enough
THUMBNAIL_HEIGHT: Final = 256
THUMBNAIL_WIDTH: Final = 512
THUMBNAIL_QUALITY: Final = 75


def write(page: RawPage, folder: Path) -> Message:
    """Write `page` and `thumbnail` into the folder and return what is known of them."""
    image = page.image
    image.info = {}  # Pillow's encoders carry comments, EXIF and profiles along
    thumbnail = _thumbnail(image)
    lossless = _is_drawn(image)
    if lossless:
        _save(image, folder / "page", "PNG")
    else:
        _save(image, folder / "page", "JPEG", **JPEG)
    _save(thumbnail, folder / "thumbnail", "JPEG", quality=THUMBNAIL_QUALITY)
    return {
        "media_type": "image/png" if lossless else "image/jpeg",
        "width": image.width,
        "height": image.height,
        "thumbnail_width": thumbnail.width,
        "thumbnail_height": thumbnail.height,
        "dpi": page.dpi,
        "perceptual_hash": perceptual_hash(thumbnail),
        "scaled_down": page.scaled_down,
    }


def _save(image: Image.Image, path: Path, kind: str, **options: int) -> None:
    encoded = io.BytesIO()
    image.save(encoded, kind, **options)
    try:
        path.write_bytes(encoded.getbuffer())
    except OSError as error:
        if error.errno == errno.EFBIG:
            raise DecodeFailure(Reason.OUTPUT_TOO_LARGE) from error
        raise DiskFull from error


def _thumbnail(image: Image.Image) -> Image.Image:
    scale = min(THUMBNAIL_WIDTH / image.width, THUMBNAIL_HEIGHT / image.height, 1.0)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)


def _is_drawn(image: Image.Image) -> bool:
    """Tell whether a page is ink on flawless paper: fax, born-digital; there PNG is the smaller."""
    size = (image.width // SAMPLED + 1, image.height // SAMPLED + 1)
    levels = image.resize(size, Image.Resampling.NEAREST).convert("L").histogram()
    return levels[0] + levels[-1] >= FLAWLESS_SHARE * sum(levels)
