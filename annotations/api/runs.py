"""Pre-labelling runs."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotations import access
from annotations.api.engines import NAME_LENGTH
from annotations.api.idempotency import once
from annotations.api.pagination import Keyset
from annotations.api.schema import IDEMPOTENCY_KEY
from annotations.api.shapes import Instant, ListQuery, Strict, listing
from annotations.api.view import ApiView, shown
from annotations.models import PrelabelRun, Project
from annotations.prelabel.engines import find_engine
from annotations.prelabel.runs import cancel_run, runs_progress, start_run
from annotations.states import Role, RunState, Scope

NEWEST_FIRST = Keyset(("created_at", "id"))
ONLY = ("missing", "failed", "degenerate")


class CountsShape(serializers.Serializer[Any]):
    """Pages of the run by what became of them."""

    queued = serializers.IntegerField()
    running = serializers.IntegerField()
    done = serializers.IntegerField()
    failed = serializers.IntegerField()
    dead = serializers.IntegerField()


class RunShape(serializers.Serializer[Any]):
    """A run and how far it is."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(list(RunState), source="progress.state")
    counts = CountsShape(source="progress.counts")
    engine = serializers.CharField(source="engine.__str__")
    only = serializers.CharField(allow_blank=True)
    requested_by = serializers.CharField(source="requested_by.username")
    created_at = Instant()
    cancelled_at = Instant(allow_null=True)


class RunBody(Strict):
    """What to read, and with what: the project's first engine unless one is named."""

    engine = serializers.CharField(max_length=NAME_LENGTH, required=False)
    only = serializers.ChoiceField(ONLY, allow_blank=True, default="")


def tell_progress(runs: list[PrelabelRun]) -> None:
    """Say of each run how far it is, for its shape to read."""
    progress = runs_progress(runs)
    for run in runs:
        run.progress = progress[run.id]  # type: ignore[attr-defined]


def detail(run: PrelabelRun, status: int = 200) -> Response:
    """Answer a run and how far it is."""
    tell_progress([run])
    return shown(RunShape, run, status)


class RunsView(ApiView):
    """The runs of a project."""

    query_shapes = {"GET": ListQuery}

    @extend_schema(operation_id="runs_list", summary="Runs", responses=listing(RunShape))
    def get(self, request: Request, slug: str) -> Response:
        """List the runs, newest first."""
        project = access.project(self.caller, slug)
        rows = PrelabelRun.objects.filter(project=project)
        named = rows.select_related("engine", "requested_by")
        return self.listed(named, NEWEST_FIRST, RunShape, complete=tell_progress)

    @extend_schema(
        operation_id="runs_start",
        summary="Read pages with an engine",
        parameters=[IDEMPOTENCY_KEY],
        request=RunBody,
        responses={202: RunShape},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Queue the reading of the project's pages."""
        project = access.project(self.caller, slug, role=Role.MANAGER, scope=Scope.INGEST)
        return once(request, lambda: self._start(project))

    def _start(self, project: Project) -> Response:
        body = self.body(RunBody)
        engine = find_engine(body["engine"]) if "engine" in body else None
        actor = self.caller.user
        return detail(
            start_run(actor=actor, project=project, engine=engine, only=body["only"]), 202
        )


class RunView(ApiView):
    """One run."""

    @extend_schema(operation_id="runs_get", summary="One run", responses=RunShape)
    def get(self, request: Request, key: UUID) -> Response:
        """Return a run and how far it is."""
        return detail(access.run(self.caller, key))


class RunCancelView(ApiView):
    """Giving a run up."""

    @extend_schema(
        operation_id="runs_cancel",
        summary="Give up",
        request=None,
        responses={202: RunShape},
    )
    def post(self, request: Request, key: UUID) -> Response:
        """End a run; what was read stays."""
        run = access.run(self.caller, key, role=Role.MANAGER, scope=Scope.INGEST)
        return detail(cancel_run(actor=self.caller.user, run=run), 202)
