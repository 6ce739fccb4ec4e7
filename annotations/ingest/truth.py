"""Known text of a document: kept until its pages exist, then their approved revision."""

from collections.abc import Sequence
from typing import Any, Final

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from annotations.content import PageContent
from annotations.ingest.reasons import describe
from annotations.models import (
    Document,
    Event,
    FieldsVersion,
    GroundTruth,
    GuidelineVersion,
    Page,
    PageText,
    Revision,
    User,
    Verdict,
)
from annotations.states import Approval, Decision, DocumentState, PageState, Verification

MISMATCH: Final = "ground_truth_mismatch"
UNTOUCHED: Final = (PageState.WAITING, PageState.OPEN)


@transaction.atomic
def attach_ground_truth(
    *, actor: User, document: Document, contents: Sequence[PageContent]
) -> Document:
    """Keep a document's known text, one content a page, and apply it where pages exist already.

    Text that was given or applied before changes nothing, nor do pages that people worked on.
    """
    document = Document.objects.select_for_update().get(id=document.id)
    known = [content.to_json() for content in contents]
    if _has_no_use_for(document, known):
        return document
    GroundTruth.objects.update_or_create(document=document, defaults={"contents": known})
    Event.objects.record(
        actor=actor,
        verb="document.ground_truth",
        row=document,
        project=document.project,
        pages=len(known),
    )
    if document.state == DocumentState.READY:
        settle_ground_truth(document)
    return document


def apply_ground_truth(page: Page, page_count: int | None) -> None:
    """Approve a page's known text, inside the caller's transaction, unless it has text already."""
    truth = GroundTruth.objects.filter(document=page.document_id).first()
    if truth is None or len(truth.contents) != page_count:
        return
    locked = Page.objects.select_for_update(of=("self",)).get(id=page.id)
    if locked.state not in UNTOUCHED or locked.version:
        return
    _approve(locked, PageContent.from_json(truth.contents[page.number - 1]))


def settle_ground_truth(document: Document) -> None:
    """Apply truth to the pages that lack it, inside a transaction that holds the document's row.

    It may have come while pages were being made. Where it fits no page it is kept, and told.
    """
    truth = GroundTruth.objects.filter(document=document).first()
    if truth is None:
        return
    if len(truth.contents) == document.page_count:
        for page in document.pages.filter(state__in=UNTOUCHED, version=0).order_by("number"):
            apply_ground_truth(page, document.page_count)
        truth.delete()
        return
    Document.objects.filter(id=document.id).update(
        error_code=MISMATCH, error_detail=describe(MISMATCH)
    )


def _has_no_use_for(document: Document, known: list[dict[str, Any]]) -> bool:
    if GroundTruth.objects.filter(document=document, contents=known).exists():
        return True
    untouched = document.pages.filter(state__in=UNTOUCHED, version=0)
    return document.state == DocumentState.READY and not untouched.exists()


def _approve(page: Page, content: PageContent) -> None:
    author = User.objects.system("ground-truth")
    fields = FieldsVersion.objects.filter(project=page.project_id).order_by("-number")
    guideline = GuidelineVersion.objects.filter(project=page.project_id).order_by("-number")
    revision = Revision.objects.create(
        page=page,
        number=1,
        author=author,
        content=content.to_json(),
        fields_version=fields[0],
        guideline_version=guideline[0],
        verification=Verification.BLIND,
    )
    Verdict.objects.create(
        page=page,
        revision=revision,
        user=author,
        decision=Decision.APPROVE,
        approval=Approval.GROUND_TRUTH,
    )
    Page.objects.filter(id=page.id, state__in=UNTOUCHED).update(
        state=PageState.APPROVED,
        version=F("version") + 1,
        head_revision=revision,
        head_author=author,
        updated_at=Now(),
    )
    PageText.objects.store(page.id, content)
    Event.objects.record(
        actor=author,
        verb="page.approved",
        row=page,
        project=page.project,
        revision=str(revision.id),
    )
