"""A person's own draft of a page."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotations import access
from annotations.api.etags import required_version, set_etag, wants_creation
from annotations.api.pages import StoredContent
from annotations.api.schema import IF_MATCH, IF_NONE_MATCH
from annotations.api.shapes import Instant, SpanShape
from annotations.api.view import ApiView
from annotations.api.writings import DraftBody, writing_of
from annotations.errors import NotFound
from annotations.models import Draft, Page
from annotations.review.drafts import discard_draft, draft_of, save_draft
from annotations.states import Role, Scope


class DraftShape(serializers.Serializer[Any]):
    """An unsubmitted text and what it was written against."""

    content = StoredContent()
    spans = SpanShape(many=True)
    base_version = serializers.IntegerField()
    base_prediction = serializers.UUIDField(source="base_prediction_id", allow_null=True)
    fields_version = serializers.IntegerField()
    version = serializers.IntegerField()
    updated_at = Instant()


def _answer(draft: Draft, status: int = 200) -> Response:
    response = Response(DraftShape(draft).data, status=status)
    set_etag(response, "d", draft.version)
    response["Cache-Control"] = "no-store"
    return response


class DraftView(ApiView):
    """The caller's draft of one page; nobody else sees it."""

    def _page(self, key: UUID) -> Page:
        return access.page(self.caller, key, role=Role.REVIEWER, scope=Scope.ANNOTATE)

    @extend_schema(operation_id="drafts_get", summary="My draft", responses=DraftShape)
    def get(self, request: Request, key: UUID) -> Response:
        """Return the caller's draft; its ETag is what the next save asks for."""
        draft = draft_of(self.caller.user, self._page(key))
        if draft is None:
            raise NotFound(_("You have no draft of this page."))
        return _answer(draft)

    @extend_schema(
        operation_id="drafts_save",
        summary="Save my draft",
        parameters=[IF_MATCH, IF_NONE_MATCH],
        request=DraftBody,
        responses={200: DraftShape, 201: DraftShape},
    )
    def put(self, request: Request, key: UUID) -> Response:
        """Save a first draft with `If-None-Match: *` (201), or over the one `If-Match` names."""
        page = self._page(key)
        seen = draft_of(self.caller.user, page)
        first = wants_creation(request)
        version = None if first else required_version(request, "d", seen.version if seen else 0)
        body = self.body(DraftBody)
        writing = writing_of(body, body["base_version"])
        draft = save_draft(actor=self.caller.user, page=page, version=version, writing=writing)
        return _answer(draft, 201 if first else 200)

    @extend_schema(
        operation_id="drafts_discard",
        summary="Discard my draft",
        parameters=[IF_MATCH],
        responses={204: None},
    )
    def delete(self, request: Request, key: UUID) -> Response:
        """Throw the draft away if it is still the one that `If-Match` names."""
        page = self._page(key)
        seen = draft_of(self.caller.user, page)
        version = required_version(request, "d", seen.version if seen else 0)
        if seen is None:
            raise NotFound(_("You have no draft of this page."))
        discard_draft(actor=self.caller.user, page=page, version=version)
        return Response(status=204)
