"""`Idempotency-Key`: the same POST sent twice is done once.

The record is written in a transaction of its own, so that others see that work has begun. The
work, and its answer in the record, are then one transaction that holds the record's row lock: a
process that dies leaves a record without an answer and without a lock, and the next try takes
over. Answers are kept for 24 hours.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import OperationalError, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.problems import problem_response
from annotations.errors import Conflict, DomainError, Invalid, Stale
from annotations.models import IdempotencyRecord

KEPT_FOR = timedelta(hours=24)
MAX_KEY_LENGTH = 200
KEPT_HEADERS = ("ETag", "Cache-Control")
TOO_MANY = 429
OURS = 500  # from here on the fault is not the request's

Work = Callable[[], Response]


class KeyReused(Invalid):
    """The key was used for another request."""

    code = "idempotency_key_reused"


class StillRunning(Conflict):
    """The first request with this key has not ended yet."""

    code = "still_running"


def once(request: Request, work: Work) -> Response:
    """Do `work` once per key, caller and path; without a key just do it.

    Raises KeyReused (422) for another body, StillRunning (409) while the first is at work.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return work()
    if not 0 < len(key) <= MAX_KEY_LENGTH or not (key.isascii() and key.isprintable()):
        raise exceptions.ParseError(
            _("An Idempotency-Key has 1 to 200 printable ASCII characters.")
        )
    record = _record(request, key)
    with transaction.atomic():
        locked = _locked(record)
        if locked.status is None:
            return _answered(locked, work)
    return _stored(locked)


def forget_old_answers() -> int:
    """Delete what is older than a day and return how many; a chore of the workers."""
    gone, _kinds = IdempotencyRecord.objects.filter(created_at__lt=Now() - KEPT_FOR).delete()
    return gone


def forget_documents(document_ids: Sequence[UUID]) -> None:
    """Delete stored answers that show these documents or their pages; part of their erasure."""
    ids = [str(key) for key in document_ids]
    shown = Q(body__id__in=ids) | Q(body__document__in=ids) | Q(body__page__document__in=ids)
    IdempotencyRecord.objects.filter(shown).delete()


def _record(request: Request, key: str) -> IdempotencyRecord:
    """Return the record of this key, made now if there is none younger than 24 hours."""
    body = _fingerprint(request)
    named = {"user": request.user, "key": key, "route": request.path[:300]}
    records = IdempotencyRecord.objects.filter(**named)
    records.filter(created_at__lt=Now() - KEPT_FOR).delete()
    fresh = IdempotencyRecord(**named, body_sha256=body)
    IdempotencyRecord.objects.bulk_create([fresh], ignore_conflicts=True)
    record = records.get()
    if record.body_sha256 != body:
        raise KeyReused(_("This Idempotency-Key was used for another request. Take a new one."))
    return record


def _locked(record: IdempotencyRecord) -> IdempotencyRecord:
    try:
        return IdempotencyRecord.objects.select_for_update(nowait=True).get(id=record.id)
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != "55P03":  # lock_not_available
            raise
        raise StillRunning(_("The first request with this key is still running.")) from error


def _answered(record: IdempotencyRecord, work: Work) -> Response:
    """Do the work in a savepoint and keep its answer, a lasting refusal included."""
    try:
        with transaction.atomic():
            response = work()
    except (DomainError, exceptions.APIException) as error:
        refusal = problem_response(error, {})
        assert refusal is not None, "both families are mapped"  # noqa: S101
        if _passes(error, refusal):
            raise
        response = refusal
    headers = {name: response[name] for name in KEPT_HEADERS if response.has_header(name)}
    body = json.loads(JSONRenderer().render(response.data) or b"null")
    kept: dict[str, Any] = {"status": response.status_code, "headers": headers, "body": body}
    IdempotencyRecord.objects.filter(id=record.id).update(**kept)
    return response


def _passes(error: Exception, refusal: Response) -> bool:
    """Tell whether the next try may fare better: a full disk, a limit, a newer version to see.

    Nothing was done, so nothing is kept; a stale answer also shows text that may be erased later.
    """
    busy = refusal.status_code == TOO_MANY or refusal.status_code >= OURS
    return busy or isinstance(error, Stale)


def _stored(record: IdempotencyRecord) -> Response:
    status = record.status or 0
    kind = "application/problem+json" if status >= 400 else None  # noqa: PLR2004
    return Response(record.body, status=status, headers=record.headers, content_type=kind)


def _fingerprint(request: Request) -> str:
    """Hash what was sent: JSON by value, a form by its members and the bytes of its files."""
    digest = hashlib.sha256()
    if not hasattr(request.data, "lists"):
        return hashlib.sha256(json.dumps(request.data, sort_keys=True).encode()).hexdigest()
    for name, values in sorted(request.data.lists()):
        for value in values:
            digest.update(f"{name}\0".encode("utf-8", "surrogatepass"))
            _add(digest, value)
    return digest.hexdigest()


def _add(digest: Any, value: Any) -> None:
    if not isinstance(value, UploadedFile):
        digest.update(f"{value}\0".encode("utf-8", "surrogatepass"))
        return
    for chunk in value.chunks():
        digest.update(chunk)
    value.seek(0)
