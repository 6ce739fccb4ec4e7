"""Remove stored bytes that nothing refers to any more."""

import shutil
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from annotations.ingest.blobs import try_lock_key
from annotations.ingest.spool import spool_folder
from annotations.models import Blob, Document, Page

# Longer than any upload or decoding lasts; what died in between is rubbish by then.
GRACE: Final = timedelta(hours=24)
BATCH: Final = 500  # rows held in memory


def collect_blobs(*, grace: timedelta = GRACE) -> int:
    """Delete unreferenced blobs and stray files older than `grace`; return how many went.

    Each goes in its own short transaction under the lock that an upload of the same bytes takes.
    """
    before = timezone.now() - grace
    return _collect_spool(before) + _collect_rows(before) + _collect_files(before)


@transaction.atomic
def collect_blob(blob: Blob, before: datetime) -> int:
    """Delete one blob if nothing refers to it and nobody touched it since; return 1 if it went."""
    if not try_lock_key(blob.key):
        return 0
    deleted, _ = _unreferenced(before).filter(id=blob.id).delete()
    if deleted:
        # Inside the lock: after it, an upload may already count on this file. Should the commit
        # fail now, a row without a file is left, which the next upload or the next round mends.
        default_storage.delete(blob.key)
    return deleted


def _unreferenced(before: datetime) -> QuerySet[Blob]:
    blob = OuterRef("pk")
    return Blob.objects.filter(
        ~Exists(Document.objects.filter(blob=blob)),
        ~Exists(Page.objects.filter(image=blob)),
        ~Exists(Page.objects.filter(thumbnail=blob)),
        touched_at__lt=before,
    )


def _collect_rows(before: datetime) -> int:
    found = _unreferenced(before).order_by("touched_at").iterator(BATCH)
    return sum(collect_blob(blob, before) for blob in found)


def _collect_files(before: datetime) -> int:
    return sum(_collect_file(key, before) for key in _stored_keys())


@transaction.atomic
def _collect_file(key: str, before: datetime) -> int:
    """Delete a file without a row: its upload died between the file and the commit."""
    project, _, sha256 = key.split("/")
    row = Blob.objects.filter(project=uuid.UUID(project), sha256=sha256)
    if row.exists() or not try_lock_key(key) or row.exists():
        return 0
    if not default_storage.exists(key) or default_storage.get_modified_time(key) > before:
        return 0
    default_storage.delete(key)
    return 1


def _stored_keys() -> Iterator[str]:
    """Walk the store two levels deep: `<project>/<first two>/<sha256>`."""
    for project in filter(_is_uuid, default_storage.listdir("")[0]):
        for start in default_storage.listdir(project)[0]:
            for name in default_storage.listdir(f"{project}/{start}")[1]:
                yield f"{project}/{start}/{name}"


def _is_uuid(name: str) -> bool:
    try:
        return str(uuid.UUID(name)) == name
    except ValueError:
        return False


def _collect_spool(before: datetime) -> int:
    stale = [path for path in spool_folder().iterdir() if _age_is_over(path, before)]
    for path in stale:
        if path.is_dir():  # of a worker that was killed while it decoded
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return len(stale)


def _age_is_over(path: Path, before: datetime) -> bool:
    try:
        return path.stat().st_mtime < before.timestamp()
    except FileNotFoundError:
        return False
