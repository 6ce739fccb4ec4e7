"""The shape of a project's typed fields."""

import re
from collections.abc import Iterable
from typing import Any, TypedDict

from django.utils.translation import gettext as _

from annotations.errors import Invalid
from annotations.states import FieldType

FIELDS_LIMIT = 100  # fields a project may ask for; a reviewer sees them all
CHOICES_LIMIT = 200
LABEL_LENGTH = 80
HELP_LENGTH = 500
NAME_PATTERN = re.compile(r"^[a-z][a-z0-9_]{0,39}$")
KNOWN_KEYS = frozenset({"name", "label", "type", "required", "repeated", "help", "choices"})


class FieldSchema(TypedDict):
    """One typed field: `type` is a `FieldType`; `choices` belongs to `choice` alone."""

    name: str
    label: str
    type: str
    required: bool
    repeated: bool
    help: str
    choices: list[str]


def read_fields(items: object) -> list[FieldSchema]:
    """Check a list of fields and fill in what may be left out; raise `Invalid` naming the place."""
    if not isinstance(items, Iterable) or isinstance(items, str | bytes | dict):
        raise Invalid(_("Fields must be a list."), errors={"fields": [_("This must be a list.")]})
    fields = [_read_field(item, position) for position, item in enumerate(items)]
    if len(fields) > FIELDS_LIMIT:
        raise _wrong("fields", _("At most %(n)d fields.") % {"n": FIELDS_LIMIT})
    names = [field["name"] for field in fields]
    for name in names:
        if names.count(name) > 1:
            raise _wrong("fields", _("The name “%(name)s” occurs twice.") % {"name": name})
    return fields


def _read_field(item: Any, position: int) -> FieldSchema:
    place = f"fields.{position}"
    if not isinstance(item, dict):
        raise _wrong(place, _("Each field must be an object."))
    unknown = {str(key) for key in item} - KNOWN_KEYS
    if unknown:
        raise _wrong(place, _("Unknown key: %(key)s.") % {"key": min(unknown)[:40]})
    name = item.get("name")
    if not isinstance(name, str) or not NAME_PATTERN.match(name):
        raise _wrong(f"{place}.name", _("A name needs a-z, 0-9 and _, and starts with a letter."))
    kind = item.get("type", FieldType.TEXT)
    if kind not in list(FieldType):
        known = ", ".join(FieldType)
        raise _wrong(f"{place}.type", _("Use one of: %(known)s.") % {"known": known})
    return {
        "name": name,
        "label": _text(item, "label", LABEL_LENGTH, place) or name,
        "type": str(kind),
        "required": _flag(item, "required", place),
        "repeated": _flag(item, "repeated", place),
        "help": _text(item, "help", HELP_LENGTH, place),
        "choices": _choices(item, str(kind), place),
    }


def _text(item: dict[str, Any], key: str, length: int, place: str) -> str:
    value = item.get(key, "")
    if not isinstance(value, str) or len(value) > length or "\0" in value:
        raise _wrong(f"{place}.{key}", _("Text of at most %(n)d characters.") % {"n": length})
    return value


def _flag(item: dict[str, Any], key: str, place: str) -> bool:
    value = item.get(key, False)
    if not isinstance(value, bool):
        raise _wrong(f"{place}.{key}", _("This must be true or false."))
    return value


def _choices(item: dict[str, Any], kind: str, place: str) -> list[str]:
    value = item.get("choices", [])
    well_formed = (
        isinstance(value, list)
        and len(value) <= CHOICES_LIMIT
        and all(isinstance(one, str) and 0 < len(one) <= LABEL_LENGTH for one in value)
    )
    if not well_formed or (kind == FieldType.CHOICE) != bool(value):
        raise _wrong(f"{place}.choices", _("A choice field lists its choices; others have none."))
    return list(value)


def _wrong(place: str, message: str) -> Invalid:
    return Invalid(message, errors={place: [message]})
