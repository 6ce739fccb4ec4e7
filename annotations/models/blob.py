"""Stored bytes of one project, by content."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from annotations.models.keys import new_key
from annotations.models.project import Project


class Blob(models.Model):
    """Bytes kept once per project; the file is written before the row, removed after it."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    project = models.ForeignKey(Project, models.CASCADE, related_name="blobs")
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=40)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    # Moved by every upload that meets these bytes again, so that the janitor never races one.
    touched_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            # Read by every upload: are these bytes here already?
            models.UniqueConstraint(fields=["project", "sha256"], name="blob_once_per_project"),
            models.CheckConstraint(
                name="blob_sha256_is_hex", condition=Q(sha256__regex=r"^[0-9a-f]{64}$")
            ),
            models.CheckConstraint(name="blob_size_positive", condition=Q(size__gt=0)),
        ]
        indexes = [
            # Read by the janitor: oldest first.
            models.Index(fields=["touched_at"], name="blob_by_touch"),
        ]

    @property
    def key(self) -> str:
        """Name the stored object: never made of anything a client sent."""
        return f"{self.project_id}/{self.sha256[:2]}/{self.sha256}"
