"""What a page says: four zones and the project's typed fields."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Final, TypeVar

from annotations.content.cleaning import clean_text
from annotations.content.errors import ContentError
from annotations.states import FieldSource, FieldStatus

# The canonical order of zones, in storage and in the canonical JSON.
ZONES: Final = ("header", "margin", "footer", "text")

# UTF-8 bytes of a whole content: PostgreSQL's to_tsvector refuses more than 1 MB.
MAX_CONTENT_BYTES = 1_000_000
# A form has tens of fields; more is a mistake or an attack.
MAX_FIELDS = 200
MAX_FIELD_NAME_CHARACTERS = 100
# Repetitions of one field (items of an invoice).
MAX_FIELD_VALUES = 500

FieldContent = str | list[str] | None
_Enum = TypeVar("_Enum", FieldStatus, FieldSource)


@dataclass(frozen=True)
class FieldValue:
    """The value of one typed field: absent, empty, unreadable and unchecked are four things."""

    value: FieldContent = None
    status: FieldStatus = FieldStatus.PRESENT
    source: FieldSource = FieldSource.PERSON

    @classmethod
    def from_json(
        cls, obj: object, *, path: str = "", source: FieldSource = FieldSource.PERSON
    ) -> "FieldValue":
        """Read a field as people and programs send it.

        A bare string or list means `present` (an empty string `empty`, null `absent`).
        Raises ContentError.
        """
        if not isinstance(obj, Mapping):
            value = _field_content(obj, path)
            return cls(value, _implied_status(value), source)
        _refuse_unknown_keys(obj, {"value", "status", "source"}, path)
        value = _field_content(obj.get("value"), f"{path}.value")
        status = _member(FieldStatus, obj.get("status", _implied_status(value)), f"{path}.status")
        if status is FieldStatus.PRESENT and not value:
            raise ContentError(
                "field_without_value", "a field that is present has a value", path=path
            )
        return cls(value, status, _member(FieldSource, obj.get("source", source), f"{path}.source"))

    def to_json(self) -> dict[str, object]:
        """Return `{value, status, source}`."""
        return {"value": self.value, "status": self.status.value, "source": self.source.value}

    def texts(self) -> list[str]:
        """Return every value as a list, which is empty where there is none."""
        return [self.value] if isinstance(self.value, str) else list(self.value or ())


@dataclass(frozen=True)
class PageContent:
    """The zones of a page (null: not there; empty: there, without text) and its fields.

    Build one from outside data by `from_json`; the constructor trusts its caller.
    """

    header: str | None = None
    margin: str | None = None
    footer: str | None = None
    text: str | None = None
    fields: dict[str, FieldValue] = field(default_factory=dict)

    @classmethod
    def from_json(cls, obj: object, *, source: FieldSource = FieldSource.PERSON) -> "PageContent":
        """Read the JSON form, strictly; text passes `clean_text`. Raises ContentError."""
        if not isinstance(obj, Mapping):
            raise ContentError("not_an_object", f"content is a JSON object, not {_kind(obj)}")
        _refuse_unknown_keys(obj, {item.name for item in fields(cls)}, "")
        zones = {zone: read_zone(obj.get(zone), zone) for zone in ZONES}
        content = cls(**zones, fields=_read_fields(obj.get("fields"), source))
        content.refuse_oversize()
        return content

    def to_json(self) -> dict[str, object]:
        """Return all four zones, null included, and the fields."""
        named = {name: value.to_json() for name, value in self.fields.items()}
        return {**{zone: self.zone(zone) for zone in ZONES}, "fields": named}

    def canonical_json(self) -> str:
        """Return the zones as trainers and metrics see them: fixed order, null left out."""
        present = {zone: self.zone(zone) for zone in ZONES if self.zone(zone) is not None}
        return json.dumps(present, ensure_ascii=False, separators=(", ", ": "))

    def plain_text(self) -> str:
        """Return the non-empty zones in canonical order, joined by line ends."""
        return "\n".join(text for zone in ZONES if (text := self.zone(zone)))

    def zone(self, name: str) -> str | None:
        """Return one zone by its name."""
        value: str | None = getattr(self, name)
        return value

    def refuse_oversize(self) -> None:
        """Raise ContentError `too_long` when zones and fields together pass the limit."""
        texts = [self.zone(zone) or "" for zone in ZONES]
        texts += [text for value in self.fields.values() for text in value.texts()]
        size = sum(len(text.encode()) for text in texts)
        if size > MAX_CONTENT_BYTES:
            raise ContentError(
                "too_long",
                f"a page holds at most {MAX_CONTENT_BYTES:,} bytes of text, not {size:,}",
            )


def read_zone(value: object, path: str) -> str | None:
    """Return a zone's clean text, or null. Raises ContentError `zone_type`."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise ContentError(
            "zone_type", f"a zone is a string or null, not {_kind(value)}", path=path
        )
    return clean_text(value)


def read_field_name(name: object, path: str) -> str:
    """Return a field's clean name. Raises ContentError `field_name`."""
    clean = clean_text(name).strip() if isinstance(name, str) else ""
    if not clean or len(clean) > MAX_FIELD_NAME_CHARACTERS:
        raise ContentError(
            "field_name",
            f"a field's name is a string of 1 to {MAX_FIELD_NAME_CHARACTERS} characters",
            path=path,
        )
    return clean


def refuse_many_fields(count: int) -> None:
    """Raise ContentError `too_many_fields` above the limit."""
    if count > MAX_FIELDS:
        raise ContentError(
            "too_many_fields",
            f"a page holds at most {MAX_FIELDS} fields, not {count}",
            path="fields",
        )


def _read_fields(obj: object, source: FieldSource) -> dict[str, FieldValue]:
    if obj is None:
        return {}
    if not isinstance(obj, Mapping):
        raise ContentError(
            "fields_type",
            f"fields are an object of name and value, not {_kind(obj)}",
            path="fields",
        )
    refuse_many_fields(len(obj))
    return {
        read_field_name(name, "fields"): FieldValue.from_json(
            value, path=f"fields.{name}", source=source
        )
        for name, value in obj.items()
    }


def _field_content(value: object, path: str) -> FieldContent:
    if value is None:
        return None
    if isinstance(value, str):
        return clean_text(value)
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ContentError(
            "field_type", f"a value is a string or a list of strings, not {_kind(value)}", path=path
        )
    if len(value) > MAX_FIELD_VALUES:
        raise ContentError(
            "too_many_values", f"a field repeats at most {MAX_FIELD_VALUES} times", path=path
        )
    return [clean_text(item) for item in value]


def _implied_status(value: FieldContent) -> FieldStatus:
    if value is None:
        return FieldStatus.ABSENT
    return FieldStatus.PRESENT if value else FieldStatus.EMPTY


def _member(enum: type[_Enum], value: object, path: str) -> _Enum:
    try:
        return enum(str(value))
    except ValueError:
        allowed = ", ".join(enum)
        raise ContentError("choice", f"is one of {allowed}, not {value!r:.60}", path=path) from None


def _refuse_unknown_keys(obj: Mapping[object, object], known: set[str], path: str) -> None:
    unknown = [key for key in obj if key not in known]
    if unknown:
        raise ContentError(
            "unknown_key", f"unknown key {unknown[0]!r:.60}; known are {sorted(known)}", path=path
        )


def _kind(value: object) -> str:
    names = {type(None): "null", bool: "true or false", dict: "an object", list: "a list"}
    return names.get(type(value), "a number" if isinstance(value, int | float) else "text")
