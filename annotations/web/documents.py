"""The documents page: what came in, how far it is, and what to do next."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from annotations.ingest.errors import MAX_FILE_BYTES
from annotations.models import Document, Page
from annotations.states import PageState, Role
from annotations.web.cursor import read_screen
from annotations.web.document_list import Wanted, find_documents, tabs
from annotations.web.document_rows import document_rows
from annotations.web.door import Place, project_at, surface
from annotations.web.run_card import project_run
from annotations.web.upload_words import upload_words

ROWS = 50  # documents on one screen
MEGABYTE = 1_000_000


@require_safe
@surface
def documents(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the documents page; htmx asks for its list alone."""
    place = project_at(request, slug)
    context = place.shell("documents") | _list(request, place)
    if request.headers.get("HX-Target") == "documents":
        return render(request, "annotations/_documents.html", context | {"partial": True})
    context |= {
        "run": project_run(place.project),
        "upload_words": upload_words(),
        "max_bytes": str(MAX_FILE_BYTES),
        "max_megabytes": MAX_FILE_BYTES // MEGABYTE,
        "engines": place.project.project_engines.select_related("engine"),
    }
    return render(request, "annotations/documents.html", context)


def _list(request: HttpRequest, place: Place) -> dict[str, Any]:
    wanted = Wanted.read(request)
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    found = find_documents(place.project, wanted)
    screen = read_screen(found, ROWS, after=after, before=before)
    rows = document_rows(screen.rows)
    pages = Page.objects.filter(project=place.project).counts_by_state()
    total = Document.objects.filter(project=place.project).count()
    asked = {"state": wanted.state, "q": wanted.search}
    return {
        "rows": rows,
        "screen": screen,
        "wanted": wanted,
        "tabs": tabs(place.project, pages, total),
        "filters": urlencode({name: value for name, value in asked.items() if value}),
        "search_only": urlencode({"q": wanted.search}) if wanted.search else "",
        "busy": any(row.busy for row in rows),
        "documents_total": total,
        "pages_total": sum(pages.values()),
        "pages_approved": pages.get(PageState.APPROVED, 0),
        "pages_open": pages.get(PageState.OPEN, 0),
        "may_upload": place.may(Role.REVIEWER),
        "here": request.get_full_path(),
    }
