"""Releases: asked for, watched, given up, downloaded."""

from typing import Any

from django.http import HttpResponseBase, StreamingHttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotations import access
from annotations.api.idempotency import once
from annotations.api.pagination import Keyset
from annotations.api.schema import IDEMPOTENCY_KEY
from annotations.api.shapes import Instant, ListQuery, Strict, listing
from annotations.api.view import ApiView, shown
from annotations.errors import Conflict
from annotations.models import Project
from annotations.states import ReleaseState, Role, Scope
from exports.actions import CONFIGS, cancel_release, read_options, request_release
from exports.actions.assembly import place_of
from exports.formats.archive import Archive
from exports.models import Release
from exports.models.release import REASON_LENGTH
from exports.samples.lookup import release_at, releases_of

NEWEST_FIRST = Keyset(("number",))
ON_THE_WAY = {ReleaseState.QUEUED.value, ReleaseState.BUILDING.value}
STYLE_LENGTH = 120
TAR = "application/x-tar"


class NotReady(Conflict):
    """Only a ready release can be downloaded."""

    code = "not_ready"


class ReleaseErrorShape(serializers.Serializer[Any]):
    """Why a release failed."""

    code = serializers.CharField()
    detail = serializers.CharField()


class ReleaseShape(serializers.Serializer[Any]):
    """A release; `left_out` counts pages by the reason that kept them out."""

    number = serializers.IntegerField()
    state = serializers.ChoiceField(list(ReleaseState))
    rows = serializers.IntegerField()
    written = serializers.IntegerField(allow_null=True, help_text="Rows the build has reached.")
    left_out = serializers.DictField(child=serializers.IntegerField())
    configs = serializers.ListField(child=serializers.ChoiceField(CONFIGS))
    target_style = serializers.CharField(source="options.target_style")
    sha256 = serializers.CharField(allow_blank=True, help_text="Digest over `data/**`.")
    reason = serializers.CharField(allow_blank=True)
    requested_by = serializers.CharField(source="requested_by.username")
    error = ReleaseErrorShape(allow_null=True)
    created_at = Instant()
    finished_at = Instant(allow_null=True)


class ReleaseBody(Strict):
    """What is asked of a release; everything has a default."""

    configs = serializers.ListField(
        child=serializers.CharField(max_length=40), max_length=10, required=False
    )
    format = serializers.CharField(max_length=40, required=False)
    redact = serializers.CharField(max_length=40, required=False)
    target_style = serializers.CharField(max_length=STYLE_LENGTH, required=False)
    reason = serializers.CharField(max_length=REASON_LENGTH, allow_blank=True, required=False)


def answer(release: Release) -> Response:
    """Answer a release: 202 while it is on its way."""
    return shown(ReleaseShape, release, 202 if release.state in ON_THE_WAY else 200)


class ReleasesView(ApiView):
    """The releases of a project."""

    query_shapes = {"GET": ListQuery}

    @extend_schema(
        operation_id="releases_list", summary="Releases", responses=listing(ReleaseShape)
    )
    def get(self, request: Request, slug: str) -> Response:
        """List releases, newest first."""
        project = access.project(self.caller, slug)
        return self.listed(releases_of(project), NEWEST_FIRST, ReleaseShape)

    @extend_schema(
        operation_id="releases_request",
        summary="Cut a release",
        parameters=[IDEMPOTENCY_KEY],
        request=ReleaseBody,
        responses={202: ReleaseShape},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Take a snapshot of the approved pages and ask for its build."""
        project = access.project(self.caller, slug, role=Role.MANAGER, scope=Scope.EXPORT)
        return once(request, lambda: self._request(project))

    def _request(self, project: Project) -> Response:
        asked = self.body(ReleaseBody)
        reason = asked.pop("reason", "")
        if "format" in asked:
            asked["file_format"] = asked.pop("format")
        options = read_options(**asked)
        release = request_release(
            actor=self.caller.user, project=project, options=options, reason=reason
        )
        return answer(release_at(project, release.number))


class ReleaseView(ApiView):
    """One release."""

    @extend_schema(
        operation_id="releases_get",
        summary="One release",
        responses={200: ReleaseShape, 202: ReleaseShape},
    )
    def get(self, request: Request, slug: str, number: int) -> Response:
        """Return a release; 202 while it is being built."""
        return answer(release_at(access.project(self.caller, slug), number))


class ReleaseCancelView(ApiView):
    """Giving a release up."""

    @extend_schema(
        operation_id="releases_cancel", summary="Give up", request=None, responses=ReleaseShape
    )
    def post(self, request: Request, slug: str, number: int) -> Response:
        """Stop a release that is waiting or being built."""
        project = access.project(self.caller, slug, role=Role.MANAGER, scope=Scope.EXPORT)
        cancel_release(actor=self.caller.user, release=release_at(project, number))
        return answer(release_at(project, number))


class ReleaseDownloadView(ApiView):
    """The release's files."""

    @extend_schema(
        operation_id="releases_download",
        summary="Download",
        responses={(200, TAR): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, slug: str, number: int) -> HttpResponseBase:
        """Stream the directory as one tar; 409 `not_ready` unless the release is ready."""
        project = access.project(self.caller, slug, role=Role.MANAGER, scope=Scope.EXPORT)
        release = release_at(project, number)
        if release.state != ReleaseState.READY.value:
            raise NotReady(_("This release cannot be downloaded now."), state=release.state)
        name = f"{slug}-{number}"
        archive = Archive(place_of(release), name, release.created_at.timestamp())
        response = StreamingHttpResponse(archive.chunks(), content_type=TAR)
        response["Content-Length"] = str(archive.size)
        response["Content-Disposition"] = f'attachment; filename="{name}.tar"'
        response["Cache-Control"] = "no-store"
        return response
