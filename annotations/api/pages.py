"""Pages: lists, and one page with its text."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotations import access
from annotations.api.etags import set_etag
from annotations.api.pagination import Keyset
from annotations.api.shapes import (
    CONTENT_SCHEMA,
    Instant,
    ListQuery,
    SpanShape,
    listing,
)
from annotations.api.view import ApiView
from annotations.content import fold
from annotations.models import Page, Project
from annotations.review.detail import PageDetail, detail
from annotations.states import PageState, PrelabelState, Split

LAST_CHANGED_FIRST = Keyset(("updated_at", "id"))
SEARCH_LENGTH = 200
VERSION_LENGTH = 12  # characters of the image's sha256 that name its version in a URL


@extend_schema_field(CONTENT_SCHEMA)
class StoredContent(serializers.JSONField):
    """A content as it is stored."""


class PageShape(serializers.Serializer[Any]):
    """A page as it stands in a list, without its text."""

    id = serializers.UUIDField()
    document = serializers.UUIDField(source="document_id")
    number = serializers.IntegerField()
    state = serializers.ChoiceField(list(PageState))
    prelabel_state = serializers.ChoiceField(list(PrelabelState))
    version = serializers.IntegerField()
    kind = serializers.CharField(allow_blank=True)
    updated_at = Instant()


class LatestRevisionShape(serializers.Serializer[Any]):
    """The head revision."""

    id = serializers.UUIDField()
    author = serializers.CharField()
    created_at = Instant()


class CurrentPredictionShape(serializers.Serializer[Any]):
    """What the chosen engine read."""

    id = serializers.UUIDField()
    engine = serializers.CharField()
    content = StoredContent()
    doubts = serializers.ListField(child=serializers.DictField(), default=[])
    truncated = serializers.BooleanField()
    tail_repetition = serializers.BooleanField()
    stopped_by_guard = serializers.BooleanField()
    degenerate = serializers.BooleanField()


@extend_schema_field(SpanShape(many=True))
class StoredSpans(serializers.JSONField):
    """Marks as they are stored."""


class PageDetailShape(serializers.Serializer[Any]):
    """A page with its text: `content` is the head revision's, else the base prediction's."""

    id = serializers.UUIDField()
    document = serializers.UUIDField()
    number = serializers.IntegerField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    state = serializers.ChoiceField(list(PageState))
    version = serializers.IntegerField()
    content = StoredContent()
    spans = StoredSpans()
    fields_version = serializers.IntegerField()
    base_prediction = serializers.UUIDField(allow_null=True)
    latest_revision = LatestRevisionShape(allow_null=True)
    prediction = CurrentPredictionShape(allow_null=True)
    prelabel_state = serializers.ChoiceField(list(PrelabelState))
    image_url = serializers.SerializerMethodField()
    split = serializers.ChoiceField(list(Split), allow_null=True)
    kind = serializers.CharField(allow_blank=True)
    excluded_reason = serializers.CharField(allow_blank=True)

    @extend_schema_field({"type": "string", "nullable": True})
    def get_image_url(self, page: PageDetail) -> str | None:
        """Return the image's address, which changes with the image; null where there is none."""
        if not page.image_sha256:
            return None
        version = page.image_sha256[:VERSION_LENGTH]
        return reverse("api-page-image", args=[page.id]) + f"?v={version}"


class PagesQuery(ListQuery):
    """Filters of the pages list."""

    state = serializers.ChoiceField(list(PageState), required=False)
    prelabel_state = serializers.ChoiceField(list(PrelabelState), required=False)
    updated_after = Instant(required=False)
    q = serializers.CharField(
        max_length=SEARCH_LENGTH,
        allow_blank=True,
        default="",
        help_text="Words of the text; accents do not matter.",
    )


def page_answer(key: UUID) -> Response:
    """Answer a page as it stands now, with its version as ETag; never cached."""
    page = detail(key)
    response = Response(PageDetailShape(page).data)
    set_etag(response, "v", page.version)
    response["Cache-Control"] = "no-store"
    return response


def _filtered(project: Project, wanted: dict[str, Any]) -> "QuerySet[Page]":
    rows = Page.objects.filter(project=project)
    for name in ("state", "prelabel_state"):
        if name in wanted:
            rows = rows.filter(**{name: wanted[name]})
    if "updated_after" in wanted:
        rows = rows.filter(updated_at__gt=wanted["updated_after"])
    return rows.matching(fold(wanted["q"])) if wanted["q"] else rows


class PagesView(ApiView):
    """The pages of a project."""

    query_shapes = {"GET": PagesQuery}

    @extend_schema(operation_id="pages_list", summary="Pages", responses=listing(PageShape))
    def get(self, request: Request, slug: str) -> Response:
        """List pages, those that changed last at the top."""
        project = access.project(self.caller, slug)
        return self.listed(_filtered(project, self.parameters), LAST_CHANGED_FIRST, PageShape)


class PageView(ApiView):
    """One page."""

    @extend_schema(operation_id="pages_get", summary="One page", responses=PageDetailShape)
    def get(self, request: Request, key: UUID) -> Response:
        """Return a page with its text; its ETag is what `submit` and `verdict` ask for."""
        return page_answer(access.page(self.caller, key).id)
