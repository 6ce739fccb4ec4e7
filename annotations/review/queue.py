"""Which page is next: one's own work first, then the same document, then the oldest.

All questions are answered by partial indexes over the open or the corrected pages alone.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now

from annotations.models import Draft, Lease, Page, Project, Revision, Skip, User
from annotations.review.leases import LEASE_TIME, take
from annotations.states import PageState, ReviewPolicy, WorkKind

# A page that somebody has begun is theirs for a day before others are offered it.
DRAFT_IS_FRESH = timedelta(hours=24)
# Drafts vanish on submit, so few are left; the oldest of hundreds are no longer anyone's next page.
DRAFTS_LOOKED_AT = 50
# Two people who ask in the same instant may meet at a page; the loser simply looks again.
TRIES = 100

STATE_OF = {WorkKind.CORRECT: PageState.OPEN, WorkKind.APPROVE: PageState.CORRECTED}


@transaction.atomic
def next_page(*, actor: User, project: Project, kind: WorkKind) -> Lease | None:
    """Return a lease on the next page for this person, the one they hold first; None: all done."""
    _take_turns(actor, project, kind)
    held = _held(actor, project, kind)
    if held is not None:
        return held
    for _attempt in range(TRIES):
        page_id = next(_candidates(actor, project, kind), None)
        if page_id is None:
            return None
        lease = take(page_id, actor, kind)
        if lease is not None:
            return lease
    return None


def _take_turns(actor: User, project: Project, kind: WorkKind) -> None:
    """Make one person's simultaneous requests wait for each other: both get the same page."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"queue:{actor.id}:{project.id}:{kind}"],
        )


def _held(actor: User, project: Project, kind: WorkKind) -> Lease | None:
    mine = Lease.objects.filter(
        user=actor, kind=kind, expires_at__gt=Now(), page__project=project
    ).filter(page__state=STATE_OF[kind])
    lease = mine.order_by("taken_at").first()
    if lease is None:
        return None
    Lease.objects.filter(id=lease.id).update(expires_at=Now() + LEASE_TIME)
    return Lease.objects.get(id=lease.id)


def _candidates(actor: User, project: Project, kind: WorkKind) -> Iterator[UUID]:
    """Yield page ids, best first; each step is one indexed query, asked only when needed."""
    free = _free(actor, project, kind)
    if kind == WorkKind.CORRECT:
        # Two questions, each with its index: one OR over both would read every open page.
        drafts = _drafts_of(actor)
        if drafts:
            yield from _first(free.filter(id__in=drafts))
        yield from _first(free.filter(head_author=actor))
    last = _last_document(actor, project)
    if last is not None:
        document_id, number = last
        same = free.filter(document=document_id)
        yield from _first(same.filter(number__gt=number))
        yield from _first(same)
    yield from _first(free.exclude(document__in=_documents_of_others(actor, project)))
    yield from _first(free)


def _first(pages: QuerySet[Page]) -> Iterator[UUID]:
    """Yield the first page that no other transaction is deciding about right now."""
    ordered = pages.order_by("document", "number").values_list("id", flat=True)
    yield from ordered.select_for_update(skip_locked=True, of=("self",))[:1]


def _free(actor: User, project: Project, kind: WorkKind) -> QuerySet[Page]:
    """Return the pages of this kind that this person may be offered."""
    pages = Page.objects.filter(project=project, state=STATE_OF[kind])
    live_lease = Lease.objects.filter(page=OuterRef("pk"), expires_at__gt=Now())
    skipped = Skip.objects.filter(page=OuterRef("pk"), user=actor)
    pages = pages.exclude(Exists(live_lease)).exclude(Exists(skipped))
    if kind == WorkKind.CORRECT:
        begun = Draft.objects.filter(page=OuterRef("pk"), updated_at__gt=Now() - DRAFT_IS_FRESH)
        return pages.exclude(Exists(begun.exclude(user=actor)))
    if project.review_policy == ReviewPolicy.SECOND_PERSON:
        return pages.exclude(head_author=actor)
    return pages


def _drafts_of(actor: User) -> list[UUID]:
    """Return the pages this person wrote on last without submitting them."""
    mine = Draft.objects.filter(user=actor).order_by("-updated_at")
    return list(mine.values_list("page", flat=True)[:DRAFTS_LOOKED_AT])


def _last_document(actor: User, project: Project) -> tuple[UUID, int] | None:
    """Return document and number of the page this person last submitted in the project."""
    mine = Revision.objects.filter(author=actor, page__project=project).order_by("-created_at")
    return mine.values_list("page__document", "page__number").first()


def _documents_of_others(actor: User, project: Project) -> QuerySet[Lease, Any]:
    """Return the documents other people are busy with: there are as many as people at work."""
    busy = Lease.objects.filter(page__project=project, expires_at__gt=Now()).exclude(user=actor)
    return busy.values("page__document")
