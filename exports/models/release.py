"""A release, the snapshot it is built from, and the job that builds it."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from annotations import states
from annotations.errors import Conflict
from annotations.models import LeasedJob, Project
from annotations.models.keys import new_key

REASON_LENGTH = 500  # characters
LICENSE_LENGTH = 120  # characters kept of what a document's metadata calls its licence


class WrongReleaseState(Conflict):
    """The release has moved on, or never stood where this can be done."""

    code = "wrong_release_state"


class ReleaseStateChoices(models.TextChoices):
    """Labels of the release states."""

    QUEUED = states.ReleaseState.QUEUED.value, pgettext_lazy("release", "queued")
    BUILDING = states.ReleaseState.BUILDING.value, pgettext_lazy("release", "building")
    READY = states.ReleaseState.READY.value, pgettext_lazy("release", "ready")
    FAILED = states.ReleaseState.FAILED.value, pgettext_lazy("release", "failed")
    CANCELLED = states.ReleaseState.CANCELLED.value, pgettext_lazy("release", "cancelled")
    WITHDRAWN = states.ReleaseState.WITHDRAWN.value, pgettext_lazy("release", "withdrawn")


class ReleaseQuerySet(models.QuerySet["Release"]):
    """Questions about releases, and the one way in which their state moves."""

    def newest_first(self) -> Self:
        """Order as the release page shows them."""
        return self.order_by("-number")

    def move(self, release_id: Any, to: states.ReleaseState, **columns: Any) -> None:
        """Move a release's state if it stands where that is allowed.

        Raises `WrongReleaseState` when somebody else was faster.
        """
        allowed = [state.value for state, moves in states.RELEASE_MOVES.items() if to in moves]
        moved = self.filter(id=release_id, state__in=allowed).update(state=to.value, **columns)
        if not moved:
            raise WrongReleaseState(_("The release is no longer where this can be done."))


class Release(models.Model):
    """A numbered, immutable dataset of a project: a snapshot, its options and what became of it."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    project = models.ForeignKey(Project, models.CASCADE, related_name="releases")
    number = models.PositiveIntegerField()
    state = models.CharField(
        max_length=16, choices=ReleaseStateChoices, default=ReleaseStateChoices.QUEUED
    )
    options = models.JSONField()
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=REASON_LENGTH, blank=True)
    # Both told by the statement that wrote the snapshot, and true of it for ever.
    rows = models.PositiveIntegerField(default=0)
    left_out = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64, blank=True)
    # Under the data folder's `releases/`; empty until it is there.
    directory = models.CharField(max_length=200, blank=True)
    error_code = models.CharField(max_length=60, blank=True)
    error_detail = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        constraints = [
            # Read by the list of releases and by every route that names one; never used twice.
            models.UniqueConstraint(fields=["project", "number"], name="release_number_once"),
            models.CheckConstraint(
                name="release_state_known",
                condition=Q(state__in=[s.value for s in states.ReleaseState]),
            ),
            models.CheckConstraint(
                name="release_ready_is_there",
                condition=~Q(state="ready") | ~Q(sha256="") & ~Q(directory=""),
            ),
            models.CheckConstraint(
                name="release_failed_has_reason", condition=~Q(state="failed") | ~Q(error_code="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.number}"

    @property
    def configs(self) -> list[str]:
        """Return the names of the dataset configurations asked for."""
        return list(self.options["configs"])

    @property
    def error(self) -> dict[str, Any] | None:
        """Tell why the build failed, or None."""
        if not self.error_code:
            return None
        return {"code": self.error_code, "detail": self.error_detail}


class ReleaseItem(models.Model):
    """One page of a snapshot: plain ids, and what could change later of what a row says.

    A build reads these, and rows that never change. `edits`, `length` and `dharma_score` are null
    where no figures stood when the snapshot was taken; the build then counts them itself.
    """

    id = models.BigAutoField(primary_key=True)
    release = models.ForeignKey(Release, models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    page_id = models.UUIDField()
    revision_id = models.UUIDField()
    prediction_id = models.UUIDField(null=True, blank=True)
    verdict_id = models.UUIDField()
    image_sha256 = models.CharField(max_length=64)
    split = models.CharField(max_length=12)
    group_key = models.CharField(max_length=200)
    kind = models.CharField(max_length=40, blank=True)
    license = models.CharField(max_length=LICENSE_LENGTH, blank=True)
    # The day of approval where the project is.
    approved_on = models.DateField()
    # False when the text holds what the image does not show.
    trainable = models.BooleanField()
    edits = models.PositiveIntegerField(null=True, blank=True)
    length = models.PositiveIntegerField(null=True, blank=True)
    dharma_score = models.FloatField(null=True, blank=True)

    class Meta:
        constraints = [
            # Read by the build: the next stretch of rows.
            models.UniqueConstraint(fields=["release", "position"], name="release_item_position"),
            models.UniqueConstraint(fields=["release", "page_id"], name="release_item_page_once"),
            models.CheckConstraint(
                name="release_item_split_known",
                condition=Q(split__in=[s.value for s in states.Split]),
            ),
        ]
        indexes = [
            # Read by erasure: the releases that hold a page.
            models.Index(fields=["page_id"], name="release_item_of_page"),
        ]


class BuildJobQuerySet(models.QuerySet["BuildJob"]):
    """Questions about builds."""

    def advance(self, job_id: int, token: int, written: int) -> bool:
        """Note how far a build has come; False when it no longer holds its lease."""
        held = self.filter(id=job_id, token=token, state=states.JobState.RUNNING.value)
        return bool(held.update(written=written))


class BuildJob(LeasedJob):
    """Writing one release. `written` is the position reached, for the progress bar alone."""

    release = models.ForeignKey(Release, models.CASCADE, related_name="build_jobs")
    written = models.PositiveIntegerField(default=0)

    objects = BuildJobQuerySet.as_manager()

    class Meta(LeasedJob.Meta):
        abstract = False
        constraints = [
            *LeasedJob.Meta.constraints,
            models.UniqueConstraint(
                fields=["release"],
                name="build_job_one_live",
                condition=Q(state__in=["queued", "running"]),
            ),
        ]
