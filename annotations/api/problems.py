"""Every error of the API as `application/problem+json` (RFC 9457), mapped in one place.

`code` is stable and meant for programs, `detail` is localised and meant for a person.
"""

import errno
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response

from annotations.content import ContentError
from annotations.errors import DomainError

CONTENT_TYPE = "application/problem+json"
RETRY_AFTER_S = 5  # an embedded or restarted database is back within seconds
FULL_DISK = frozenset({errno.ENOSPC, errno.EDQUOT})

CODES = {
    "parse_error": "malformed",
    "not_authenticated": "not_authenticated",
    "authentication_failed": "invalid_token",
    "permission_denied": "forbidden",
    "method_not_allowed": "method_not_allowed",
    "unsupported_media_type": "unsupported_media_type",
}


def problem(status: int, code: str, detail: str, **members: Any) -> Response:
    """Build a problem response; `members` are added to the document."""
    document = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        **members,
    }
    return Response(document, status=status, content_type=CONTENT_TYPE)


def problem_response(error: Exception, _context: Mapping[str, Any]) -> Response | None:
    """Map an exception to its problem; None lets Django answer 500 and log the fault."""
    if isinstance(error, DomainError):
        return problem(error.status, error.code, error.detail, **error.extra)
    if isinstance(error, ContentError):
        wrong = {error.path or "content": [error.message]}
        return problem(400, "invalid", _("The request is not valid."), errors=wrong)
    if isinstance(error, exceptions.APIException):
        return _framework_problem(error)
    return _plain_problem(error) or _storage_problem(error)


def _framework_problem(error: exceptions.APIException) -> Response:
    if isinstance(error, exceptions.ValidationError):
        wrong = _by_place(error.detail)
        return problem(400, "invalid", _("The request is not valid."), errors=wrong)
    codes = error.get_codes()
    code = CODES.get(codes, codes) if isinstance(codes, str) else error.default_code
    response = problem(error.status_code, code, str(error.detail))
    if header := getattr(error, "auth_header", None):
        response["WWW-Authenticate"] = header
    if wait := getattr(error, "wait", None):
        response["Retry-After"] = str(int(wait))
    return response


def _plain_problem(error: Exception) -> Response | None:
    if isinstance(error, Http404):
        return problem(404, "not_found", _("Not found."))
    if isinstance(error, PermissionDenied):
        return problem(403, "forbidden", _("You may not do this."))
    if isinstance(error, RequestDataTooBig):
        return problem(413, "body_too_large", _("The body of the request is too large."))
    if isinstance(error, SuspiciousOperation):
        return problem(400, "malformed", _("The request cannot be read."))
    return None


def _storage_problem(error: Exception) -> Response | None:
    """Map what PostgreSQL or the disk refuse; without an answer of their own they were 500."""
    if isinstance(error, OSError) and error.errno in FULL_DISK:
        return problem(507, "disk_full", _("The server's disk is full. Nothing was kept."))
    if isinstance(error, DataError):
        return problem(400, "unstorable", _("The request holds a value that cannot be stored."))
    if isinstance(error, IntegrityError):
        return problem(409, "conflict", _("Somebody else changed this at the same moment."))
    if isinstance(error, OperationalError | InterfaceError):
        response = problem(503, "unavailable", _("The database is not reachable. Try again."))
        response["Retry-After"] = str(RETRY_AFTER_S)
        return response
    return None


def _by_place(detail: Any, place: str = "") -> dict[str, list[str]]:
    """Turn the framework's nested errors into `{place: [sentence]}`, as domain errors have them."""
    if isinstance(detail, dict):
        parts = [_by_place(value, _join(place, str(name))) for name, value in detail.items()]
    elif isinstance(detail, list) and any(isinstance(item, dict) for item in detail):
        parts = [_by_place(item, _join(place, str(n))) for n, item in enumerate(detail) if item]
    else:
        sentences = detail if isinstance(detail, list) else [detail]
        return {place: [str(sentence) for sentence in sentences]}
    return {name: sentences for part in parts for name, sentences in part.items()}


def _join(place: str, name: str) -> str:
    if name == "non_field_errors":
        return place
    return f"{place}.{name}" if place else name
