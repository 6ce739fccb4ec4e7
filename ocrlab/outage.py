"""What a fault of our own answers: a page to people, a problem document to programs."""

import sys
from http import HTTPStatus

from django.db import InterfaceError, NotSupportedError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.defaults import server_error

API = "/api/"
PLAN_OUTDATED = "0A000"  # "cached plan must not change result type"
RETRY_AFTER_S = 5  # a restarted database is back within seconds


def fault(request: HttpRequest) -> HttpResponse:
    """Answer 503 with `Retry-After` while the database is away, else 500; never any detail."""
    error = sys.exc_info()[1]
    away = isinstance(error, OperationalError | InterfaceError) or _is_outdated(error)
    status = HTTPStatus.SERVICE_UNAVAILABLE if away else HTTPStatus.INTERNAL_SERVER_ERROR
    if request.path.startswith(API):
        response: HttpResponse = _problem(status)
    else:
        response = server_error(request)
    response.status_code = status
    if away:
        response["Retry-After"] = str(RETRY_AFTER_S)
    return response


def _is_outdated(error: BaseException | None) -> bool:
    """Tell whether a migration changed what a prepared statement answers, and end that connection.

    The next one plans anew.
    """
    sqlstate = getattr(error.__cause__, "sqlstate", None) if error is not None else None
    if not isinstance(error, NotSupportedError) or sqlstate != PLAN_OUTDATED:
        return False
    if connection.connection is not None:
        connection.connection.close()
    return True


def _problem(status: HTTPStatus) -> JsonResponse:
    away = status is HTTPStatus.SERVICE_UNAVAILABLE
    detail = _("The database is not reachable. Try again.") if away else _("The fault is ours.")
    document = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "code": "unavailable" if away else "fault",
        "detail": detail,
    }
    return JsonResponse(document, content_type="application/problem+json")
