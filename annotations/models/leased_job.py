"""The abstract row behind all background work; the operations live in `annotations/jobs`."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from annotations import states

# Raised three times: the work itself is wrong. Lost eight times: workers die around it.
ERROR_LIMIT = 3
LOSS_LIMIT = 8


class JobStateChoices(models.TextChoices):
    """Labels of the job states."""

    QUEUED = states.JobState.QUEUED.value, _("queued")
    RUNNING = states.JobState.RUNNING.value, _("reading")
    DONE = states.JobState.DONE.value, _("done")
    FAILED = states.JobState.FAILED.value, _("failed")
    DEAD = states.JobState.DEAD.value, _("given up")
    CANCELLED = states.JobState.CANCELLED.value, _("cancelled")


class LeasedJob(models.Model):
    """One piece of work that a worker holds for a while; the row is the truth."""

    id = models.BigAutoField(primary_key=True)
    queue = models.CharField(max_length=16, default="cpu")
    state = models.CharField(max_length=16, choices=JobStateChoices, default=JobStateChoices.QUEUED)
    priority = models.SmallIntegerField(default=0)
    errors = models.PositiveSmallIntegerField(default=0)
    losses = models.PositiveSmallIntegerField(default=0)
    token = models.BigIntegerField(default=0)
    worker = models.CharField(max_length=100, blank=True)
    not_before = models.DateTimeField(db_default=Now())
    leased_until = models.DateTimeField(null=True, blank=True)
    deadline_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    error_code = models.CharField(max_length=60, blank=True)
    error_detail = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_state_known",
                condition=Q(state__in=[s.value for s in states.JobState]),
            ),
            models.CheckConstraint(
                name="%(class)s_running_is_leased",
                condition=Q(state="running", leased_until__isnull=False)
                | (~Q(state="running") & Q(leased_until__isnull=True)),
            ),
        ]
        indexes = [
            # Read by claim: the next piece of work of one queue.
            models.Index(
                fields=["queue", "-priority", "id"],
                name="%(class)s_to_claim",
                condition=Q(state="queued"),
            ),
            # Read by the sweeper: leases that ran out.
            models.Index(
                fields=["leased_until"],
                name="%(class)s_leases",
                condition=Q(state="running"),
            ),
        ]
