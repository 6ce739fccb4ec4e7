"""What an uploader says about a file, made safe to keep: names, ids, groups and metadata."""

import json
import unicodedata
from typing import Any, Final

from django.utils.translation import gettext as _

from annotations.content import clean_text, fold
from annotations.errors import Invalid
from annotations.models import Project
from annotations.models.document import EXTERNAL_ID_LENGTH, FILENAME_LENGTH, GROUP_LENGTH

NAMELESS: Final = "document"
SUFFIX_LENGTH: Final = 10  # characters of a file name's end that survive a cut
METADATA_BYTES: Final = 64 * 1024  # as JSON
METADATA_DEPTH: Final = 8
# Controls, formats (bidirectional overrides, zero width), surrogates, line and paragraph ends.
UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def clean_filename(name: str) -> str:
    """Return a client's file name as one harmless line; it is shown, and never used as a path."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    seen = "".join(char for char in last if unicodedata.category(char) not in UNSEEN)
    line = " ".join(seen.split()).strip(". ") or NAMELESS
    if len(line) <= FILENAME_LENGTH:
        return line
    stem, dot, suffix = line.rpartition(".")
    if not dot or len(suffix) > SUFFIX_LENGTH:
        return line[:FILENAME_LENGTH]
    return stem[: FILENAME_LENGTH - len(suffix) - 1] + dot + suffix


def search_name(filename: str, external_id: str | None) -> str:
    """Return the folded words by which the search box finds a document."""
    words = fold(f"{filename} {external_id or ''}").strip()
    return words[: FILENAME_LENGTH + EXTERNAL_ID_LENGTH + 1]


def clean_external_id(value: str | None) -> str | None:
    """Return an external id, or None for none; raises `Invalid`."""
    return _line(value, "external_id", EXTERNAL_ID_LENGTH) if value else None


def clean_group(value: str | None) -> str | None:
    """Return a group's name, or None for none; raises `Invalid`."""
    return _line(value, "group", GROUP_LENGTH) if value else None


def clean_kind(project: Project, value: str | None) -> str | None:
    """Return one of the project's document kinds, or None for none; raises `Invalid`."""
    if not value:
        return None
    if value not in project.kinds:
        message = _("Use one of: %(kinds)s.") % {"kinds": ", ".join(project.kinds)}
        raise Invalid(message, errors={"kind": [message]})
    return value


def clean_metadata(value: object) -> dict[str, Any] | None:
    """Return a JSON object that PostgreSQL will take, or None for none; raises `Invalid`."""
    if value is None:
        return None
    if not isinstance(value, dict) or not _is_storable(value, METADATA_DEPTH):
        message = _("A JSON object, at most %(n)d levels deep, without control characters.")
        message %= {"n": METADATA_DEPTH}
        raise Invalid(message, errors={"metadata": [message]})
    if len(json.dumps(value)) > METADATA_BYTES:
        message = _("At most %(n)d bytes of JSON.") % {"n": METADATA_BYTES}
        raise Invalid(message, errors={"metadata": [message]})
    return value


def _line(value: str, member: str, length: int) -> str:
    if len(value) > length or value != value.strip() or any(_is_unseen(char) for char in value):
        message = _("One line of at most %(n)d characters, without blanks around it.")
        message %= {"n": length}
        raise Invalid(message, errors={member: [message]})
    return value


def _is_unseen(char: str) -> bool:
    return unicodedata.category(char) in UNSEEN


def _is_storable(value: object, levels: int) -> bool:
    if isinstance(value, str):
        # A string that the text gate would change holds NUL, surrogates or controls.
        return unicodedata.normalize("NFC", value) == clean_text(value)
    if isinstance(value, float):
        return value == value and abs(value) != float("inf")  # noqa: PLR0124  NaN
    if value is None or isinstance(value, bool | int):
        return True
    if levels == 0:
        return False
    if isinstance(value, list):
        return all(_is_storable(item, levels - 1) for item in value)
    return isinstance(value, dict) and all(
        isinstance(key, str) and _is_storable(key, 1) and _is_storable(item, levels - 1)
        for key, item in value.items()
    )
