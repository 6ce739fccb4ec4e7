"""What may be done to a document after it came in: try again, relabel, erase."""

from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from annotations import ports
from annotations.errors import NotFound
from annotations.ingest import given
from annotations.ingest.blobs import lock_key
from annotations.ingest.errors import ExternalIdTaken, NotFailed
from annotations.ingest.groups import assign_split
from annotations.ingest.janitor import collect_blob
from annotations.jobs import ring
from annotations.models import (
    Blob,
    DecodeJob,
    Document,
    Event,
    Page,
    Project,
    Revision,
    User,
)
from annotations.states import DocumentState, PageState


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentChanges:
    """What to change in a document; None leaves a member as it is."""

    metadata: object = None
    group: str | None = None
    external_id: str | None = None


@transaction.atomic
def retry_document(*, actor: User, document: Document) -> Document:
    """Ask once more for the pages of a failed document. Raises `NotFailed`."""
    moved = Document.objects.filter(id=document.id, state=DocumentState.FAILED).update(
        state=DocumentState.RECEIVED, error_code="", error_detail="", updated_at=Now()
    )
    if not moved:
        raise NotFailed
    Page.objects.filter(document=document.id, image=None).delete()
    DecodeJob.objects.create(document=document)
    Event.objects.record(
        actor=actor, verb="document.retried", row=document, project=document.project
    )
    ring("cpu")
    return Document.objects.select_related("project").get(id=document.id)


@transaction.atomic
def update_document(*, actor: User, document: Document, changes: DocumentChanges) -> Document:
    """Change what was said about a document. Raises `Invalid`, `ExternalIdTaken`."""
    metadata = given.clean_metadata(changes.metadata)
    group = given.clean_group(changes.group)
    external_id = given.clean_external_id(changes.external_id)
    values: dict[str, object] = {}
    if metadata is not None:
        values["metadata"] = metadata
    if group is not None:
        values.update(group_key=group, group_given=True)
        assign_split(document.project, group)
    if external_id is not None:
        lock_key(f"{document.project_id} {external_id}")  # as an upload under this id does
        name = given.search_name(document.filename, external_id)
        values.update(external_id=external_id, search_name=name)
    try:
        with transaction.atomic():
            moved = Document.objects.filter(id=document.id).update(**values, updated_at=Now())
    except IntegrityError as error:
        raise ExternalIdTaken from error
    if not moved:
        raise NotFound(_("Not found."))
    Event.objects.record(
        actor=actor,
        verb="document.updated",
        row=document,
        project=document.project,
        changed=sorted(values),
    )
    return Document.objects.select_related("project").get(id=document.id)


@transaction.atomic
def erase_document(*, actor: User, document: Document) -> None:
    """Remove a document with its pages, text, drafts and files; an event stays as its tombstone."""
    # A release that takes its snapshot now is waited for, so that it is withdrawn too.
    Project.objects.select_for_update(no_key=True).get(id=document.project_id)
    ports.erase([document.id])
    pages = Page.objects.filter(document=document.id)
    blobs = {
        document.blob_id,
        *pages.exclude(image=None).values_list("image_id", flat=True),
        *pages.exclude(thumbnail=None).values_list("thumbnail_id", flat=True),
    }
    Event.objects.record(
        actor=actor, verb="document.erased", row=document, project=document.project
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('ocrlab.erasure', 'on', true)")
    pages.update(
        state=PageState.EXCLUDED,
        state_before_exclusion=PageState.OPEN,
        head_revision=None,
        head_author=None,
        current_prediction=None,
    )
    Revision.objects.filter(page__document=document.id).delete()  # they protect their predictions
    Document.objects.filter(id=document.id).delete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('ocrlab.erasure', 'off', true)")
    transaction.on_commit(lambda: _collect(blobs))


def _collect(blob_ids: set[UUID]) -> None:
    now = timezone.now()
    for blob in Blob.objects.filter(id__in=blob_ids):
        collect_blob(blob, now)
