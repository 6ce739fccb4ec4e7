"""Whether a PDF's cross-reference table can be followed, or had to be guessed by the reader."""

import re
from pathlib import Path
from typing import BinaryIO, Final

TAIL_BYTES: Final = 2048  # where readers look for `startxref`
ENTRY_BYTES: Final = 20  # fixed by ISO 32000-1, 7.5.4
LINE_BYTES: Final = 64
START: Final = re.compile(rb"startxref\s+(\d{1,19})\s")
SECTION: Final = re.compile(rb"(\d{1,10}) (\d{1,10})\s*")
STREAM: Final = re.compile(rb"\d+\s+\d+\s+obj\b")


def is_sound(path: Path) -> bool:
    """Tell whether the last cross-reference section stands where the file says, in order."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - TAIL_BYTES))
        starts = START.findall(file.read())
        if not starts or int(starts[-1]) >= size:
            return False
        file.seek(int(starts[-1]))
        first = file.readline(LINE_BYTES).strip()
        return _has_sound_sections(file, size) if first == b"xref" else bool(STREAM.match(first))


def _has_sound_sections(file: BinaryIO, size: int) -> bool:
    while not (line := file.readline(LINE_BYTES)).startswith(b"trailer"):
        section = SECTION.fullmatch(line)
        if section is None or file.tell() + int(section[2]) * ENTRY_BYTES > size:
            return False
        file.seek(int(section[2]) * ENTRY_BYTES, 1)
    return True
