"""What people do to a page: submit, judge, pass over, open again, leave out, let in."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotations import access
from annotations.api.etags import required_version
from annotations.api.idempotency import once
from annotations.api.pages import PageDetailShape, page_answer
from annotations.api.schema import IDEMPOTENCY_KEY, IF_MATCH
from annotations.api.shapes import Strict
from annotations.api.view import ApiView
from annotations.api.writings import SubmitBody, writing_of
from annotations.models import Page
from annotations.models.review import COMMENT_LENGTH
from annotations.review import moves
from annotations.review.submit import submit
from annotations.review.verdicts import give_verdict
from annotations.states import Decision, Role, Scope


class VerdictBody(Strict):
    """An approver's answer; sending back needs a comment."""

    verdict = serializers.ChoiceField(list(Decision))
    comment = serializers.CharField(max_length=COMMENT_LENGTH, allow_blank=True, default="")


class ReasonBody(Strict):
    """Why."""

    reason = serializers.CharField(max_length=moves.REASON_LENGTH)


class IncludeBody(Strict):
    """Why it may come back; kept by nobody, since the event says who did it."""

    reason = serializers.CharField(max_length=moves.REASON_LENGTH, required=False)


class SubmitView(ApiView):
    """A finished correction."""

    @extend_schema(
        operation_id="pages_submit",
        summary="Submit a correction",
        parameters=[IF_MATCH, IDEMPOTENCY_KEY],
        request=SubmitBody,
        responses=PageDetailShape,
    )
    def post(self, request: Request, key: UUID) -> Response:
        """Make the text the page's head revision; 412 with `current` when somebody was faster."""
        page = access.page(self.caller, key, role=Role.REVIEWER, scope=Scope.ANNOTATE)
        version = required_version(request, "v", page.version)
        return once(request, lambda: self._submit(page, version))

    def _submit(self, page: Page, version: int) -> Response:
        body = self.body(SubmitBody)
        submit(
            actor=self.caller.user,
            page=page,
            version=version,
            writing=writing_of(body, version),
            active_seconds=body["active_seconds"],
        )
        return page_answer(page.id)


class VerdictView(ApiView):
    """The second person's answer."""

    @extend_schema(
        operation_id="pages_verdict",
        summary="Approve or send back",
        parameters=[IF_MATCH, IDEMPOTENCY_KEY],
        request=VerdictBody,
        responses=PageDetailShape,
    )
    def post(self, request: Request, key: UUID) -> Response:
        """Judge the version that was read; one's own text is 403 under `second_person`."""
        page = access.page(self.caller, key, role=Role.APPROVER, scope=Scope.ANNOTATE)
        version = required_version(request, "v", page.version)
        return once(request, lambda: self._judge(page, version))

    def _judge(self, page: Page, version: int) -> Response:
        body = self.body(VerdictBody)
        give_verdict(
            actor=self.caller.user,
            page=page,
            version=version,
            decision=body["verdict"],
            comment=body["comment"],
        )
        return page_answer(page.id)


class SkipView(ApiView):
    """Passing over."""

    @extend_schema(
        operation_id="pages_skip",
        summary="Pass over a page",
        request=ReasonBody,
        responses=PageDetailShape,
    )
    def post(self, request: Request, key: UUID) -> Response:
        """Pass over a page: the queue offers it to others."""
        page = access.page(self.caller, key, role=Role.REVIEWER, scope=Scope.ANNOTATE)
        moves.skip(actor=self.caller.user, page=page, reason=self.body(ReasonBody)["reason"])
        return page_answer(page.id)


class ReopenView(ApiView):
    """Opening again."""

    @extend_schema(
        operation_id="pages_reopen",
        summary="Open a page again",
        parameters=[IF_MATCH],
        request=ReasonBody,
        responses=PageDetailShape,
    )
    def post(self, request: Request, key: UUID) -> Response:
        """Take back one's own submit, or as approver open any corrected or approved page.

        With `If-Match` only while the page still has that version.
        """
        page = access.page(self.caller, key, role=Role.REVIEWER, scope=Scope.ANNOTATE)
        named = "If-Match" in request.headers
        version = required_version(request, "v", page.version) if named else None
        reason = self.body(ReasonBody)["reason"]
        moves.reopen(actor=self.caller.user, page=page, reason=reason, version=version)
        return page_answer(page.id)


class ExcludeView(ApiView):
    """Leaving out."""

    @extend_schema(
        operation_id="pages_exclude",
        summary="Leave a page out",
        request=ReasonBody,
        responses=PageDetailShape,
    )
    def post(self, request: Request, key: UUID) -> Response:
        """Leave a page out of the work and of every release."""
        page = access.page(self.caller, key, role=Role.APPROVER, scope=Scope.ANNOTATE)
        moves.exclude(actor=self.caller.user, page=page, reason=self.body(ReasonBody)["reason"])
        return page_answer(page.id)


class IncludeView(ApiView):
    """Letting in."""

    @extend_schema(
        operation_id="pages_include",
        summary="Let a page back in",
        request=IncludeBody,
        responses=PageDetailShape,
    )
    def post(self, request: Request, key: UUID) -> Response:
        """Let an excluded page back in where it stood."""
        page = access.page(self.caller, key, role=Role.APPROVER, scope=Scope.ANNOTATE)
        self.body(IncludeBody)
        moves.include(actor=self.caller.user, page=page)
        return page_answer(page.id)
