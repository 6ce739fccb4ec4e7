"""Shapes of requests and answers: strict on the way in, and the source of the OpenAPI."""

import json
import math
from collections.abc import Iterable, Mapping
from datetime import UTC
from functools import cache
from typing import Any, cast

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from annotations.api.pagination import DEFAULT_LIMIT, MAX_CURSOR_LENGTH, MAX_LIMIT
from annotations.content import ContentError, PageContent

MAX_DEPTH = 20  # levels of nesting in free JSON; PostgreSQL and Python both recurse
MAX_JSON_BYTES = 65_536  # free JSON of one document or project: it is shown, not archived


# What JSON must hold for a field; the framework alone would take 0 for "0" and "yes" for true.
JSON_TYPES: tuple[tuple[type[serializers.Field[Any, Any, Any, Any]], tuple[type, ...]], ...] = (
    (serializers.BooleanField, (bool,)),
    (serializers.IntegerField, (int,)),
    (serializers.FloatField, (int, float)),
    (serializers.CharField, (str,)),
    (serializers.ChoiceField, (str,)),
    (serializers.UUIDField, (str,)),
)


class Strict(serializers.Serializer[Any]):
    """A request body: an unknown member or a value of another type is a mistake worth telling."""

    def to_internal_value(self, data: Any) -> Any:
        """Refuse unknown members and, in JSON, values of other types; then validate."""
        if isinstance(data, Mapping):
            wrong = {name: [_("This member is not known.")] for name in self._unknown(data)}
            if not isinstance(data, QueryDict):  # a form knows text alone
                wrong |= {name: [_("This is of another type.")] for name in self._mistyped(data)}
            if wrong:
                raise serializers.ValidationError(wrong)
        return super().to_internal_value(data)

    def _unknown(self, data: Mapping[str, Any]) -> list[str]:
        return [str(name)[:60] for name in data if name not in self.fields]

    def _mistyped(self, data: Mapping[str, Any]) -> list[str]:
        """Name the members whose JSON type is not their field's."""
        return [
            name
            for name, field in self.fields.items()
            if data.get(name) is not None and not _is_typed(field, data[name])
        ]


class Query(Strict):
    """Query parameters; one given twice is refused, since either might have been meant."""

    @classmethod
    def read(cls, sent: QueryDict) -> dict[str, Any]:
        """Return the validated parameters. Raises ValidationError (400)."""
        twice = [name for name, values in sent.lists() if len(values) > 1]
        if twice:
            raise serializers.ValidationError({twice[0][:60]: [_("Give this only once.")]})
        known = cls(data=sent.dict())  # not as a form, in which an empty value is none
        known.is_valid(raise_exception=True)
        return dict(known.validated_data)

    def _mistyped(self, data: Mapping[str, Any]) -> list[str]:
        return []  # an address holds text alone


class ListQuery(Query):
    """What every list takes."""

    cursor = serializers.CharField(
        max_length=MAX_CURSOR_LENGTH,
        allow_blank=True,
        default="",
        help_text="From `next` or `previous`.",
    )
    limit = serializers.IntegerField(min_value=1, max_value=MAX_LIMIT, default=DEFAULT_LIMIT)


@cache
def listing(item: type[serializers.Serializer[Any]]) -> type[serializers.Serializer[Any]]:
    """Return the shape `{next, previous, results}` of a list of `item`."""
    members = {
        "next": serializers.URLField(allow_null=True),
        "previous": serializers.URLField(allow_null=True),
        "results": item(many=True),
        "__doc__": "A part of a list; there are no totals.",
        "__module__": item.__module__,
    }
    name = item.__name__.removesuffix("Shape")
    made = type(f"{name}List", (serializers.Serializer,), members)
    return cast("type[serializers.Serializer[Any]]", made)


class Instant(serializers.DateTimeField):
    """A moment in UTC, written with `Z`; screens have the project's clock, programs never."""

    timezone = UTC


@extend_schema_field({"type": "object", "additionalProperties": True})
class FreeObject(serializers.Field[Any, Any, Any, Any]):
    """A JSON object of the caller's own, within what the database can keep."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """Return the object. Multipart bodies carry it as text."""
        if isinstance(data, str):
            data = _parsed(data)
        if not isinstance(data, dict):
            raise serializers.ValidationError(_("This is not a JSON object."))
        if not _is_storable(data, MAX_DEPTH):
            raise serializers.ValidationError(
                _("This holds a NUL, half a character, NaN, or too deep a nesting.")
            )
        if len(json.dumps(data)) > MAX_JSON_BYTES:
            raise serializers.ValidationError(_("This is larger than 64 KB."))
        return data

    def to_representation(self, value: Any) -> Any:
        """Return the object as it is."""
        return value


FIELD_SCHEMA = {
    "oneOf": [
        {"type": "string"},
        {"type": "array", "items": {"type": "string"}},
        {
            "type": "object",
            "properties": {
                "value": {
                    "oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
                    "nullable": True,
                },
                "status": {
                    "type": "string",
                    "enum": ["present", "empty", "absent", "unreadable", "unchecked"],
                },
                "source": {"type": "string", "enum": ["engine", "pattern", "person"]},
            },
        },
    ],
    "nullable": True,
}
ZONE_SCHEMA = {"type": "string", "nullable": True}
CONTENT_SCHEMA = {
    "type": "object",
    "description": "The zones (null: not there, empty: there without text) and the fields.",
    "properties": {
        "header": ZONE_SCHEMA,
        "margin": ZONE_SCHEMA,
        "footer": ZONE_SCHEMA,
        "text": ZONE_SCHEMA,
        "fields": {"type": "object", "additionalProperties": FIELD_SCHEMA},
    },
    "additionalProperties": False,
}


@extend_schema_field(CONTENT_SCHEMA)
class ContentField(serializers.Field[Any, Any, Any, Any]):
    """A page's content (interfaces: "Content, as JSON everywhere")."""

    def to_internal_value(self, data: Any) -> PageContent:
        """Return the clean content."""
        try:
            return PageContent.from_json(data)
        except ContentError as error:
            raise serializers.ValidationError({error.path or "": [error.message]}) from None

    def to_representation(self, value: Any) -> Any:
        """Return the stored JSON as it is."""
        return value


class SpanShape(Strict):
    """A mark over the half-open stretch `[start, end)` of a zone, in code points."""

    zone = serializers.ChoiceField(["header", "margin", "footer", "text"])
    start = serializers.IntegerField(min_value=0)
    end = serializers.IntegerField(min_value=1)
    kind = serializers.CharField()


def _is_typed(field: serializers.Field[Any, Any, Any, Any], value: Any) -> bool:
    """Tell whether a JSON value is of the field's type; true and false are no numbers."""
    for kind, types in JSON_TYPES:
        if isinstance(field, kind):
            return isinstance(value, types) and (bool in types or not isinstance(value, bool))
    return True


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise serializers.ValidationError(_("This is not JSON.")) from None


def _is_storable(value: Any, depth: int) -> bool:
    """Tell whether PostgreSQL keeps the value: no NUL, lone surrogate, NaN, bottomless nesting."""
    if isinstance(value, str):
        return "\0" not in value and not any("\ud800" <= char <= "\udfff" for char in value)
    if isinstance(value, float):
        return math.isfinite(value)
    if not isinstance(value, dict | list):
        return True
    inner: Iterable[Any] = value if isinstance(value, list) else [*value, *value.values()]
    return depth > 0 and all(_is_storable(item, depth - 1) for item in inner)
