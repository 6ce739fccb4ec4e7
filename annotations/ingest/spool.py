"""Bytes on their way in: streamed to a file beside the store, hashed as they pass."""

import contextlib
import errno
import hashlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages

from annotations.ingest.errors import MAX_FILE_BYTES, FileTooLarge, StorageFull
from annotations.ingest.sniff import SNIFF_BYTES, MediaType, sniff

CHUNK_BYTES: Final = 256 * 1024
# A dot keeps it apart from project folders, whose names are UUIDs.
FOLDER: Final = ".incoming"
NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


class Stream(Protocol):
    """Anything that gives its bytes in pieces."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes; none at the end."""


@dataclass(frozen=True)
class Spooled:
    """A whole file that has no name in the store yet."""

    path: Path
    media_type: MediaType
    sha256: str
    size: int


@contextlib.contextmanager
def spooled(stream: Stream) -> Iterator[Spooled]:
    """Write the stream to a temporary file, which is gone afterwards unless it was moved away.

    Raises `EmptyFile`, `FormatNotAllowed`, `FileTooLarge` and `StorageFull`.
    """
    head = stream.read(SNIFF_BYTES)
    media_type = sniff(head)
    with storage_full_named():
        descriptor, name = tempfile.mkstemp(dir=spool_folder())
    path = Path(name)
    try:
        with storage_full_named(), os.fdopen(descriptor, "wb") as file:
            digest, size, chunk = hashlib.sha256(), 0, head
            while chunk:
                size += len(chunk)
                if size > MAX_FILE_BYTES:
                    raise FileTooLarge
                digest.update(chunk)
                file.write(chunk)
                chunk = stream.read(CHUNK_BYTES)
        yield Spooled(path, media_type, digest.hexdigest(), size)
    finally:
        path.unlink(missing_ok=True)


def spool_folder() -> Path:
    """Return the folder for files on their way in: on the store's own disk, so that a move is one.

    A bucket has no disk; its files wait in the data folder.
    """
    store = storages["default"]
    root = Path(store.location if isinstance(store, FileSystemStorage) else settings.DATA_DIR)
    folder = root / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


@contextlib.contextmanager
def storage_full_named() -> Iterator[None]:
    """Turn the system's word for a full disk into `StorageFull`."""
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM:
            raise StorageFull from error
        raise
