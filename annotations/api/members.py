"""Who belongs to a project."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotations import access
from annotations.api.idempotency import once
from annotations.api.pagination import Keyset
from annotations.api.schema import IDEMPOTENCY_KEY
from annotations.api.shapes import Instant, ListQuery, Query, Strict, listing
from annotations.api.view import ApiView, shown
from annotations.models import Membership, Project, User
from annotations.people.members import remove_member, set_member
from annotations.states import Role, Scope

OLDEST_FIRST = Keyset(("id",), descending=False)
USERNAME_LENGTH = 150  # Django's own limit


class MemberShape(serializers.Serializer[Any]):
    """A person's role in the project."""

    username = serializers.CharField(source="user.username")
    name = serializers.CharField(source="user.get_full_name")
    role = serializers.ChoiceField(list(Role))
    created_at = Instant()


class MemberBody(Strict):
    """Give this person this role."""

    username = serializers.CharField(max_length=USERNAME_LENGTH)
    role = serializers.ChoiceField(list(Role))


class MemberQuery(Query):
    """Whom to take out of the project."""

    username = serializers.CharField(max_length=USERNAME_LENGTH)


class MembersView(ApiView):
    """The members of a project."""

    query_shapes = {"GET": ListQuery, "DELETE": MemberQuery}

    @extend_schema(operation_id="members_list", summary="Members", responses=listing(MemberShape))
    def get(self, request: Request, slug: str) -> Response:
        """List the members, those who joined first at the top."""
        project = access.project(self.caller, slug)
        rows = Membership.objects.filter(project=project).select_related("user")
        return self.listed(rows, OLDEST_FIRST, MemberShape)

    @extend_schema(
        operation_id="members_set",
        summary="Give a person a role",
        parameters=[IDEMPOTENCY_KEY],
        request=MemberBody,
        responses={200: MemberShape, 201: MemberShape},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Add a member (201), or change the role of one (200)."""
        project = access.project(self.caller, slug, role=Role.MANAGER, scope=Scope.ADMIN)
        return once(request, lambda: self._set(project))

    def _set(self, project: Project) -> Response:
        body = self.body(MemberBody)
        user = _person(body["username"])
        known = Membership.objects.filter(project=project, user=user).exists()
        member = set_member(actor=self.caller.user, project=project, user=user, role=body["role"])
        return shown(MemberShape, member, 200 if known else 201)

    @extend_schema(
        operation_id="members_remove", summary="Take a person out", responses={204: None}
    )
    def delete(self, request: Request, slug: str) -> Response:
        """Take a member out of the project; their work stays theirs."""
        project = access.project(self.caller, slug, role=Role.MANAGER, scope=Scope.ADMIN)
        user = _person(self.parameters["username"])
        remove_member(actor=self.caller.user, project=project, user=user)
        return Response(status=204)


def _person(username: str) -> User:
    user = User.objects.filter(username=username).first()
    if user is None:
        raise serializers.ValidationError({"username": [_("Nobody has this username.")]})
    return user
