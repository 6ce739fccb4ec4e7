"""Taking the next page from the queue, or learning that there is none and what to do then."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from annotations.models import Page
from annotations.review.queue import next_page
from annotations.states import PageState, PrelabelState, Role, WorkKind
from annotations.web.door import Place, project_at, surface


@require_POST
@surface
def correct_next(request: HttpRequest, slug: str) -> HttpResponse:
    """Go to the next page to correct."""
    place = project_at(request, slug, Role.REVIEWER)
    return _go(request, place, WorkKind.CORRECT)


@require_POST
@surface
def approve_next(request: HttpRequest, slug: str) -> HttpResponse:
    """Go to the next page to approve."""
    place = project_at(request, slug, Role.APPROVER)
    return _go(request, place, WorkKind.APPROVE)


def _go(request: HttpRequest, place: Place, kind: WorkKind) -> HttpResponse:
    lease = next_page(actor=place.caller.user, project=place.project, kind=kind)
    if lease is not None:
        return redirect("correction", place.project.slug, lease.page_id)
    pages = Page.objects.filter(project=place.project)
    counts = pages.counts_by_state()
    reading = [PrelabelState.QUEUED, PrelabelState.RUNNING]
    corrected = pages.filter(state=PageState.CORRECTED)
    context = place.shell("correct" if kind == WorkKind.CORRECT else "review") | {
        "kind": kind,
        "total": sum(counts.values()),
        "waiting": counts.get(PageState.WAITING, 0),
        "corrected": counts.get(PageState.CORRECTED, 0),
        "open": counts.get(PageState.OPEN, 0),
        "reading": pages.filter(prelabel_state__in=reading).count(),
        "own": corrected.filter(head_author=place.caller.user).count(),
    }
    return render(request, "annotations/nothing_left.html", context)
