"""Promise 8: a full disk is told clearly, leaves nothing half-written, and is survived."""

import contextlib
import hashlib
import io
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings
from rows import make_image

from annotations import ports
from annotations.ingest.change import retry_document
from annotations.ingest.errors import StorageFull
from annotations.ingest.receive import receive_document
from annotations.jobs import drain
from annotations.models import Blob, DecodeJob, Document, Project, User

DISK_BYTES = 64 * 1024**2
People = dict[str, User]


@pytest.fixture
def disk(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a disk of 64 MB on which all files are kept."""
    folder = tmp_path / "disk"
    folder.mkdir()
    size = f"size={DISK_BYTES}"
    command = ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)]
    mounted = subprocess.run(command, capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("a disk can only be made by root: " + mounted.stderr.decode().strip())
    storages = dict(settings.STORAGES)
    storages["default"] = {**storages["default"], "OPTIONS": {"location": str(folder / "files")}}
    settings.STORAGES = storages
    monkeypatch.setattr(ports, "_pages_hooks", [])
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def upload(actor: User, project: Project, seed: int, weight: int = 0) -> Document:
    """Send a picture followed by `weight` bytes that no decoder reads."""
    data = make_image(seed, size=(600, 800)) + os.urandom(weight)
    return receive_document(
        actor=actor, project=project, stream=io.BytesIO(data), filename="a.png"
    ).document


def test_a_full_disk_is_told_and_survived(disk: Path, cast: People, project: Project) -> None:
    manager = cast["gerente"]
    sent: list[Document] = []
    with pytest.raises(StorageFull) as refusal:
        sent.extend(upload(manager, project, seed, weight=5_000_000) for seed in range(100))
    assert refusal.value.status == 507
    assert 5 < len(sent) < 14
    assert set(Document.objects.all()) == set(sent)
    stored = [path for path in disk.rglob("*") if path.is_file()]
    assert len(stored) == Blob.objects.count() == len(sent)
    for path in stored:
        assert hashlib.sha256(path.read_bytes()).hexdigest() == path.name

    _fill(disk / "filler")
    for _ in range(3):
        drain("cpu")
        DecodeJob.objects.filter(state="queued").update(not_before="2020-01-01T00:00Z")
    assert set(Document.objects.values_list("state", "error_code")) == {("failed", "storage_full")}

    (disk / "filler").unlink()
    assert upload(manager, project, 1_000).state == "received"
    for document in sent:
        retry_document(actor=manager, document=document)
    drain("cpu")
    assert set(Document.objects.values_list("state", flat=True)) == {"ready"}
    assert all(
        (disk / "files" / blob.key).stat().st_size == blob.size for blob in Blob.objects.all()
    )


def _fill(path: Path) -> None:
    with path.open("wb", buffering=0) as filler, contextlib.suppress(OSError):
        while filler.write(bytes(4096)):
            pass
