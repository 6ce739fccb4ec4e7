"""The correction screen: everything its script needs to start, in one page."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from annotations import access
from annotations.access import Caller
from annotations.errors import NotFound
from annotations.models import Comment, Engine, Lease, Page, User
from annotations.people.projects import current_fields
from annotations.review.drafts import draft_of
from annotations.states import Decision, PageState, ReviewPolicy, Role, WorkKind
from annotations.web.door import Place, enter, person, surface
from annotations.web.screen_words import screen_words

STRIP = 200  # thumbnails beside the page, around it


@require_safe
@ensure_csrf_cookie
@surface
def correction(request: HttpRequest, slug: str, key: UUID) -> HttpResponse:
    """Show one page to correct, to approve, or to read."""
    page = access.page(Caller(person(request)), key)
    place = enter(request, page.project)
    if page.project.slug != slug:
        raise NotFound
    strip = _strip(page)
    lease = Lease.objects.filter(page=page, expires_at__gt=timezone.now()).first()
    context = place.shell("correct") | {
        "page": page,
        "document": page.document,
        "strip": strip,
        "engine": _engine(page),
        "mode": _mode(page, place),
        "remark": _remark(page),
        "setup": _setup(request, page, place, strip, lease),
        "words": screen_words(),
    }
    return render(request, "annotations/correction.html", context)


def _strip(page: Page) -> list[Page]:
    """Return the document's pages around this one, in order."""
    pages = Page.objects.filter(document=page.document).order_by("number")
    return list(pages.filter(number__gt=page.number - STRIP, number__lt=page.number + STRIP))


def _engine(page: Page) -> Engine | None:
    """Return the engine whose reading the text that stands here began as."""
    read = page.head_revision.base_prediction if page.head_revision else page.current_prediction
    return read.engine if read else None


def _remark(page: Page) -> Comment | None:
    """Return why the text that stands here was sent back."""
    if page.state != PageState.OPEN or page.head_revision_id is None:
        return None
    sent_back = Comment.objects.filter(
        page=page,
        verdict__revision=page.head_revision_id,
        verdict__decision=Decision.SEND_BACK,
    )
    return sent_back.select_related("user").order_by("created_at").last()


def _mode(page: Page, place: Place) -> str:
    """Tell what this person may do with the page as it stands."""
    if page.state == PageState.OPEN and place.may(Role.REVIEWER):
        return WorkKind.CORRECT.value
    own = page.head_author_id == place.caller.user.id
    judged_by_another = place.project.review_policy == ReviewPolicy.SECOND_PERSON
    may_judge = place.may(Role.APPROVER) and not (own and judged_by_another)
    if page.state == PageState.CORRECTED and may_judge:
        return WorkKind.APPROVE.value
    return "read"


def _setup(
    request: HttpRequest, page: Page, place: Place, strip: list[Page], lease: Lease | None
) -> dict[str, Any]:
    fields = current_fields(place.project)
    return {
        "page": str(page.id),
        "document": str(page.document_id),
        "number": page.number,
        "project": place.project.slug,
        "mode": _mode(page, place),
        "role": place.role,
        "user": {"id": str(place.caller.user.id), "name": _name(place.caller.user)},
        "own": page.head_author_id == place.caller.user.id,
        "api": "/api/v1/",
        "language": get_language(),
        "time_zone": place.project.time_zone,
        "fields": fields.schema,
        "fields_version": fields.number,
        "drafted": draft_of(place.caller.user, page) is not None,
        "lease": _lease(lease, place.caller.user),
        "holder": _holder(lease, place.caller.user),
        "urls": _urls(page, place, strip),
    }


def _lease(lease: Lease | None, user: User) -> dict[str, str] | None:
    if lease is None or lease.user_id != user.id:
        return None
    return {"id": str(lease.id), "kind": lease.kind, "expires_at": lease.expires_at.isoformat()}


def _holder(lease: Lease | None, user: User) -> str | None:
    """Name who else holds the page."""
    return None if lease is None or lease.user_id == user.id else _name(lease.user)


def _urls(page: Page, place: Place, strip: list[Page]) -> dict[str, str | None]:
    slug = place.project.slug
    before = [other for other in strip if other.number < page.number]
    after = [other for other in strip if other.number > page.number]
    return {
        "documents": reverse("documents", args=[slug]),
        "document": reverse("document", args=[slug, page.document_id]),
        "correct_next": reverse("correct_next", args=[slug]),
        "approve_next": reverse("approve_next", args=[slug]),
        "review": reverse("review_inbox", args=[slug]),
        "page": reverse("correction", args=[slug, UUID(int=0)]).replace(str(UUID(int=0)), "{id}"),
        "previous": reverse("correction", args=[slug, before[-1].id]) if before else None,
        "next": reverse("correction", args=[slug, after[0].id]) if after else None,
        "login": f"{reverse('login')}?next={reverse('correction', args=[slug, page.id])}",
    }


def _name(user: User) -> str:
    return user.get_full_name() or user.username
