"""Take a file in: store it, make its document, and ask for its pages."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import transaction

from annotations.ingest import given
from annotations.ingest.blobs import keep, lock_key
from annotations.ingest.errors import AlreadyHereOtherwise, ExternalIdTaken
from annotations.ingest.groups import assign_split
from annotations.ingest.spool import Spooled, Stream, spooled
from annotations.jobs import ring
from annotations.models import DecodeJob, Document, Event, Project, User


class Received(NamedTuple):
    """The document, and whether it is new."""

    document: Document
    created: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What the uploader says about a file; None says nothing."""

    filename: str
    external_id: str | None
    metadata: dict[str, Any] | None
    group: str | None
    kind: str | None


def receive_document(
    *,
    actor: User,
    project: Project,
    stream: Stream,
    filename: str,
    external_id: str | None = None,
    metadata: object = None,
    group: str | None = None,
    kind: str | None = None,
) -> Received:
    """Store a file and return its document; the same file sent again is the same document.

    Without an external id the bytes say what is the same, with one the id does. The stream is read
    once, in pieces. Raises `EmptyFile`, `FormatNotAllowed`, `FileTooLarge`, `StorageFull`,
    `Invalid`, `ExternalIdTaken` and `AlreadyHereOtherwise`.
    """
    label = Label(
        filename=given.clean_filename(filename),
        external_id=given.clean_external_id(external_id),
        metadata=given.clean_metadata(metadata),
        group=given.clean_group(group),
        kind=given.clean_kind(project, kind),
    )
    with spooled(stream) as file:
        return _receive(actor, project, file, label)


@transaction.atomic
def _receive(actor: User, project: Project, file: Spooled, label: Label) -> Received:
    if label.external_id is not None:
        lock_key(f"{project.id} {label.external_id}")  # two uploads under one id take turns
    blob = keep(project=project, path=file.path, media_type=file.media_type, sha256=file.sha256)
    present = _present(project, file.sha256, label.external_id)
    if present is not None:
        _require_same(present, file, label)
        return Received(present, created=False)
    document = Document.objects.create(
        project=project,
        blob=blob,
        sha256=file.sha256,
        media_type=file.media_type,
        external_id=label.external_id,
        filename=label.filename,
        search_name=given.search_name(label.filename, label.external_id),
        metadata=label.metadata or {},
        # Equal bytes never stand on both sides of a split.
        group_key=label.group or file.sha256,
        group_given=label.group is not None,
        kind=label.kind or "",
        uploaded_by=actor,
    )
    assign_split(project, document.group_key)
    DecodeJob.objects.create(document=document)
    Event.objects.record(
        actor=actor, verb="document.received", row=document, project=project, bytes=file.size
    )
    ring("cpu")
    return Received(document, created=True)


def _present(project: Project, sha256: str, external_id: str | None) -> Document | None:
    """Return the document that this upload repeats."""
    documents = Document.objects.filter(project=project).order_by("created_at", "id")
    if external_id is not None:
        return documents.filter(external_id=external_id).first()
    return documents.filter(sha256=sha256).first()


def _require_same(present: Document, file: Spooled, label: Label) -> None:
    if present.sha256 != file.sha256:
        raise ExternalIdTaken
    asked = {
        "metadata": label.metadata,
        "group_key": label.group,
        "kind": label.kind,
    }
    if any(value not in (None, getattr(present, name)) for name, value in asked.items()):
        raise AlreadyHereOtherwise
