"""First bytes decide what a file is."""

import pytest

from annotations.ingest.errors import EmptyFile, FormatNotAllowed
from annotations.ingest.sniff import MediaType, sniff


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", MediaType.JPEG),
        (b"\x89PNG\r\n\x1a\n\x00\x00", MediaType.PNG),
        (b"II*\x00\x08\x00", MediaType.TIFF),
        (b"MM\x00*\x00\x00", MediaType.TIFF),
        (b"MM\x00+\x00\x08", MediaType.TIFF),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", MediaType.WEBP),
        (b"%PDF-1.7\n", MediaType.PDF),
        (b"\xef\xbb\xbf junk before \n%PDF-1.4", MediaType.PDF),
    ],
)
def test_allowed_formats_are_known_by_their_first_bytes(head: bytes, expected: MediaType) -> None:
    assert sniff(head) is expected


def test_no_bytes_are_an_empty_file() -> None:
    with pytest.raises(EmptyFile):
        sniff(b"")


@pytest.mark.parametrize(
    "head",
    [
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg'>",
        b"<!doctype html><script>",
        b"PK\x03\x04",
        b"8BPS\x00\x01",
        b"\x00\x00\x00\x0cjP  \r\n\x87\n",
        b"RIFF\x00\x00\x00\x00WAVEfmt ",
        b" " * 1024 + b"%PDF-1.4",
    ],
)
def test_other_bytes_are_refused_whatever_the_name_says(head: bytes) -> None:
    with pytest.raises(FormatNotAllowed):
        sniff(head)
