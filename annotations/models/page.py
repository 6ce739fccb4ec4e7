"""The unit of work: one page, its image, its two states and its searchable text."""

import uuid
from typing import Self

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVector, SearchVectorField
from django.db import connection, models
from django.db.models import Count, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from annotations import states
from annotations.content import PageContent, fold
from annotations.models.blob import Blob
from annotations.models.document import Document
from annotations.models.keys import new_key
from annotations.models.project import Project


class PageStateChoices(models.TextChoices):
    """Labels of the page states."""

    WAITING = states.PageState.WAITING.value, _("waiting")
    OPEN = states.PageState.OPEN.value, _("open")
    CORRECTED = states.PageState.CORRECTED.value, _("corrected")
    APPROVED = states.PageState.APPROVED.value, _("approved")
    EXCLUDED = states.PageState.EXCLUDED.value, _("excluded")


class PrelabelStateChoices(models.TextChoices):
    """Labels of the pre-labelling states."""

    NONE = states.PrelabelState.NONE.value, _("none")
    QUEUED = states.PrelabelState.QUEUED.value, _("queued")
    RUNNING = states.PrelabelState.RUNNING.value, _("reading")
    DONE = states.PrelabelState.DONE.value, _("done")
    FAILED = states.PrelabelState.FAILED.value, _("failed")
    DEAD = states.PrelabelState.DEAD.value, _("given up")


class PageQuerySet(models.QuerySet["Page"]):
    """Questions about pages."""

    def counts_by_state(self) -> dict[str, int]:
        """Count pages by human state; served by `page_by_state` without touching the rows."""
        rows = self.order_by().values_list("state").annotate(n=Count("*"))
        return dict(rows)

    def matching(self, folded: str) -> Self:
        """Keep pages whose text holds the words of `folded` (accents folded, Portuguese stems)."""
        query = SearchQuery(folded, config="portuguese", search_type="websearch")
        return self.filter(page_text__vector=query)


class Page(models.Model):
    """One page of a document."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    project = models.ForeignKey(Project, models.CASCADE, related_name="pages")
    document = models.ForeignKey(Document, models.CASCADE, related_name="pages")
    number = models.PositiveIntegerField()
    state = models.CharField(
        max_length=16, choices=PageStateChoices, default=PageStateChoices.WAITING
    )
    # State to return to when an exclusion is taken back; empty while not excluded.
    state_before_exclusion = models.CharField(max_length=16, blank=True)
    excluded_reason = models.CharField(max_length=500, blank=True)
    version = models.PositiveIntegerField(default=0)
    prelabel_state = models.CharField(
        max_length=16, choices=PrelabelStateChoices, default=PrelabelStateChoices.NONE
    )
    kind = models.CharField(max_length=40, blank=True)
    # Canonical image: null for an undecodable page of a readable file.
    image = models.ForeignKey(Blob, models.PROTECT, null=True, blank=True, related_name="+")
    thumbnail = models.ForeignKey(Blob, models.PROTECT, null=True, blank=True, related_name="+")
    image_sha256 = models.CharField(max_length=64, blank=True)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    dpi = models.PositiveIntegerField(null=True, blank=True)
    perceptual_hash = models.BigIntegerField(null=True, blank=True)
    error_code = models.CharField(max_length=60, blank=True)
    error_detail = models.CharField(max_length=500, blank=True)
    current_prediction = models.ForeignKey(
        "annotations.Prediction", models.PROTECT, null=True, blank=True, related_name="+"
    )
    head_revision = models.ForeignKey(
        "annotations.Revision", models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Who corrected last: an approver is never offered their own text.
    head_author = models.ForeignKey(
        "annotations.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    skipped_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now())

    objects = PageQuerySet.as_manager()

    class Meta:
        constraints = [
            # Read by the document page and `[`/`]`: the pages of a document in order.
            models.UniqueConstraint(fields=["document", "number"], name="page_number_once"),
            models.CheckConstraint(
                name="page_state_known", condition=Q(state__in=[s.value for s in states.PageState])
            ),
            models.CheckConstraint(
                name="page_prelabel_state_known",
                condition=Q(prelabel_state__in=[s.value for s in states.PrelabelState]),
            ),
            models.CheckConstraint(
                name="page_exclusion_remembers",
                condition=Q(state="excluded") & ~Q(state_before_exclusion="")
                | ~Q(state="excluded") & Q(state_before_exclusion=""),
            ),
            models.CheckConstraint(
                name="page_work_has_image",
                condition=Q(state="excluded") | Q(image__isnull=False),
            ),
            models.CheckConstraint(
                name="page_judged_has_revision",
                condition=~Q(state__in=["corrected", "approved"]) | Q(head_revision__isnull=False),
            ),
        ]
        indexes = [
            # Read by progress counts and by lists filtered by state.
            models.Index(fields=["project", "state", "-updated_at", "-id"], name="page_by_state"),
            # Read by lists: what changed last.
            models.Index(fields=["project", "-updated_at", "-id"], name="page_by_change"),
            # Read by the queue: next page to correct, documents kept together.
            models.Index(
                fields=["project", "document", "number"],
                name="page_to_correct",
                condition=Q(state="open"),
            ),
            # Read by the queue: next page to approve.
            models.Index(
                fields=["project", "document", "number"],
                name="page_to_approve",
                condition=Q(state="corrected"),
                include=["head_author"],
            ),
            # Read by the queue: pages that came back to their author.
            models.Index(
                fields=["project", "head_author", "document", "number"],
                name="page_sent_back",
                condition=Q(state="open", head_author__isnull=False),
            ),
            # Read by pre-labelling: pages without an answer, failed ones.
            models.Index(fields=["project", "prelabel_state", "id"], name="page_by_prelabel"),
        ]

    def row_id(self) -> str:
        """Name the page's row in a dataset: `<document sha256[:16]>-p<number>`."""
        return f"{self.document.sha256[:16]}-p{self.number}"


# `to_tsvector` refuses more than 1 MB; a folded character takes at most two bytes in practice.
SEARCHED_CHARACTERS = 400_000


# One statement that brings no vector back: it runs in every submit.
_STORE_TEXT = """
INSERT INTO annotations_pagetext (page_id, folded) VALUES (%s, %s)
ON CONFLICT (page_id) DO UPDATE SET folded = EXCLUDED.folded
"""


class PageTextManager(models.Manager["PageText"]):
    """The one way to write a page's searchable text."""

    def store(self, page_id: uuid.UUID, content: PageContent) -> None:
        """Fold and keep the text of a page's zones and fields."""
        values = [text for field in content.fields.values() for text in field.texts()]
        folded = fold("\n".join([content.plain_text(), *values]))[:SEARCHED_CHARACTERS]
        with connection.cursor() as cursor:
            cursor.execute(_STORE_TEXT, [page_id, folded])


class PageText(models.Model):
    """The page's text with accents folded in Python, and its search vector."""

    page = models.OneToOneField(Page, models.CASCADE, primary_key=True, related_name="page_text")
    folded = models.TextField()
    vector = models.GeneratedField(
        expression=SearchVector("folded", config="portuguese"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = PageTextManager()

    class Meta:
        indexes = [
            # Read by the search box of documents and pages.
            GinIndex(fields=["vector"], name="page_text_search", fastupdate=False),
        ]
