"""What a person writes: drafts and submits share their shape."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from annotations.api.shapes import ContentField, SpanShape, Strict
from annotations.content import ContentError, read_spans
from annotations.review.submit import ACTIVE_SECONDS_LIMIT
from annotations.review.writing import Writing

MAX_VERSION = 2_147_483_647  # a 32-bit column


class WritingBody(Strict):
    """Text with its marks, and what it was written against."""

    content = ContentField()
    spans = SpanShape(many=True, default=[])
    base_prediction = serializers.UUIDField(allow_null=True, default=None)
    fields_version = serializers.IntegerField(min_value=1, max_value=MAX_VERSION)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Hold the marks against the text."""
        try:
            attrs["spans"] = read_spans([dict(span) for span in attrs["spans"]], attrs["content"])
        except ContentError as error:
            raise serializers.ValidationError({error.path: [error.message]}) from None
        return attrs


class DraftBody(WritingBody):
    """An unsubmitted text."""

    base_version = serializers.IntegerField(min_value=0, max_value=MAX_VERSION)


class SubmitBody(WritingBody):
    """A text to become the page's head revision."""

    active_seconds = serializers.FloatField(
        min_value=0, max_value=ACTIVE_SECONDS_LIMIT, default=0.0
    )

    def validate_active_seconds(self, value: float) -> float:
        """Refuse NaN, which is within no bounds and outside none."""
        if value != value:  # noqa: PLR0124  only NaN differs from itself
            raise serializers.ValidationError(_("This is not a number."))
        return value


def writing_of(body: dict[str, Any], base_version: int) -> Writing:
    """Return the writing that a validated body holds."""
    return Writing(
        content=body["content"],
        spans=body["spans"],
        base_version=base_version,
        base_prediction_id=body["base_prediction"],
        fields_version=body["fields_version"],
    )
