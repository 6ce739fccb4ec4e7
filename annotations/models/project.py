"""The tenant and the versions of what it asks for."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from annotations import states
from annotations.models.keys import new_key

if TYPE_CHECKING:
    from annotations.models.people import Membership

# Document kinds that every project starts with; figures are told by kind.
DEFAULT_KINDS = ("printed", "handwritten", "legal")
SLUG_PATTERN = r"^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$"


def default_kinds() -> list[str]:
    """Return a fresh list of the kinds every project starts with."""
    return list(DEFAULT_KINDS)


class ReviewPolicyChoices(models.TextChoices):
    """Labels of the review policies."""

    SINGLE = states.ReviewPolicy.SINGLE.value, _("one person")
    SECOND_PERSON = states.ReviewPolicy.SECOND_PERSON.value, _("a second person approves")


class Project(models.Model):
    """One body of documents with its people, fields and engines; the slug never changes."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    slug = models.CharField(
        max_length=64,
        validators=[RegexValidator(SLUG_PATTERN, _("Use a-z, 0-9 and hyphens, at most 64."))],
    )
    name = models.CharField(max_length=200)
    language = models.CharField(max_length=35, default="pt-BR")
    time_zone = models.CharField(max_length=64, default="America/Sao_Paulo")
    review_policy = models.CharField(
        max_length=16, choices=ReviewPolicyChoices, default=ReviewPolicyChoices.SECOND_PERSON
    )
    kinds = ArrayField(models.CharField(max_length=40), default=default_kinds)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    memberships: "models.Manager[Membership]"

    class Meta:
        constraints = [
            # Read by every page and route: the project of a URL.
            models.UniqueConstraint(fields=["slug"], name="project_slug_once"),
            models.CheckConstraint(
                name="project_review_policy_known",
                condition=Q(review_policy__in=[p.value for p in states.ReviewPolicy]),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class FieldsVersion(models.Model):
    """An immutable version of the typed fields a project asks for.

    `schema` is a list of `{name, label, type, required, repeated, help, choices}`.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="fields_versions")
    number = models.PositiveIntegerField()
    schema = models.JSONField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-number"]
        constraints = [
            # Read with every page that is opened: the newest version.
            models.UniqueConstraint(fields=["project", "number"], name="fields_version_once"),
        ]


class GuidelineVersion(models.Model):
    """An immutable version of a project's transcription guideline (Markdown)."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="guideline_versions")
    number = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="guideline_version_once"),
        ]
