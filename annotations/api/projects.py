"""Projects."""

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotations import access
from annotations.api.idempotency import once
from annotations.api.pagination import Keyset
from annotations.api.schema import IDEMPOTENCY_KEY
from annotations.api.shapes import Instant, ListQuery, Strict, listing
from annotations.api.view import ApiView, shown
from annotations.models import FieldsVersion, GuidelineVersion, Project
from annotations.models.project import SLUG_PATTERN
from annotations.people.projects import (
    GUIDELINES_LENGTH,
    NAME_LENGTH,
    ProjectChanges,
    create_project,
    update_project,
)
from annotations.states import FieldType, ReviewPolicy, Role, Scope

BY_SLUG = Keyset(("slug",), descending=False)

FIELDS_SCHEMA = {
    "type": "array",
    "maxItems": 100,
    "items": {
        "type": "object",
        "required": ["name"],
        "additionalProperties": False,
        "properties": {
            "name": {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,39}$"},
            "label": {"type": "string", "maxLength": 80},
            "type": {"type": "string", "enum": [kind.value for kind in FieldType]},
            "required": {"type": "boolean"},
            "repeated": {"type": "boolean"},
            "help": {"type": "string", "maxLength": 500},
            "choices": {"type": "array", "items": {"type": "string"}, "maxItems": 200},
        },
    },
}


@extend_schema_field(FIELDS_SCHEMA)
class FieldsField(serializers.ListField):
    """The typed fields that a project asks for; the action judges them."""


class ProjectShape(serializers.Serializer[Any]):
    """A project with its newest fields and guidelines."""

    slug = serializers.CharField()
    name = serializers.CharField()
    language = serializers.CharField()
    time_zone = serializers.CharField()
    review_policy = serializers.ChoiceField(list(ReviewPolicy))
    kinds = serializers.ListField(child=serializers.CharField())
    fields = FieldsField(source="newest_fields")  # type: ignore[assignment]  # a member's name
    fields_version = serializers.IntegerField(source="newest_fields_number")
    guidelines = serializers.CharField(source="newest_guidelines")
    guideline_version = serializers.IntegerField(source="newest_guideline_number")
    created_at = Instant()


class ProjectChangesBody(Strict):
    """What may be changed in a project."""

    name = serializers.CharField(max_length=NAME_LENGTH)
    language = serializers.CharField(max_length=35, required=False)
    time_zone = serializers.CharField(max_length=64, required=False)
    review_policy = serializers.ChoiceField(list(ReviewPolicy), required=False)
    kinds = serializers.ListField(child=serializers.CharField(max_length=40), required=False)
    fields = FieldsField(required=False, max_length=100)  # type: ignore[assignment]
    guidelines = serializers.CharField(
        max_length=GUIDELINES_LENGTH, allow_blank=True, trim_whitespace=False, required=False
    )


class ProjectBody(ProjectChangesBody):
    """A new project."""

    slug = serializers.RegexField(SLUG_PATTERN, max_length=64)


def described(rows: "QuerySet[Project]") -> "QuerySet[Project]":
    """Add each project's newest fields and guidelines in the same query."""
    versions = FieldsVersion.objects.filter(project=OuterRef("pk")).order_by("-number")
    guidelines = GuidelineVersion.objects.filter(project=OuterRef("pk")).order_by("-number")
    return rows.annotate(
        newest_fields=Subquery(versions.values("schema")[:1]),
        newest_fields_number=Subquery(versions.values("number")[:1]),
        newest_guidelines=Subquery(guidelines.values("text")[:1]),
        newest_guideline_number=Subquery(guidelines.values("number")[:1]),
    )


class ProjectsView(ApiView):
    """The projects that the caller belongs to."""

    query_shapes = {"GET": ListQuery}

    @extend_schema(
        operation_id="projects_list", summary="My projects", responses=listing(ProjectShape)
    )
    def get(self, request: Request) -> Response:
        """List the caller's projects by slug."""
        self.caller.require_scope(Scope.READ)
        rows = described(access.projects_of(self.caller))
        return self.listed(rows, BY_SLUG, ProjectShape)

    @extend_schema(
        operation_id="projects_create",
        summary="Create a project",
        parameters=[IDEMPOTENCY_KEY],
        request=ProjectBody,
        responses={201: ProjectShape},
    )
    def post(self, request: Request) -> Response:
        """Create a project; its maker becomes its manager."""
        access.require_founder(self.caller)
        return once(request, self._create)

    def _create(self) -> Response:
        made = create_project(actor=self.caller.user, **self.body(ProjectBody))
        return shown(ProjectShape, described(Project.objects.all()).get(id=made.id), 201)


class ProjectView(ApiView):
    """One project."""

    @extend_schema(operation_id="projects_get", summary="One project", responses=ProjectShape)
    def get(self, request: Request, slug: str) -> Response:
        """Return the project with its newest fields and guidelines."""
        project = access.project(self.caller, slug)
        return shown(ProjectShape, described(Project.objects.all()).get(id=project.id))

    @extend_schema(
        operation_id="projects_change",
        summary="Change a project",
        request=ProjectChangesBody,
        responses=ProjectShape,
    )
    def patch(self, request: Request, slug: str) -> Response:
        """Change what is given; new fields or guidelines become a new version."""
        project = access.project(self.caller, slug, role=Role.MANAGER, scope=Scope.ADMIN)
        changes = ProjectChanges(**self.body(ProjectChangesBody, partial=True))
        update_project(actor=self.caller.user, project=project, changes=changes)
        return shown(ProjectShape, described(Project.objects.all()).get(id=project.id))
