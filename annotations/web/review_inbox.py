"""Corrected pages that wait for a second look, and pages that came back to their author."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from annotations.models import Comment, Page, Project, Revision, RevisionFigures, User
from annotations.states import Decision, PageState, ReviewPolicy, Role
from annotations.web.cursor import read_screen
from annotations.web.door import project_at, surface
from annotations.web.moments import say_duration, say_moment

ROWS = 50  # pages on one screen
RETURNED_SHOWN = 20


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One page that waits for approval."""

    page: Page
    author: str
    own: bool
    cer: float | None
    edits: int | None
    effort: str
    sent: str


@require_safe
@surface
def review_inbox(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what waits for approval."""
    place = project_at(request, slug)
    me = place.caller.user
    waiting = _waiting(place.project)
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    screen = read_screen(waiting, ROWS, by="updated_at", after=after, before=before)
    counts = Page.objects.filter(project=place.project).counts_by_state()
    alone = place.project.review_policy == ReviewPolicy.SECOND_PERSON
    offered = waiting.exclude(head_author=me) if alone else waiting
    context = place.shell("review") | {
        "screen": screen,
        "rows": _rows(screen.rows, me),
        "waiting": counts.get(PageState.CORRECTED, 0),
        "approved": counts.get(PageState.APPROVED, 0),
        "open": counts.get(PageState.OPEN, 0),
        "second_person": alone,
        "may_take": place.may(Role.APPROVER) and offered.exists(),
        "returned": _returned(place.project, me),
    }
    return render(request, "annotations/review_inbox.html", context)


def _waiting(project: Project) -> QuerySet[Page]:
    return Page.objects.filter(project=project, state=PageState.CORRECTED).select_related(
        "document", "head_revision__author"
    )


def _rows(pages: list[Page], me: User) -> list[InboxRow]:
    figures = RevisionFigures.objects.in_bulk([page.head_revision_id for page in pages])
    return [_row(page, page.head_revision, figures, me) for page in pages if page.head_revision]


def _row(page: Page, head: Revision, figures: dict[Any, RevisionFigures], me: User) -> InboxRow:
    measured = figures.get(head.id)
    return InboxRow(
        page=page,
        author=head.author.get_full_name() or head.author.username,
        own=head.author_id == me.id,
        cer=100 * measured.cer_edits / max(1, measured.cer_length) if measured else None,
        edits=measured.cer_edits if measured else None,
        effort=say_duration(head.active_seconds) if head.active_seconds else "",
        sent=say_moment(head.created_at),
    )


def _returned(project: Project, me: User) -> list[dict[str, Any]]:
    """Return the pages that were sent back to this person, with the approver's words."""
    pages = list(
        Page.objects.filter(project=project, state=PageState.OPEN, head_author=me).select_related(
            "document"
        )[:RETURNED_SHOWN]
    )
    remarks = Comment.objects.filter(
        page__in=pages, verdict__decision=Decision.SEND_BACK
    ).select_related("user")
    newest = {remark.page_id: remark for remark in remarks.order_by("created_at")}
    return [{"page": page, "remark": newest.get(page.id)} for page in pages]
