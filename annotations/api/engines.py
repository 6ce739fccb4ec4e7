"""The engines that a project uses."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotations import access
from annotations.api.idempotency import once
from annotations.api.pagination import Keyset
from annotations.api.schema import IDEMPOTENCY_KEY
from annotations.api.shapes import ListQuery, Strict, listing
from annotations.api.view import ApiView, shown
from annotations.models import Project, ProjectEngine
from annotations.prelabel.engines import find_engine, use_engine
from annotations.states import Role, Scope

FIRST_IN_ORDER = Keyset(("order", "id"), descending=False)
NAME_LENGTH = 100  # NAME or NAME@VERSION
MAX_ORDER = 32_767  # a 16-bit column


class ProjectEngineShape(serializers.Serializer[Any]):
    """An engine's use in the project: the first reads new pages, the next what it cannot."""

    name = serializers.CharField(source="engine.name")
    version = serializers.IntegerField(source="engine.version")
    order = serializers.IntegerField()
    consent = serializers.BooleanField()
    daily_budget = serializers.DecimalField(max_digits=10, decimal_places=2, allow_null=True)
    adapter = serializers.CharField(source="engine.adapter")
    label = serializers.CharField(source="engine.label", allow_blank=True)  # type: ignore[assignment]
    licence = serializers.CharField(source="engine.licence", allow_blank=True)
    sends_data_to_third_party = serializers.BooleanField(source="engine.sends_data_to_third_party")


class ProjectEngineBody(Strict):
    """Use this engine (`NAME` is its latest version, `NAME@3` pins one)."""

    name = serializers.CharField(max_length=NAME_LENGTH)
    order = serializers.IntegerField(min_value=0, max_value=MAX_ORDER, default=0)
    consent = serializers.BooleanField(
        default=False, help_text="The project agrees that pages go to a third party."
    )
    daily_budget = serializers.DecimalField(
        max_digits=10,
        decimal_places=2,
        min_value=0,
        allow_null=True,
        default=None,
        help_text="In the currency of the engine's price; null sets no limit.",
    )


class ProjectEnginesView(ApiView):
    """The project's engines."""

    query_shapes = {"GET": ListQuery}

    @extend_schema(
        operation_id="engines_list", summary="Engines", responses=listing(ProjectEngineShape)
    )
    def get(self, request: Request, slug: str) -> Response:
        """List the engines in the order in which they are asked."""
        project = access.project(self.caller, slug)
        rows = ProjectEngine.objects.filter(project=project).select_related("engine")
        return self.listed(rows, FIRST_IN_ORDER, ProjectEngineShape)

    @extend_schema(
        operation_id="engines_use",
        summary="Use an engine",
        parameters=[IDEMPOTENCY_KEY],
        request=ProjectEngineBody,
        responses={200: ProjectEngineShape, 201: ProjectEngineShape},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Let the project use an engine of the installation (201), or change its use (200)."""
        project = access.project(self.caller, slug, role=Role.MANAGER, scope=Scope.ADMIN)
        return once(request, lambda: self._use(project))

    def _use(self, project: Project) -> Response:
        body = self.body(ProjectEngineBody)
        engine = find_engine(body.pop("name"))
        known = ProjectEngine.objects.filter(project=project, engine=engine).exists()
        used = use_engine(actor=self.caller.user, project=project, engine=engine, **body)
        return shown(ProjectEngineShape, used, 200 if known else 201)
