"""Engines, their use in a project, and the runs that put them to work."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from annotations.models.keys import new_key
from annotations.models.project import Project


class EngineQuerySet(models.QuerySet["Engine"]):
    """Questions about engines."""

    def named(self, name: str) -> "Engine | None":
        """Return the engine that `NAME` (the latest version) or `NAME@3` means, or None."""
        plain, _at, version = name.partition("@")
        found = self.filter(name=plain)
        if version:
            found = found.filter(version=int(version)) if version.isdecimal() else found.none()
        return found.order_by("-version").first()


class Engine(models.Model):
    """One way of reading a page, for the whole installation; immutable but for its price.

    `identity` is a hash over adapter, model, revision, prompt and parameters; `NAME` means the
    latest version, `NAME@3` pins one.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    name = models.CharField(max_length=80)
    version = models.PositiveIntegerField()
    adapter = models.CharField(max_length=40)
    adapter_version = models.CharField(max_length=60)
    model_id = models.CharField(max_length=300, blank=True)
    revision = models.CharField(max_length=80, blank=True)
    prompt = models.TextField(blank=True)
    parameters = models.JSONField(default=dict)
    identity = models.CharField(max_length=64)
    label = models.CharField(max_length=120, blank=True)
    queue = models.CharField(max_length=16, default="cpu")
    batch_size = models.PositiveSmallIntegerField(default=1)
    sends_data_to_third_party = models.BooleanField(default=False)
    licence = models.CharField(max_length=120, blank=True)
    # `{per_hour}` or `{in, out}` in the installation's currency; frozen as cost into predictions.
    price = models.JSONField(default=dict)
    # Releases this engine was fine-tuned on: `[{release_sha256, rows_sha256}]`.
    trained_on = models.JSONField(default=list)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = EngineQuerySet.as_manager()

    class Meta:
        constraints = [
            # Read by commands and screens: the latest version of a name.
            models.UniqueConstraint(fields=["name", "version"], name="engine_version_once"),
            models.UniqueConstraint(fields=["name", "identity"], name="engine_identity_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name}@{self.version}"


class ProjectEngine(models.Model):
    """An engine's use in one project; the first in order reads new pages."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="project_engines")
    engine = models.ForeignKey(Engine, models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField(default=0)
    consent = models.BooleanField(default=False)
    daily_budget = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["project", "engine"], name="project_engine_once"),
        ]


class PrelabelRun(models.Model):
    """One request to read a project's pages with one engine; its state is told by its jobs."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    project = models.ForeignKey(Project, models.CASCADE, related_name="prelabel_runs")
    engine = models.ForeignKey(Engine, models.PROTECT, related_name="+")
    only = models.CharField(max_length=16, blank=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="prelabel_run_only_known",
                condition=Q(only__in=["", "missing", "failed", "degenerate"]),
            ),
        ]
        indexes = [
            # Read by the engines and documents pages: the newest run.
            models.Index(fields=["project", "-created_at"], name="prelabel_run_newest"),
        ]
