"""Documents: sent in, described, tried again, erased."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotations import access
from annotations.api.idempotency import once
from annotations.api.pagination import Keyset
from annotations.api.schema import IDEMPOTENCY_KEY
from annotations.api.shapes import FreeObject, Instant, ListQuery, Strict, listing
from annotations.api.uploads import UploadBody, stream_to_disk, uploaded_file
from annotations.api.view import ApiView, shown
from annotations.ingest.change import (
    DocumentChanges,
    erase_document,
    retry_document,
    update_document,
)
from annotations.ingest.receive import receive_document
from annotations.models import Document, Page, Project
from annotations.models.document import EXTERNAL_ID_LENGTH, GROUP_LENGTH
from annotations.models.search import documents_matching
from annotations.states import DocumentState, PageState, PrelabelState, Role, Scope

NEWEST_FIRST = Keyset(("created_at", "id"))
KIND_LENGTH = 40
SEARCH_LENGTH = 200


class ErrorShape(serializers.Serializer[Any]):
    """Why a document failed."""

    code = serializers.CharField()
    detail = serializers.CharField()


class DocumentShape(serializers.Serializer[Any]):
    """A document as it stands in a list, without its pages."""

    id = serializers.UUIDField()
    external_id = serializers.CharField(allow_null=True)
    filename = serializers.CharField()
    sha256 = serializers.CharField()
    media_type = serializers.CharField()
    state = serializers.ChoiceField(list(DocumentState))
    error = ErrorShape(allow_null=True)
    metadata = FreeObject()
    group = serializers.SerializerMethodField()
    kind = serializers.CharField(allow_blank=True)
    page_count = serializers.IntegerField(allow_null=True)
    created_at = Instant()

    @extend_schema_field({"type": "string", "nullable": True})
    def get_group(self, document: Document) -> str | None:
        """Return the group that the uploader named; else it is the document's own."""
        return document.group_key if document.group_given else None


class DocumentPageShape(serializers.Serializer[Any]):
    """A page as its document lists it."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    state = serializers.ChoiceField(list(PageState))
    prelabel_state = serializers.ChoiceField(list(PrelabelState))


class DocumentDetailShape(DocumentShape):
    """A document with its pages in order."""

    pages = DocumentPageShape(many=True, source="ordered_pages")


class DocumentsQuery(ListQuery):
    """Filters of the documents list."""

    state = serializers.ChoiceField(list(DocumentState), required=False)
    external_id = serializers.CharField(max_length=EXTERNAL_ID_LENGTH, required=False)
    q = serializers.CharField(
        max_length=SEARCH_LENGTH,
        allow_blank=True,
        default="",
        help_text="Words of the text, or the beginning of the file's name; accents do not matter.",
    )
    created_after = Instant(required=False)


class UploadForm(Strict):
    """A file and what is known of it."""

    file = serializers.FileField(allow_empty_file=True)
    external_id = serializers.CharField(max_length=EXTERNAL_ID_LENGTH, required=False)
    metadata = FreeObject(required=False)
    group = serializers.CharField(max_length=GROUP_LENGTH, required=False)
    kind = serializers.CharField(max_length=KIND_LENGTH, required=False)


class DocumentChangesBody(Strict):
    """What may be changed in a document."""

    metadata = FreeObject()
    group = serializers.CharField(max_length=GROUP_LENGTH)
    external_id = serializers.CharField(max_length=EXTERNAL_ID_LENGTH)


def detail(document: Document, status: int = 200) -> Response:
    """Answer a document with its pages."""
    columns = ("id", "number", "state", "prelabel_state")
    pages = Page.objects.filter(document=document).order_by("number").only(*columns)
    document.ordered_pages = list(pages)  # type: ignore[attr-defined]  # read by the shape
    return shown(DocumentDetailShape, document, status)


def _filtered(project: Project, wanted: dict[str, Any]) -> "QuerySet[Document]":
    rows = Document.objects.filter(project=project)
    for name in ("state", "external_id"):
        if name in wanted:
            rows = rows.filter(**{name: wanted[name]})
    if "created_after" in wanted:
        rows = rows.filter(created_at__gt=wanted["created_after"])
    if wanted["q"]:
        rows = documents_matching(rows, project, wanted["q"])
    return rows


class DocumentsView(ApiView):
    """The documents of a project."""

    query_shapes = {"GET": DocumentsQuery}
    parser_classes = (UploadBody,)

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        """Make uploads go to disk before anything reads the body."""
        stream_to_disk(request)
        return super().initialize_request(request, *args, **kwargs)

    @extend_schema(
        operation_id="documents_list", summary="Documents", responses=listing(DocumentShape)
    )
    def get(self, request: Request, slug: str) -> Response:
        """List documents, newest first."""
        project = access.project(self.caller, slug)
        return self.listed(_filtered(project, self.parameters), NEWEST_FIRST, DocumentShape)

    @extend_schema(
        operation_id="documents_send",
        summary="Send a document",
        parameters=[IDEMPOTENCY_KEY],
        request={"multipart/form-data": UploadForm},
        responses={200: DocumentDetailShape, 201: DocumentDetailShape},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Take a file in (201), or return the document that it repeats (200).

        422 tells only what the first bytes show: empty, of no allowed format, too large. Whatever
        else is wrong shows later as state `failed` with its `error`.
        """
        project = access.project(self.caller, slug, role=Role.REVIEWER, scope=Scope.INGEST)
        return once(request, lambda: self._receive(project))

    def _receive(self, project: Project) -> Response:
        file = uploaded_file(self.request)
        about = self.body(UploadForm)
        about.pop("file", None)
        document, created = receive_document(
            actor=self.caller.user,
            project=project,
            stream=file,
            filename=file.name or "",
            **about,
        )
        return detail(document, 201 if created else 200)


class DocumentView(ApiView):
    """One document."""

    @extend_schema(
        operation_id="documents_get", summary="One document", responses=DocumentDetailShape
    )
    def get(self, request: Request, key: UUID) -> Response:
        """Return a document with its pages."""
        return detail(access.document(self.caller, key))

    @extend_schema(
        operation_id="documents_change",
        summary="Change a document",
        request=DocumentChangesBody,
        responses=DocumentDetailShape,
    )
    def patch(self, request: Request, key: UUID) -> Response:
        """Change what was said about a document."""
        document = access.document(self.caller, key, role=Role.MANAGER, scope=Scope.INGEST)
        changes = DocumentChanges(**self.body(DocumentChangesBody, partial=True))
        actor = self.caller.user
        return detail(update_document(actor=actor, document=document, changes=changes))

    @extend_schema(
        operation_id="documents_erase", summary="Erase a document", responses={204: None}
    )
    def delete(self, request: Request, key: UUID) -> Response:
        """Remove the document, its pages, texts and files for good."""
        document = access.document(self.caller, key, role=Role.MANAGER, scope=Scope.ADMIN)
        erase_document(actor=self.caller.user, document=document)
        return Response(status=204)


class DocumentRetryView(ApiView):
    """Another try for a document that failed."""

    @extend_schema(
        operation_id="documents_retry",
        summary="Try again",
        request=None,
        responses={202: DocumentDetailShape},
    )
    def post(self, request: Request, key: UUID) -> Response:
        """Ask once more for the pages of a failed document."""
        document = access.document(self.caller, key, role=Role.REVIEWER, scope=Scope.INGEST)
        return detail(retry_document(actor=self.caller.user, document=document), 202)
