"""One document: its pages, what went wrong, and what was done to it."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from annotations import access
from annotations.access import Caller
from annotations.errors import NotFound
from annotations.ingest.change import erase_document, retry_document
from annotations.ingest.reasons import describe
from annotations.models import Document, Page
from annotations.review.moves import exclude, include, open_page
from annotations.states import DocumentState, PageState, Role
from annotations.web.document_rows import BUSY, WORTH_ANOTHER_TRY, document_rows
from annotations.web.door import Place, back, enter, person, surface
from annotations.web.history import document_history

PAGES_SHOWN = 500  # thumbnails load when scrolled to; a longer volume is reached through search


@dataclass(frozen=True, slots=True)
class PageCard:
    """One page of the document, and what may be done to it here."""

    page: Page
    reason: str
    may_exclude: bool
    may_include: bool
    may_open: bool


@require_safe
@surface
def document(request: HttpRequest, slug: str, key: UUID) -> HttpResponse:
    """Show a document and its pages."""
    found, place = _document(request, slug, key)
    pages = list(found.pages.order_by("number")[:PAGES_SHOWN])
    context = place.shell("documents") | {
        "document": found,
        "row": document_rows([found])[0],
        "kind": _say_kind(found.kind),
        "cards": [_card(page, place) for page in pages],
        "history": document_history(found, pages),
        "sender": found.uploaded_by.get_full_name() or found.uploaded_by.username,
        "may_erase": place.may(Role.MANAGER),
        "may_retry": place.may(Role.REVIEWER)
        and found.state == DocumentState.FAILED
        and found.error_code in WORTH_ANOTHER_TRY,
        "busy": found.state in BUSY,
    }
    return render(request, "annotations/document.html", context)


@require_POST
@surface
def document_retry(request: HttpRequest, slug: str, key: UUID) -> HttpResponse:
    """Ask once more for the pages of a failed document."""
    found, place = _document(request, slug, key, Role.REVIEWER)
    retry_document(actor=place.caller.user, document=found)
    return back(request)


@require_POST
@surface
def document_erase(request: HttpRequest, slug: str, key: UUID) -> HttpResponse:
    """Erase a document, its pages, texts and files; the name typed must be its own."""
    found, place = _document(request, slug, key, Role.MANAGER)
    if request.POST.get("confirm", "").strip() != found.filename:
        messages.error(request, _("The name does not match. Nothing was erased."))
        return redirect("document", slug, key)
    erase_document(actor=place.caller.user, document=found)
    messages.success(request, _("The document was erased."))
    return redirect("documents", slug)


@require_POST
@surface
def page_exclude(request: HttpRequest, slug: str, key: UUID) -> HttpResponse:
    """Leave a page out of the work, with the reason."""
    page, place = _page(request, slug, key, Role.APPROVER)
    exclude(actor=place.caller.user, page=page, reason=request.POST.get("reason", ""))
    return back(request)


@require_POST
@surface
def page_include(request: HttpRequest, slug: str, key: UUID) -> HttpResponse:
    """Let an excluded page in again."""
    page, place = _page(request, slug, key, Role.APPROVER)
    include(actor=place.caller.user, page=page)
    return back(request)


@require_POST
@surface
def page_open(request: HttpRequest, slug: str, key: UUID) -> HttpResponse:
    """Open a waiting page without waiting for an engine."""
    page, place = _page(request, slug, key, Role.MANAGER)
    open_page(actor=place.caller.user, page=page)
    return back(request)


def _say_kind(kind: str) -> str:
    """Name one of the kinds that every project begins with; its own are its own words."""
    known = {
        "printed": pgettext("kind", "printed"),
        "handwritten": pgettext("kind", "handwritten"),
        "legal": pgettext("kind", "legal"),
    }
    return known.get(kind, kind)


def _page(request: HttpRequest, slug: str, key: UUID, wanted: Role) -> tuple[Page, Place]:
    page = access.page(Caller(person(request)), key)
    place = enter(request, page.project, wanted)
    if page.project.slug != slug:
        raise NotFound
    return page, place


def _document(
    request: HttpRequest, slug: str, key: UUID, wanted: Role = Role.VIEWER
) -> tuple[Document, Place]:
    found = access.document(Caller(person(request)), key)
    place = enter(request, found.project, wanted)
    if found.project.slug != slug:
        raise NotFound
    return found, place


def _card(page: Page, place: Place) -> PageCard:
    excluded = page.state == PageState.EXCLUDED
    return PageCard(
        page=page,
        reason=describe(page.error_code) if page.error_code else page.excluded_reason,
        may_exclude=place.may(Role.APPROVER) and not excluded,
        may_include=place.may(Role.APPROVER) and excluded and page.image_id is not None,
        may_open=place.may(Role.MANAGER) and page.state == PageState.WAITING,
    )
