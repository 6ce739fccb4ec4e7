"""What was received: one file, its state, and the work of splitting it into pages."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from annotations import states
from annotations.models.blob import Blob
from annotations.models.keys import new_key
from annotations.models.leased_job import LeasedJob
from annotations.models.project import Project

FILENAME_LENGTH = 255
EXTERNAL_ID_LENGTH = 200
GROUP_LENGTH = 200


class DocumentStateChoices(models.TextChoices):
    """Labels of the document states."""

    RECEIVED = states.DocumentState.RECEIVED.value, _("received")
    SPLITTING = states.DocumentState.SPLITTING.value, _("separating pages")
    READY = states.DocumentState.READY.value, _("ready")
    FAILED = states.DocumentState.FAILED.value, _("failed")


class Document(models.Model):
    """One received file of a project."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    project = models.ForeignKey(Project, models.CASCADE, related_name="documents")
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="documents")
    external_id = models.CharField(max_length=EXTERNAL_ID_LENGTH, null=True, blank=True)  # noqa: DJ001
    filename = models.CharField(max_length=FILENAME_LENGTH)
    sha256 = models.CharField(max_length=64)
    media_type = models.CharField(max_length=40)
    state = models.CharField(
        max_length=16, choices=DocumentStateChoices, default=DocumentStateChoices.RECEIVED
    )
    error_code = models.CharField(max_length=60, blank=True)
    error_detail = models.CharField(max_length=500, blank=True)
    page_count = models.PositiveIntegerField(null=True, blank=True)
    metadata = models.JSONField(default=dict)
    group_key = models.CharField(max_length=GROUP_LENGTH)
    # True when the uploader named the group; else it is the document's own.
    group_given = models.BooleanField(default=False)
    kind = models.CharField(max_length=40, blank=True)
    # Folded file name and external id, for the search box's prefix match.
    search_name = models.CharField(max_length=FILENAME_LENGTH + EXTERNAL_ID_LENGTH + 1)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            # Read by every upload: the document of this external id.
            models.UniqueConstraint(
                fields=["project", "external_id"],
                name="document_external_id_once",
                condition=Q(external_id__isnull=False),
            ),
            # Read by every upload without external id: the same bytes are the same document.
            models.UniqueConstraint(
                fields=["project", "sha256"],
                name="document_bytes_once",
                condition=Q(external_id__isnull=True),
            ),
            models.CheckConstraint(
                name="document_state_known",
                condition=Q(state__in=[s.value for s in states.DocumentState]),
            ),
            models.CheckConstraint(
                name="document_failed_has_reason",
                condition=~Q(state="failed") | ~Q(error_code=""),
            ),
        ]
        indexes = [
            # Read by the documents list and its cursor: newest first.
            models.Index(fields=["project", "-created_at", "-id"], name="document_newest"),
            # Read by the documents list's state filter.
            models.Index(
                fields=["project", "state", "-created_at", "-id"], name="document_by_state"
            ),
            # Read by the search box: prefix of the name.
            models.Index(
                fields=["project", "search_name"],
                name="document_by_name",
                opclasses=["uuid_ops", "varchar_pattern_ops"],
            ),
            # Read by releases and splits: the documents of one group.
            models.Index(fields=["project", "group_key"], name="document_by_group"),
        ]

    def __str__(self) -> str:
        return self.filename

    @property
    def error(self) -> dict[str, Any] | None:
        """Tell why the document failed, or None."""
        if not self.error_code:
            return None
        return {"code": self.error_code, "detail": self.error_detail}


class GroundTruth(models.Model):
    """Known text that waits for its pages: a list of contents, one a page."""

    document = models.OneToOneField(
        Document, models.CASCADE, primary_key=True, related_name="ground_truth"
    )
    contents = models.JSONField()
    created_at = models.DateTimeField(db_default=Now(), editable=False)


class DecodeJob(LeasedJob):
    """Splitting one document into pages."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="decode_jobs")

    class Meta(LeasedJob.Meta):
        abstract = False
        constraints = [
            *LeasedJob.Meta.constraints,
            models.UniqueConstraint(
                fields=["document"],
                name="decode_job_one_live",
                condition=Q(state__in=["queued", "running"]),
            ),
        ]
