"""Write the one picture of a page that everybody sees, and its thumbnail, without metadata."""

from pathlib import Path
from typing import Final

from PIL import Image

from annotations.ingest.decoder.failures import DecodeFailure, Reason
from annotations.ingest.decoder.fingerprint import perceptual_hash
from annotations.ingest.decoder.framing import Message
from annotations.ingest.decoder.page import RawPage

# Measured in docs/decisions/0010-canonical-image.md.
JPEG_QUALITY: Final = 90
FULL_CHROMA: Final = 0  # 4:4:4: red stamps over black print stay apart
# Share of pure black and pure white pixels from which a page is kept exactly, as PNG.
FLAWLESS_SHARE: Final = 0.9
THUMBNAIL_HEIGHT: Final = 256
THUMBNAIL_WIDTH: Final = 512
THUMBNAIL_QUALITY: Final = 75


def write(page: RawPage, folder: Path) -> Message:
    """Write `page` and `thumbnail` into the folder and return what is known of them."""
    image = _without_metadata(page.image)
    thumbnail = image.copy()
    thumbnail.thumbnail((THUMBNAIL_WIDTH, THUMBNAIL_HEIGHT), reducing_gap=2.0)
    lossless = _is_drawn(image)
    try:
        if lossless:
            image.save(folder / "page", "PNG")
        else:
            image.save(folder / "page", "JPEG", quality=JPEG_QUALITY, subsampling=FULL_CHROMA)
        thumbnail.save(folder / "thumbnail", "JPEG", quality=THUMBNAIL_QUALITY)
    except OSError as error:
        raise DecodeFailure(Reason.OUTPUT_TOO_LARGE) from error
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


def _without_metadata(image: Image.Image) -> Image.Image:
    """Return the pixels alone: Pillow's encoders carry comments, EXIF and profiles along."""
    bare = Image.new(image.mode, image.size)
    bare.paste(image)
    return bare


def _is_drawn(image: Image.Image) -> bool:
    """Tell whether a page is ink on flawless paper: fax, born-digital; there PNG is the smaller."""
    levels = image.convert("L").histogram()
    return levels[0] + levels[-1] >= FLAWLESS_SHARE * image.width * image.height
