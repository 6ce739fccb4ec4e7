"""What engines answered: append-only, degenerate answers included."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from annotations.content import well_encoded
from annotations.models.engine import Engine, PrelabelRun
from annotations.models.keys import new_key
from annotations.models.leased_job import LeasedJob
from annotations.models.page import Page

RAW_ANSWER_BYTES = 1_000_000  # a longer raw answer is cut and marked


def storable_answer(raw: str) -> tuple[str, bool]:
    """Return the answer as text that the database takes, and whether it was cut.

    Verbatim but for NUL and lone surrogates, which PostgreSQL refuses: they become U+FFFD.
    """
    whole = well_encoded(raw).replace("\0", "\ufffd").encode()
    return whole[:RAW_ANSWER_BYTES].decode(errors="ignore"), len(whole) > RAW_ANSWER_BYTES


class PrelabelJob(LeasedJob):
    """One engine on one page."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="prelabel_jobs")
    engine = models.ForeignKey(Engine, models.PROTECT, related_name="+")
    run = models.ForeignKey(PrelabelRun, models.CASCADE, null=True, blank=True, related_name="jobs")
    # Asked because another engine of the project did not do.
    routed = models.BooleanField(default=False, db_default=False)

    class Meta(LeasedJob.Meta):
        abstract = False
        constraints = [
            *LeasedJob.Meta.constraints,
            models.UniqueConstraint(
                fields=["page", "engine"],
                name="prelabel_job_one_live",
                condition=Q(state__in=["queued", "running"]),
            ),
        ]
        indexes = [
            *LeasedJob.Meta.indexes,
            # Read by a run's progress: its jobs by state.
            models.Index(fields=["run", "state"], name="prelabel_job_by_run"),
            # Read by the engines page: depth, failures and rate of one engine.
            models.Index(fields=["engine", "state", "finished_at"], name="prelabel_job_by_engine"),
        ]


class Prediction(models.Model):
    """One answer of one engine to one page; a trigger refuses every change."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    page = models.ForeignKey(Page, models.CASCADE, related_name="predictions")
    engine = models.ForeignKey(Engine, models.PROTECT, related_name="+")
    job = models.ForeignKey(PrelabelJob, models.SET_NULL, null=True, related_name="+")
    content = models.JSONField()
    parameters = models.JSONField(default=dict)
    image_sha256 = models.CharField(max_length=64)
    recovered = models.CharField(max_length=40, blank=True)
    finish_reason = models.CharField(max_length=40, blank=True)
    truncated = models.BooleanField(default=False)
    tail_repetition = models.BooleanField(default=False)
    stopped_by_guard = models.BooleanField(default=False)
    degenerate = models.BooleanField(default=False)
    output_tokens = models.PositiveIntegerField(null=True, blank=True)
    seconds = models.FloatField(default=0.0)
    cost = models.DecimalField(max_digits=12, decimal_places=6, null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            # One answer a job: a worker that finishes twice adds nothing.
            models.UniqueConstraint(fields=["job"], name="prediction_once_per_job"),
        ]
        indexes = [
            # Read by the page's list of predictions and by the rule that picks the current one.
            models.Index(fields=["page", "-created_at", "-id"], name="prediction_newest"),
            # Read by a project's spending of the day.
            models.Index(
                fields=["engine", "created_at"],
                name="prediction_costs",
                condition=Q(cost__isnull=False),
            ),
            # Read by engine figures and `--only degenerate`.
            models.Index(fields=["engine", "degenerate"], name="prediction_by_engine"),
        ]


class PredictionBody(models.Model):
    """The bulky part of a prediction: the verbatim answer and what belongs to its characters."""

    prediction = models.OneToOneField(
        Prediction, models.CASCADE, primary_key=True, related_name="body"
    )
    raw = models.TextField()
    raw_cut = models.BooleanField(default=False)
    confidences = models.JSONField(null=True, blank=True)
    source_map = models.JSONField(null=True, blank=True)


class WordLayout(models.Model):
    """Words and their places on one canonical image, and how far they can be trusted.

    `layout` is `{"words": [[text, left, top, width, height, confidence, line]],
    "regions": [{"box", "zone", "trust", "angle"}]}` in pixels, top-left origin.
    """

    page = models.ForeignKey(Page, models.CASCADE, related_name="word_layouts")
    image_sha256 = models.CharField(max_length=64)
    recogniser_version = models.CharField(max_length=60)
    layout = models.JSONField()
    trust = models.FloatField()
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            # Read when a page is opened: the layout of the image shown.
            models.UniqueConstraint(
                fields=["page", "image_sha256", "recogniser_version"], name="word_layout_once"
            ),
        ]


class WordsJob(LeasedJob):
    """Finding the words of one page."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="words_jobs")

    class Meta(LeasedJob.Meta):
        abstract = False
        constraints = [
            *LeasedJob.Meta.constraints,
            models.UniqueConstraint(
                fields=["page"],
                name="words_job_one_live",
                condition=Q(state__in=["queued", "running"]),
            ),
        ]
