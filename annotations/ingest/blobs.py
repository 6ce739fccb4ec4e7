"""Bytes of a project, kept once by content; the file comes before its row and goes after it."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.files import File
from django.core.files.storage import FileSystemStorage, default_storage, storages
from django.db import connection
from django.db.models.functions import Now

from annotations.ingest.spool import CHUNK_BYTES, spool_folder, storage_full_named
from annotations.models import Blob, Project


def keep(*, project: Project, path: Path, media_type: str, sha256: str | None = None) -> Blob:
    """Move a local file into the store and return its row, inside the caller's transaction.

    Until that transaction ends, the key is locked and the row touched: the janitor, which takes
    the same lock, sees either the reference that the caller makes or nothing at all.
    Raises `StorageFull`.
    """
    size = path.stat().st_size
    blob = Blob(project=project, sha256=sha256 or digest_of(path), size=size, media_type=media_type)
    lock_key(blob.key)
    with storage_full_named():
        if not _is_stored(blob.key, size):
            _move_in(path, blob.key)
    present = Blob.objects.filter(project=project, sha256=blob.sha256)
    if present.update(touched_at=Now()):
        return present.get()
    blob.save(force_insert=True)
    return blob


@contextmanager
def local_copy(blob: Blob) -> Iterator[Path]:
    """Give a blob's bytes as a local file to read: the stored one itself where it is local.

    Raises `OSError` when the store does not have it.
    """
    if isinstance(storages["default"], FileSystemStorage):
        path = Path(default_storage.path(blob.key))
        path.stat()
        yield path
        return
    with tempfile.NamedTemporaryFile(dir=spool_folder()) as copy:
        with default_storage.open(blob.key) as stored, storage_full_named():
            shutil.copyfileobj(stored, copy, CHUNK_BYTES)
        copy.flush()
        yield Path(copy.name)


def lock_key(key: str) -> None:
    """Hold a stored key until the transaction ends, against whoever else keeps or collects it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


def try_lock_key(key: str) -> bool:
    """Hold a stored key until the transaction ends, unless somebody has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [key])
        return bool(cursor.fetchone()[0])


def digest_of(path: Path) -> str:
    """Return a file's sha256."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is_stored(key: str, size: int) -> bool:
    return default_storage.exists(key) and default_storage.size(key) == size


def _move_in(path: Path, key: str) -> None:
    """Put a file under its key, whole or not at all."""
    if not isinstance(storages["default"], FileSystemStorage):
        with path.open("rb") as file:
            default_storage.save(key, File(file))
        return
    target = Path(default_storage.path(key))
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.chmod(0o600)
    _flush(path)  # before it has a name that counts
    path.replace(target)
    _flush(target.parent)


def _flush(path: Path) -> None:
    """Wait until the disk has a file's bytes, or a folder's names."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
