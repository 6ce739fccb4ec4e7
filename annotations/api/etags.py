"""Versions as entity tags: `"v<version>"` of a page, `"d<n>"` of a draft (RFC 9110, section 13)."""

import re

from django.http import HttpResponse
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.request import Request

from annotations.errors import PreconditionRequired

# A tag that names no version we ever gave: every action finds it stale.
NO_VERSION = -1
MAX_DIGITS = 9  # versions are 32-bit in the database
_TAG = re.compile(r'(W/)?"([\x21\x23-\x7e\x80-\xff]*)"')
_HEADER = re.compile(rf"\s*{_TAG.pattern}(?:\s*,\s*{_TAG.pattern})*\s*")


def set_etag(response: HttpResponse, prefix: str, version: int) -> None:
    """Name the version that a response shows."""
    response["ETag"] = f'"{prefix}{version}"'


def required_version(request: Request, prefix: str, current: int) -> int:
    """Return the version that `If-Match` names: `current` if it is among those listed.

    Raises PreconditionRequired (428) without the header or with `*`, which names no version and
    would let a person overwrite what they never saw; ParseError when it is malformed. A weak or
    foreign tag gives `NO_VERSION`, since If-Match compares strongly.
    """
    header = str(request.headers.get("If-Match", "")).strip()
    if header in {"", "*"}:
        raise PreconditionRequired(
            _("Say with If-Match which version you saw, for example “%(example)s”.")
            % {"example": f'"{prefix}{current}"'}
        )
    if not _HEADER.fullmatch(header):
        raise ParseError(_("If-Match is not a list of entity tags."))
    versions = [_version(match, prefix) for match in _TAG.finditer(header)]
    return current if current in versions else versions[0]


def wants_creation(request: Request) -> bool:
    """Tell whether the request says `If-None-Match: *`: make it only if it is not there yet."""
    return str(request.headers.get("If-None-Match", "")).strip() == "*"


def _version(match: re.Match[str], prefix: str) -> int:
    weak, opaque = match.groups()
    digits = opaque.removeprefix(prefix)
    known = opaque.startswith(prefix) and digits.isascii() and digits.isdecimal()
    if weak or not known or len(digits) > MAX_DIGITS:
        return NO_VERSION
    return int(digits)
