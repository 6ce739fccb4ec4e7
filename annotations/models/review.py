"""What people do to a page: hold it, draft, submit, judge, comment."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from annotations import states
from annotations.models.keys import new_key
from annotations.models.leased_job import LeasedJob
from annotations.models.page import Page
from annotations.models.prediction import Prediction
from annotations.models.project import FieldsVersion, GuidelineVersion

COMMENT_LENGTH = 2000  # characters


class Lease(models.Model):
    """A page set aside for one person for a while: it steers people apart, it guards nothing."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    page = models.ForeignKey(Page, models.CASCADE, related_name="leases")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="leases")
    kind = models.CharField(max_length=8)
    taken_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            # Two clients that ask at once never get one page.
            models.UniqueConstraint(fields=["page"], name="lease_one_per_page"),
            models.CheckConstraint(
                name="lease_kind_known", condition=Q(kind__in=[k.value for k in states.WorkKind])
            ),
        ]
        indexes = [
            # Read by "next page": the lease one already holds.
            models.Index(fields=["user", "kind", "expires_at"], name="lease_of_user"),
        ]


class Draft(models.Model):
    """Unsubmitted text of one person on one page, with its own version."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="drafts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="drafts")
    version = models.PositiveIntegerField(default=1)
    content = models.JSONField()
    spans = models.JSONField(default=list)
    base_version = models.PositiveIntegerField()
    base_prediction = models.ForeignKey(
        Prediction, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    fields_version = models.PositiveIntegerField()
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["page", "user"], name="draft_one_per_person"),
        ]
        indexes = [
            # Read by the queue: a page goes back to whoever has begun it.
            models.Index(fields=["user", "-updated_at"], name="draft_of_user"),
        ]


class Revision(models.Model):
    """One submitted state of a page's text; a trigger refuses every change.

    `track` is 0 unless the page is transcribed twice blindly; `base_prediction` is null when the
    author saw no prediction.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    page = models.ForeignKey(Page, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    track = models.PositiveSmallIntegerField(default=0)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    content = models.JSONField()
    spans = models.JSONField(default=list)
    base_prediction = models.ForeignKey(
        Prediction, models.PROTECT, null=True, blank=True, related_name="+"
    )
    fields_version = models.ForeignKey(FieldsVersion, models.PROTECT, related_name="+")
    # True when the project's fields had moved on while the author was writing.
    fields_outdated = models.BooleanField(default=False)
    guideline_version = models.ForeignKey(GuidelineVersion, models.PROTECT, related_name="+")
    verification = models.CharField(max_length=24)
    # Idle-aware effort of the author, in seconds.
    active_seconds = models.FloatField(default=0.0)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            # Read by the history of a page, newest last.
            models.UniqueConstraint(
                fields=["page", "track", "number"], name="revision_number_once"
            ),
            models.CheckConstraint(
                name="revision_verification_known",
                condition=Q(verification__in=[v.value for v in states.Verification]),
            ),
        ]
        indexes = [
            # Read by the quality report and by "what did I do": one author's work in time.
            models.Index(fields=["author", "-created_at"], name="revision_by_author"),
        ]


class RevisionFigures(models.Model):
    """Distance of a revision from the prediction it began as; written later by a job.

    Counts are grapheme edits and lengths, so that pages can be summed.
    """

    revision = models.OneToOneField(
        Revision, models.CASCADE, primary_key=True, related_name="figures"
    )
    cer_edits = models.PositiveIntegerField()
    cer_length = models.PositiveIntegerField()
    cer_norm_edits = models.PositiveIntegerField()
    cer_norm_length = models.PositiveIntegerField()
    wer_edits = models.PositiveIntegerField()
    wer_length = models.PositiveIntegerField()
    dharma_score = models.FloatField(null=True, blank=True)
    edits_by_kind = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now(), editable=False)


class FiguresJob(LeasedJob):
    """Measuring one revision against its prediction."""

    revision = models.ForeignKey(Revision, models.CASCADE, related_name="figures_jobs")

    class Meta(LeasedJob.Meta):
        abstract = False
        constraints = [
            *LeasedJob.Meta.constraints,
            models.UniqueConstraint(
                fields=["revision"],
                name="figures_job_one_live",
                condition=Q(state__in=["queued", "running"]),
            ),
        ]


class DecisionChoices(models.TextChoices):
    """Labels of an approver's answers."""

    APPROVE = states.Decision.APPROVE.value, _("approve")
    SEND_BACK = states.Decision.SEND_BACK.value, _("send back")


class Verdict(models.Model):
    """A judgement on one revision."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    page = models.ForeignKey(Page, models.CASCADE, related_name="verdicts")
    revision = models.ForeignKey(Revision, models.CASCADE, related_name="verdicts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decision = models.CharField(max_length=12, choices=DecisionChoices)
    approval = models.CharField(max_length=16, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="verdict_decision_known",
                condition=Q(decision__in=[d.value for d in states.Decision]),
            ),
            models.CheckConstraint(
                name="verdict_approval_known",
                condition=Q(decision="send_back", approval="")
                | Q(decision="approve", approval__in=[a.value for a in states.Approval]),
            ),
        ]
        indexes = [
            # Read by releases and the page's history: the judgement on a revision.
            models.Index(fields=["revision", "-created_at"], name="verdict_of_revision"),
            models.Index(fields=["page", "-created_at"], name="verdict_of_page"),
        ]


class Comment(models.Model):
    """A remark on a page: with a verdict, a skip, or on its own."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    page = models.ForeignKey(Page, models.CASCADE, related_name="comments")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    verdict = models.ForeignKey(
        Verdict, models.CASCADE, null=True, blank=True, related_name="comments"
    )
    text = models.CharField(max_length=COMMENT_LENGTH)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        indexes = [models.Index(fields=["page", "created_at"], name="comment_of_page")]


class Skip(models.Model):
    """One person passing over one page, with the reason; the queue offers it to others first."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="skips")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="skips")
    reason = models.CharField(max_length=500)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            # Read by the queue: pages this person has passed over.
            models.UniqueConstraint(fields=["user", "page"], name="skip_once"),
        ]
