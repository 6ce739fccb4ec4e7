"""The queue and its leases."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotations import access
from annotations.access import Caller
from annotations.api.idempotency import once
from annotations.api.pages import PageDetailShape
from annotations.api.schema import IDEMPOTENCY_KEY
from annotations.api.shapes import Instant, Strict
from annotations.api.view import ApiView, shown
from annotations.errors import NotFound
from annotations.models import Lease, Project
from annotations.review.detail import detail
from annotations.review.leases import LeaseLost, release_lease, renew_lease
from annotations.review.queue import next_page
from annotations.states import Role, Scope, WorkKind

NEEDED_ROLE = {WorkKind.CORRECT: Role.REVIEWER, WorkKind.APPROVE: Role.APPROVER}


class NextBody(Strict):
    """What kind of work is wanted."""

    kind = serializers.ChoiceField(list(WorkKind), default=WorkKind.CORRECT.value)


class LeaseShape(serializers.Serializer[Any]):
    """A page set aside for the caller until then."""

    id = serializers.UUIDField()
    expires_at = Instant()


class NextShape(serializers.Serializer[Any]):
    """The next page and the hold on it."""

    page = PageDetailShape()
    lease = LeaseShape()


class QueueNextView(ApiView):
    """The next page."""

    @extend_schema(
        operation_id="queue_next",
        summary="Give me the next page",
        parameters=[IDEMPOTENCY_KEY],
        request=NextBody,
        responses={200: NextShape, 204: None},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Return the page the caller holds already, else the next one; 204 when all is done."""
        kind = WorkKind(self.body(NextBody)["kind"])
        role = NEEDED_ROLE[kind]
        project = access.project(self.caller, slug, role=role, scope=Scope.ANNOTATE)
        return once(request, lambda: self._next(project, kind))

    def _next(self, project: Project, kind: WorkKind) -> Response:
        lease = next_page(actor=self.caller.user, project=project, kind=kind)
        if lease is None:
            return Response(status=204)
        response = shown(NextShape, {"page": detail(lease.page_id), "lease": lease})
        response["Cache-Control"] = "no-store"
        return response


def held(caller: Caller, key: UUID) -> Lease:
    """Return the caller's own lease.

    Raises LeaseLost (409) when it is gone: whoever holds the page now has a lease of another id.
    """
    try:
        return access.lease(caller, key)
    except NotFound:
        caller.require_scope(Scope.ANNOTATE)
        if Lease.objects.filter(id=key).exists():
            raise
        raise LeaseLost(_("You no longer hold this page. Your text is kept.")) from None


class LeaseRenewView(ApiView):
    """Holding on."""

    @extend_schema(
        operation_id="leases_renew", summary="Hold on", request=None, responses=LeaseShape
    )
    def post(self, request: Request, key: UUID) -> Response:
        """Hold the page a while longer; 409 `lease_lost` when somebody else has it."""
        lease = held(self.caller, key)
        return shown(LeaseShape, renew_lease(actor=self.caller.user, lease=lease))


class LeaseReleaseView(ApiView):
    """Letting go."""

    @extend_schema(
        operation_id="leases_release", summary="Let go", request=None, responses={204: None}
    )
    def post(self, request: Request, key: UUID) -> Response:
        """Let go of the page."""
        release_lease(actor=self.caller.user, lease=access.lease(self.caller, key))
        return Response(status=204)
