"""A page's image as it is sent to a server."""

import base64
import io
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

from PIL import Image

# Formats that every endpoint takes; a canonical image of another kind is sent as PNG.
SENT_FORMATS = ("JPEG", "PNG")
READ_FORMATS = (*SENT_FORMATS, "WEBP")
JPEG_QUALITY = 95


@dataclass(frozen=True)
class SentImage:
    """Encoded bytes with what they are; sizes in pixels."""

    data: bytes
    format: str
    width: int
    height: int

    @property
    def base64(self) -> str:
        """Return the bytes as base64."""
        return base64.b64encode(self.data).decode("ascii")

    @property
    def data_url(self) -> str:
        """Return the bytes as a data URL."""
        return f"data:image/{self.format.lower()};base64,{self.base64}"

    @property
    def facts(self) -> dict[str, object]:
        """Return what is stored of it with an answer."""
        return {"format": self.format, "width": self.width, "height": self.height}


def load_image(path: Path, max_pixels: int) -> SentImage:
    """Return a page as stored, or scaled down to `max_pixels` (0: no bound).

    Raises OSError where the file is missing or no image.
    """
    data = path.read_bytes()
    with Image.open(io.BytesIO(data), formats=READ_FORMATS) as image:
        kind = image.format if image.format in SENT_FORMATS else "PNG"
        width, height = image.size
        too_large = max_pixels and width * height > max_pixels
        if not too_large and kind == image.format:
            return SentImage(data, kind, width, height)
        scale = sqrt(max_pixels / (width * height)) if too_large else 1.0
        # Rounded down, so that the bound holds.
        size = max(1, int(width * scale)), max(1, int(height * scale))
        mode = "L" if image.mode in {"1", "L"} else "RGB"
        smaller = image.convert(mode).resize(size, Image.Resampling.LANCZOS)
    out = io.BytesIO()
    smaller.save(out, kind, quality=JPEG_QUALITY)
    return SentImage(out.getvalue(), kind, *size)
