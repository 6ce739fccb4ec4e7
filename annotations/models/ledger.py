"""Rows that are only ever added: the audit trail and the drawn splits; and replayed answers."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from annotations import states
from annotations.models.people import User
from annotations.models.project import Project


class EventManager(models.Manager["Event"]):
    """The one way to write an event."""

    def record(
        self, *, actor: User, verb: str, row: models.Model, project: Project | None, **data: Any
    ) -> "Event":
        """Write that `actor` did `verb` to `row`; `data` holds ids and numbers only."""
        return self.create(
            actor=actor,
            verb=verb,
            noun=str(row._meta.model_name),
            noun_id=str(row.pk),
            project=project,
            data=data,
        )


class Event(models.Model):
    """What was done by whom: ids and numbers, never document text or file names."""

    id = models.BigAutoField(primary_key=True)
    project = models.ForeignKey(Project, models.CASCADE, null=True, related_name="events")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    verb = models.CharField(max_length=60)
    noun = models.CharField(max_length=40)
    noun_id = models.CharField(max_length=64)
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = EventManager()

    class Meta:
        indexes = [
            # Read by the history of one page, document or project.
            models.Index(fields=["noun", "noun_id", "-id"], name="event_of_noun"),
            # Read by the project's audit list.
            models.Index(fields=["project", "-id"], name="event_of_project"),
        ]


class SplitAssignment(models.Model):
    """The split of one group, drawn by a stable hash when its first document arrives."""

    id = models.BigAutoField(primary_key=True)
    project = models.ForeignKey(Project, models.CASCADE, related_name="split_assignments")
    group_key = models.CharField(max_length=200)
    split = models.CharField(max_length=12)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            # Read by ingestion and by every release: the split of a group.
            models.UniqueConstraint(fields=["project", "group_key"], name="split_once_per_group"),
            models.CheckConstraint(
                name="split_known", condition=Q(split__in=[s.value for s in states.Split])
            ),
        ]


class IdempotencyRecord(models.Model):
    """The answer to one POST under one key, kept for 24 hours."""

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    route = models.CharField(max_length=300)
    body_sha256 = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    headers = models.JSONField(default=dict)
    body = models.JSONField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            # Read by every creating POST that carries a key.
            models.UniqueConstraint(fields=["user", "key", "route"], name="idempotency_key_once"),
        ]
        indexes = [
            # Read by the janitor.
            models.Index(fields=["created_at"], name="idempotency_by_age"),
        ]
