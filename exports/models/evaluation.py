"""What an engine answered to a set of gold pages, from which its figures are told."""

from collections.abc import Collection
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from annotations.models import Engine, Project
from annotations.models.keys import new_key
from exports.types import ROW_ID_LENGTH

FINISH_LENGTH = 40  # characters of why an answer ended
ERROR_LENGTH = 500  # characters of why an engine did not answer


# A row's id and the digest of the image it had: a better scan of a page is asked about anew.
Asked = tuple[str, str]
_HAS_ANSWER = models.ExpressionWrapper(Q(error=""), models.BooleanField())


class Evaluation(models.Model):
    """One engine, as it was asked, on one set of pages: a project's split, or a dataset's rows.

    `identity` is a hash over all that decides the answers: asking the same thing again goes on
    where it stood. Holds no figure: figures are computed from the items' raw answers.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    engine = models.ForeignKey(Engine, models.PROTECT, related_name="+")
    adapter_version = models.CharField(max_length=60)
    prompt = models.TextField(blank=True)
    parameters = models.JSONField(default=dict)
    project = models.ForeignKey(Project, models.CASCADE, null=True, related_name="evaluations")
    split = models.CharField(max_length=12, blank=True)
    # sha256 over the rows of a dataset directory; empty for a project.
    rows_sha256 = models.CharField(max_length=64, blank=True)
    identity = models.CharField(max_length=64)
    # The engine was trained on pages of this set.
    contaminated = models.BooleanField(default=False)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            # Read by every benchmark: what was asked before.
            models.UniqueConstraint(fields=["identity"], name="evaluation_identity_once"),
            models.CheckConstraint(
                name="evaluation_of_project_or_rows",
                condition=Q(project__isnull=False, rows_sha256="")
                | Q(project__isnull=True) & ~Q(rows_sha256=""),
            ),
        ]


class EvaluationItemQuerySet(models.QuerySet["EvaluationItem"]):
    """Questions about answers."""

    def answered(self, evaluation_id: UUID) -> set[Asked]:
        """Return what need not be asked again."""
        found = self.filter(evaluation=evaluation_id, error="")
        return set(found.values_list("row_id", "image_sha256"))

    def standing(
        self, evaluation_id: UUID, row_ids: Collection[str]
    ) -> dict[Asked, "EvaluationItem"]:
        """Return what stands for each of these rows: its answer, else its newest error."""
        found = self.filter(evaluation=evaluation_id, row_id__in=row_ids)
        ordered = found.order_by("row_id", "image_sha256", _HAS_ANSWER.desc(), "-id")
        newest = ordered.distinct("row_id", "image_sha256")
        return {(item.row_id, item.image_sha256): item for item in newest}


class EvaluationItem(models.Model):
    """One answer to one row, or the error that kept it from coming; a trigger refuses changes.

    `cost` is what its seconds or tokens cost at the price of the moment, `idle_cost` what the
    device cost while it was held and waited; null where the price does not tell.
    """

    id = models.BigAutoField(primary_key=True)
    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="items")
    row_id = models.CharField(max_length=ROW_ID_LENGTH)
    image_sha256 = models.CharField(max_length=64)
    raw = models.TextField(blank=True)
    raw_cut = models.BooleanField(default=False)
    finish_reason = models.CharField(max_length=FINISH_LENGTH, blank=True)
    parameters = models.JSONField(default=dict)
    seconds = models.FloatField(default=0.0)
    input_tokens = models.PositiveIntegerField(null=True, blank=True)
    output_tokens = models.PositiveIntegerField(null=True, blank=True)
    cost = models.DecimalField(max_digits=12, decimal_places=6, null=True, blank=True)
    idle_cost = models.DecimalField(max_digits=12, decimal_places=6, null=True, blank=True)
    error = models.CharField(max_length=ERROR_LENGTH, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = EvaluationItemQuerySet.as_manager()

    class Meta:
        constraints = [
            # Two commands at once, or one run again, keep one answer a scan; errors may pile up.
            models.UniqueConstraint(
                fields=["evaluation", "row_id", "image_sha256"],
                name="evaluation_item_answer_once",
                condition=Q(error=""),
            ),
            models.CheckConstraint(
                name="evaluation_item_error_has_no_answer",
                condition=Q(error="") | Q(raw=""),
            ),
        ]
        indexes = [
            # Read by figures: what stands for each row of an evaluation.
            models.Index(fields=["evaluation", "row_id", "-id"], name="evaluation_item_by_row"),
            # Read by erasure: the answers to an image.
            models.Index(fields=["image_sha256"], name="evaluation_item_of_image"),
        ]
