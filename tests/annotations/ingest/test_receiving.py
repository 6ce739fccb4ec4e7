"""An upload becomes one document, whatever is sent twice."""

import hashlib
import io
import os
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from rows import make_image

from annotations.errors import DomainError, Invalid
from annotations.ingest import spool
from annotations.ingest.errors import (
    AlreadyHereOtherwise,
    EmptyFile,
    ExternalIdTaken,
    FileTooLarge,
    FormatNotAllowed,
    StorageFull,
)
from annotations.ingest.receive import Received, receive_document
from annotations.models import Blob, DecodeJob, Document, Event, Project, SplitAssignment, User
from annotations.states import Split

People = dict[str, User]


class Upload:
    def __init__(self, actor: User, project: Project) -> None:
        self.actor, self.project = actor, project

    def __call__(self, data: bytes, filename: str = "pagina.png", **label: Any) -> Received:
        return receive_document(
            actor=self.actor,
            project=self.project,
            stream=io.BytesIO(data),
            filename=filename,
            **label,
        )


@pytest.fixture
def upload(cast: People, project: Project) -> Upload:
    return Upload(cast["gerente"], project)


def files() -> list[str]:
    root = Path(default_storage.path(""))
    return [str(p.relative_to(root)) for p in root.rglob("*") if p.is_file()]


def test_new_bytes_make_a_document_a_job_and_an_event(upload: Upload, project: Project) -> None:
    data = make_image(1)
    document, created = upload(
        data,
        "Certidão.png",
        external_id="A-1",
        metadata={"caixa": 7},
        group="caixa 7",
        kind="legal",
    )
    assert created
    assert (document.state, document.media_type, document.kind) == (
        "received",
        "image/png",
        "legal",
    )
    assert document.sha256 == hashlib.sha256(data).hexdigest()
    assert (document.group_key, document.group_given) == ("caixa 7", True)
    assert document.search_name == "certidao.png a-1"
    assert DecodeJob.objects.get().document == document
    assert files() == [document.blob.key]
    with default_storage.open(document.blob.key) as stored:
        assert stored.read() == data
    event = Event.objects.get(verb="document.received")
    assert event.data == {"bytes": len(data)}
    assert SplitAssignment.objects.get(project=project).group_key == "caixa 7"


def test_same_bytes_without_external_id_are_the_first_document(upload: Upload) -> None:
    first = upload(make_image(1))
    again = upload(make_image(1), "outro nome.png")
    assert again == (first.document, False)
    assert again.document.filename == "pagina.png"
    named = upload(make_image(2), external_id="A-2")
    assert upload(make_image(2)) == (named.document, False)
    assert DecodeJob.objects.count() == 2


@pytest.mark.parametrize(
    "otherwise", [{"metadata": {"caixa": 8}}, {"group": "caixa 8"}, {"kind": "printed"}]
)
def test_same_bytes_with_another_label_are_a_conflict(
    upload: Upload, otherwise: dict[str, Any]
) -> None:
    label = {"metadata": {"caixa": 7}, "group": "caixa 7", "kind": "legal"}
    first = upload(make_image(1), **label)
    assert upload(make_image(1), **label) == (first.document, False)
    with pytest.raises(AlreadyHereOtherwise) as refusal:
        upload(make_image(1), **{**label, **otherwise})
    assert (refusal.value.status, refusal.value.code) == (409, "already_here_otherwise")
    assert Document.objects.count() == 1


def test_same_bytes_under_a_new_external_id_are_new_and_stored_once(upload: Upload) -> None:
    first = upload(make_image(1), external_id="A-1")
    second = upload(make_image(1), external_id="A-2")
    assert second.created
    assert first.document.blob == second.document.blob
    assert len(files()) == Blob.objects.count() == 1
    # Equal bytes never stand on both sides of a split.
    assert first.document.group_key == second.document.group_key
    assert SplitAssignment.objects.count() == 1


def test_same_external_id_is_the_same_document_or_a_conflict(upload: Upload) -> None:
    first = upload(make_image(1), external_id="A-1")
    assert upload(make_image(1), external_id="A-1") == (first.document, False)
    with pytest.raises(ExternalIdTaken) as refusal:
        upload(make_image(2), external_id="A-1")
    assert refusal.value.status == 409
    assert Document.objects.count() == 1


def test_projects_share_nothing(upload: Upload, other_project: Project, cast: People) -> None:
    here = upload(make_image(1), external_id="A-1")
    there = Upload(cast["gerente_alheia"], other_project)(make_image(1), external_id="A-1")
    assert there.created
    assert here.document.blob != there.document.blob
    assert len(files()) == 2


@pytest.mark.parametrize(
    ("data", "error"), [(b"", EmptyFile), (b"<html><script>", FormatNotAllowed)]
)
def test_first_bytes_refuse_a_file_and_leave_nothing(
    upload: Upload, data: bytes, error: type[DomainError]
) -> None:
    with pytest.raises(error) as refusal:
        upload(data)
    assert refusal.value.status == 422
    assert not Document.objects.exists()
    assert files() == []


def test_a_file_over_the_limit_is_refused_while_it_streams(
    upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool, "MAX_FILE_BYTES", 300_000)

    class Endless:
        given = 0

        def read(self, size: int) -> bytes:
            self.given += size
            return (b"%PDF-1.7" + bytes(size))[:size]

    stream = Endless()
    with pytest.raises(FileTooLarge):
        receive_document(
            actor=upload.actor, project=upload.project, stream=stream, filename="sem fim.pdf"
        )
    assert stream.given < 1_000_000
    assert files() == []


def test_a_full_disk_is_named_and_leaves_nothing(
    upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(StorageFull) as refusal:
            upload(make_image(1))
    assert refusal.value.status == 507
    assert files() == []
    assert not Blob.objects.exists()
    assert upload(make_image(1)).created


def test_a_lost_file_is_stored_anew_by_the_next_upload(upload: Upload) -> None:
    document, _ = upload(make_image(1))
    default_storage.delete(document.blob.key)
    upload(make_image(1), external_id="A-1")
    assert files() == [document.blob.key]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\scan.tif", "scan.tif"),
        ("a\nb\x00\x1b[31m.png", "ab[31m.png"),
        ("fatura\u202egnp.exe", "faturagnp.exe"),
        ("..", "document"),
        ("\u200b", "document"),
        ("CON.png", "CON.png"),
        ("ca\u0303o.png", "c\u00e3o.png"),
        ("\ud800.png", "png"),
        ("ã" * 300 + ".jpg", "ã" * 251 + ".jpg"),
        ("ã" * 300, "ã" * 255),
        ("x" * 300 + "." + "y" * 200, "x" * 255),
    ],
)
def test_a_file_name_becomes_one_harmless_line(upload: Upload, sent: str, kept: str) -> None:
    document, _ = upload(make_image(1), sent)
    assert document.filename == kept
    assert files() == [document.blob.key]
    assert document.blob.key.startswith(str(document.project_id))


@pytest.mark.parametrize(
    "label",
    [
        {"external_id": "x" * 201},
        {"external_id": "a\x00b"},
        {"external_id": " a"},
        {"group": "a\nb"},
        {"kind": "nenhum"},
        {"metadata": [1]},
        {"metadata": {"a": "\x00"}},
        {"metadata": {"a": "\ud800"}},
        {"metadata": {"a": float("nan")}},
        {"metadata": {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": {}}}}}}}}}},
        {"metadata": {"a": "x" * 70_000}},
        {"metadata": {"a\x00": 1}},
    ],
)
def test_a_label_that_cannot_be_kept_names_its_member(
    upload: Upload, label: dict[str, Any]
) -> None:
    with pytest.raises(Invalid) as refusal:
        upload(make_image(1), **label)
    assert list(refusal.value.extra["errors"]) == list(label)
    assert not Document.objects.exists()


def test_groups_are_drawn_once_and_in_the_stated_shares(upload: Upload, project: Project) -> None:
    from annotations.ingest.groups import assign_split

    for number in range(600):
        assign_split(project, f"grupo {number}")
    first = dict(SplitAssignment.objects.values_list("group_key", "split"))
    for number in range(600):
        assign_split(project, f"grupo {number}")
    assert dict(SplitAssignment.objects.values_list("group_key", "split")) == first
    shares = {split: list(first.values()).count(split) / 600 for split in Split}
    assert 0.74 < shares[Split.TRAIN] < 0.86
    assert 0.06 < shares[Split.TEST] < 0.14
