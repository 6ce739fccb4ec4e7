"""A release directory as one streamed tar: its length is known before the first byte."""

import tarfile
from collections.abc import Iterator
from pathlib import Path

from exports.formats.directory import read_manifest
from exports.formats.manifest import MANIFEST_NAME

CHUNK_BYTES = 2**20
BLOCK = tarfile.BLOCKSIZE


class Archive:
    """The files of a release under one folder `name`; the same release gives the same bytes."""

    def __init__(self, directory: Path, name: str, moment: float) -> None:
        paths = [str(entry["path"]) for entry in read_manifest(directory)["files"]]
        self._members = [
            (directory / path, _header(directory / path, f"{name}/{path}", moment))
            for path in sorted([*paths, MANIFEST_NAME])
        ]

    @property
    def size(self) -> int:
        """Return the archive's length in bytes."""
        bodies = sum(_padded(path.stat().st_size) for path, _ in self._members)
        return bodies + sum(len(header) for _, header in self._members) + 2 * BLOCK

    def chunks(self) -> Iterator[bytes]:
        """Yield the archive, a chunk in memory at a time."""
        for path, header in self._members:
            yield header
            size = 0
            with path.open("rb") as file:
                while chunk := file.read(CHUNK_BYTES):
                    size += len(chunk)
                    yield chunk
            yield bytes(_padded(size) - size)
        yield bytes(2 * BLOCK)


def _header(path: Path, name: str, moment: float) -> bytes:
    member = tarfile.TarInfo(name)
    member.size = path.stat().st_size
    member.mtime = int(moment)
    return member.tobuf(tarfile.PAX_FORMAT)


def _padded(size: int) -> int:
    return -(-size // BLOCK) * BLOCK
