"""Who am I, and what may I do here?"""

from typing import Any

from django.db.models import F
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotations import access
from annotations.api.view import ApiView
from annotations.states import Role, Scope


class UserShape(serializers.Serializer[Any]):
    """A person."""

    id = serializers.UUIDField()
    username = serializers.CharField()
    name = serializers.CharField(source="get_full_name")


class OwnProjectShape(serializers.Serializer[Any]):
    """A project and the caller's role in it."""

    slug = serializers.CharField()
    name = serializers.CharField()
    role = serializers.ChoiceField(list(Role))


class MeShape(serializers.Serializer[Any]):
    """The caller: `roles` by project slug; `scopes` are those of the token, all for a session."""

    user = UserShape()
    projects = OwnProjectShape(many=True)
    roles = serializers.DictField(child=serializers.ChoiceField(list(Role)))
    scopes = serializers.ListField(child=serializers.ChoiceField(list(Scope)))


class MeView(ApiView):
    """The caller."""

    @extend_schema(operation_id="me", summary="Who am I", responses=MeShape)
    def get(self, request: Request) -> Response:
        """Return user, projects, roles and scopes; the one read that needs no scope."""
        rows = access.projects_of(self.caller).order_by("slug")
        projects = list(rows.values("slug", "name", role=F("memberships__role")))
        answer = {
            "user": self.caller.user,
            "projects": projects,
            "roles": {project["slug"]: project["role"] for project in projects},
            "scopes": sorted(self.caller.scopes),
        }
        return Response(MeShape(answer).data)
