"""What is known around a page: words, predictions, revisions, events."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotations import access
from annotations.api.pages import CurrentPredictionShape, StoredContent
from annotations.api.pagination import Keyset
from annotations.api.shapes import FreeObject, Instant, ListQuery, SpanShape, listing
from annotations.api.view import ApiView
from annotations.models import Event, Page, Prediction, Revision, Verdict, WordLayout
from annotations.states import Approval, Decision, Verification

NEWEST_FIRST = Keyset(("created_at", "id"))
LAST_NUMBER_FIRST = Keyset(("number",))
LAST_ID_FIRST = Keyset(("id",))

WORD_SCHEMA = {
    "type": "array",
    "description": "[text, left, top, width, height, confidence, line]",
    "minItems": 7,
    "maxItems": 7,
    "items": {},
}
REGION_SCHEMA = {
    "type": "object",
    "properties": {
        "box": {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 4},
        "zone": {"type": "string", "nullable": True},
        "trust": {"type": "number"},
        "angle": {"type": "number"},
    },
}


@extend_schema_field(WORD_SCHEMA)
class WordField(serializers.Field[Any, Any, Any, Any]):
    """One word as it is stored."""

    def to_representation(self, value: Any) -> Any:
        """Return the word as it is."""
        return value


@extend_schema_field(REGION_SCHEMA)
class RegionField(WordField):
    """One region as it is stored."""


class WordsShape(serializers.Serializer[Any]):
    """Words and regions in pixels of the canonical image, top-left origin; empty until found."""

    image_sha256 = serializers.CharField(allow_blank=True)
    recogniser_version = serializers.CharField(allow_null=True)
    trust = serializers.FloatField(allow_null=True)
    words = serializers.ListField(child=WordField())
    regions = serializers.ListField(child=RegionField())


class PredictionShape(CurrentPredictionShape):
    """One answer of one engine."""

    recovered = serializers.CharField(allow_blank=True)
    finish_reason = serializers.CharField(allow_blank=True)
    output_tokens = serializers.IntegerField(allow_null=True)
    seconds = serializers.FloatField()
    parameters = FreeObject()
    created_at = Instant()


class VerdictShape(serializers.Serializer[Any]):
    """A judgement on a revision."""

    verdict = serializers.ChoiceField(list(Decision), source="decision")
    approval = serializers.ChoiceField(list(Approval), allow_blank=True)
    user = serializers.CharField(source="user.username")
    comments = serializers.SerializerMethodField()
    created_at = Instant()

    @extend_schema_field({"type": "array", "items": {"type": "string"}})
    def get_comments(self, verdict: Verdict) -> list[str]:
        """Return the remarks that came with it; they were fetched with the list."""
        return [comment.text for comment in verdict.comments.all()]


class RevisionShape(serializers.Serializer[Any]):
    """One submitted state of the page's text."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    author = serializers.CharField(source="author.username")
    content = StoredContent()
    spans = SpanShape(many=True)
    base_prediction = serializers.UUIDField(source="base_prediction_id", allow_null=True)
    fields_version = serializers.IntegerField(source="fields_version.number")
    fields_outdated = serializers.BooleanField()
    guideline_version = serializers.IntegerField(source="guideline_version.number")
    verification = serializers.ChoiceField(list(Verification))
    verdicts = VerdictShape(many=True)
    created_at = Instant()


class EventShape(serializers.Serializer[Any]):
    """What was done by whom: ids and numbers, never text."""

    id = serializers.IntegerField()
    verb = serializers.CharField()
    actor = serializers.CharField(source="actor.username")
    data = FreeObject()  # type: ignore[assignment]  # a member's name
    created_at = Instant()


class PageWordsView(ApiView):
    """Where the words stand."""

    @extend_schema(operation_id="pages_words", summary="Words and boxes", responses=WordsShape)
    def get(self, request: Request, key: UUID) -> Response:
        """Return the newest word layout of the page's image."""
        page = access.page(self.caller, key)
        layouts = WordLayout.objects.filter(page=page, image_sha256=page.image_sha256)
        return Response(WordsShape(_words(page, layouts.order_by("-id").first())).data)


def _words(page: Page, layout: WordLayout | None) -> dict[str, Any]:
    found = {"words": [], "regions": []} if layout is None else layout.layout
    return {
        "image_sha256": page.image_sha256,
        "recogniser_version": None if layout is None else layout.recogniser_version,
        "trust": None if layout is None else layout.trust,
        "words": found["words"],
        "regions": found["regions"],
    }


class PagePredictionsView(ApiView):
    """What engines read."""

    query_shapes = {"GET": ListQuery}

    @extend_schema(
        operation_id="pages_predictions",
        summary="Predictions",
        responses=listing(PredictionShape),
    )
    def get(self, request: Request, key: UUID) -> Response:
        """List the page's predictions, newest first, degenerate ones included."""
        page = access.page(self.caller, key)
        rows = Prediction.objects.filter(page=page).select_related("engine")
        return self.listed(rows, NEWEST_FIRST, PredictionShape)


class PageRevisionsView(ApiView):
    """What people wrote."""

    query_shapes = {"GET": ListQuery}

    @extend_schema(
        operation_id="pages_revisions", summary="Revisions", responses=listing(RevisionShape)
    )
    def get(self, request: Request, key: UUID) -> Response:
        """List the page's revisions with their verdicts, newest first."""
        page = access.page(self.caller, key)
        rows = Revision.objects.filter(page=page, track=0).select_related(
            "author", "fields_version", "guideline_version"
        )
        told = rows.prefetch_related("verdicts__user", "verdicts__comments")
        return self.listed(told, LAST_NUMBER_FIRST, RevisionShape)


class PageEventsView(ApiView):
    """What was done."""

    query_shapes = {"GET": ListQuery}

    @extend_schema(operation_id="pages_events", summary="Events", responses=listing(EventShape))
    def get(self, request: Request, key: UUID) -> Response:
        """List what was done to the page, newest first."""
        page = access.page(self.caller, key)
        rows = Event.objects.filter(noun="page", noun_id=str(page.id)).select_related("actor")
        return self.listed(rows, LAST_ID_FIRST, EventShape)
