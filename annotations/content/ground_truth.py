"""Ground truth files: contents that came from elsewhere and carry more than a content."""

import json
import re
from collections.abc import Mapping
from typing import NoReturn

from annotations.content.cleaning import decode_text
from annotations.content.errors import ContentError
from annotations.content.page import (
    ZONES,
    FieldValue,
    PageContent,
    read_field_name,
    read_zone,
    refuse_many_fields,
)
from annotations.states import FieldSource

# Bytes of one file: polygons of a dense page take 0.1 MB.
MAX_FILE_BYTES = 32 * 1024 * 1024
# Levels of nesting: a line's polygon in a list of pages takes 6.
MAX_DEPTH = 32
# Pages that one file may describe.
MAX_PAGES = 5_000

_STRING_OR_BRACKET = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}]', re.DOTALL)


def read_ground_truth_text(data: bytes) -> list[PageContent]:
    """Read a `.txt` transcription as the `text` of one page. Raises ContentError."""
    _refuse_large(data)
    content = PageContent(text=decode_text(data).strip("\n"))
    content.refuse_oversize()
    return [content]


def read_ground_truth_json(data: bytes) -> list[PageContent]:
    """Read a `.json` file: one content, or a list with one for each page. Raises ContentError."""
    _refuse_large(data)
    obj = load_json(decode_text(data))
    if not isinstance(obj, list):
        return [from_ground_truth(obj)]
    if not obj or len(obj) > MAX_PAGES:
        raise ContentError("page_count", f"a list holds 1 to {MAX_PAGES} pages, not {len(obj)}")
    return [from_ground_truth(item) for item in obj]


def from_ground_truth(obj: object) -> PageContent:
    """Take the zones and fields out of an object that may hold much else (ids, lines, polygons).

    `fields` may also be a list of `{name, value}`; a name that comes again repeats the field.
    Raises ContentError.
    """
    if not isinstance(obj, Mapping):
        raise ContentError("not_an_object", "the content of a page is a JSON object")
    if not any(zone in obj for zone in ZONES):
        raise ContentError("no_zone", f"the object has none of the keys {', '.join(ZONES)}")
    zones = {zone: read_zone(obj.get(zone), zone) for zone in ZONES}
    fields = obj.get("fields")
    if not isinstance(fields, list):
        return PageContent.from_json({**zones, "fields": fields})
    content = PageContent(**zones, fields=_listed_fields(fields))
    content.refuse_oversize()
    return content


def load_json(text: str) -> object:
    """Parse JSON from a stranger: bounded depth, no NaN or Infinity. Raises ContentError."""
    _refuse_deep(text)
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise ContentError(
            "not_json", f"not JSON at line {error.lineno}, column {error.colno}: {error.msg}"
        ) from None
    except ValueError as error:  # an integer of more than 4,300 digits
        raise ContentError("not_json", str(error)[:200]) from None


def _listed_fields(items: list[object]) -> dict[str, FieldValue]:
    refuse_many_fields(len(items))
    values: dict[str, list[FieldValue]] = {}
    for index, item in enumerate(items):
        path = f"fields[{index}]"
        if not isinstance(item, Mapping):
            raise ContentError("field_type", "a listed field is {name, value}", path=path)
        name = read_field_name(item.get("name"), path)
        known = {key: item[key] for key in ("value", "status", "source") if key in item}
        values.setdefault(name, []).append(FieldValue.from_json(known, path=path))
    return {name: _joined(group) for name, group in values.items()}


def _joined(group: list[FieldValue]) -> FieldValue:
    if len(group) == 1:
        return group[0]
    return FieldValue.from_json(
        [text for value in group for text in value.texts()], source=FieldSource.PERSON
    )


def _refuse_large(data: bytes) -> None:
    if len(data) > MAX_FILE_BYTES:
        raise ContentError("too_long", f"ground truth files hold at most {MAX_FILE_BYTES:,} bytes")


def _refuse_deep(text: str) -> None:
    depth = 0
    for match in _STRING_OR_BRACKET.finditer(text):
        token = match.group()
        if token in ("[", "{"):
            depth += 1
            if depth > MAX_DEPTH:
                raise ContentError("too_deep", f"nested more than {MAX_DEPTH} levels")
        elif token in ("]", "}"):
            depth -= 1


def _refuse_constant(name: str) -> NoReturn:
    raise ContentError("not_json", f"{name} is not JSON")
