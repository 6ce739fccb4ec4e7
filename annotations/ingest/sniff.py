"""Tell an upload's format by its first bytes; names and declared types are never believed."""

from enum import StrEnum

from annotations.ingest.errors import EmptyFile, FormatNotAllowed

# PDF readers accept junk before the header, but only within the first kilobyte.
SNIFF_BYTES = 1024


class MediaType(StrEnum):
    """The formats that may enter."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    TIFF = "image/tiff"
    WEBP = "image/webp"
    PDF = "application/pdf"


_MAGIC: tuple[tuple[bytes, MediaType], ...] = (
    (b"\xff\xd8\xff", MediaType.JPEG),
    (b"\x89PNG\r\n\x1a\n", MediaType.PNG),
    (b"II*\x00", MediaType.TIFF),
    (b"MM\x00*", MediaType.TIFF),
    (b"II+\x00", MediaType.TIFF),  # BigTIFF
    (b"MM\x00+", MediaType.TIFF),
)


def sniff(head: bytes) -> MediaType:
    """Return the media type that the first `SNIFF_BYTES` of a file show.

    Raises `EmptyFile` when there are no bytes and `FormatNotAllowed` when they are of no allowed
    format.
    """
    if not head:
        raise EmptyFile
    for magic, media_type in _MAGIC:
        if head.startswith(magic):
            return media_type
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return MediaType.WEBP
    if b"%PDF-" in head[:SNIFF_BYTES]:
        return MediaType.PDF
    raise FormatNotAllowed
