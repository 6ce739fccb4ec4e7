"""Which documents the documents page shows, and how many there are of each kind."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from annotations.content import clean_text
from annotations.models import Document, Page, Project
from annotations.models.search import documents_matching
from annotations.states import DocumentState, PageState

SEARCH_LENGTH = 200  # characters; a longer search is cut
FAILED = "failed"
PAGE_STATES = frozenset(PageState)


@dataclass(frozen=True, slots=True)
class Tab:
    """One filter with its count."""

    key: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the query string asks for; anything unknown is no filter."""

    state: str
    search: str

    @classmethod
    def read(cls, request: HttpRequest) -> "Wanted":
        """Read the query string."""
        state = request.GET.get("state", "")
        known = state in PAGE_STATES or state == FAILED
        search = clean_text(request.GET.get("q", "")[:SEARCH_LENGTH]).strip()
        return cls(state if known else "", search)


def find_documents(project: Project, wanted: Wanted) -> QuerySet[Document]:
    """Return the project's documents that the filters let through."""
    found = Document.objects.filter(project=project)
    if wanted.state == FAILED:
        found = found.filter(state=DocumentState.FAILED)
    elif wanted.state:
        pages = Page.objects.filter(document=OuterRef("pk"), state=wanted.state)
        found = found.filter(Exists(pages))
    return documents_matching(found, project, wanted.search) if wanted.search else found


def tabs(project: Project, pages: dict[str, int], documents: int) -> list[Tab]:
    """Return the filters: all documents, pages by state, failed documents."""
    failed = Document.objects.filter(project=project, state=DocumentState.FAILED).count()
    found = [
        Tab("", _("All"), documents),
        Tab(PageState.WAITING, _("Waiting pages"), pages.get(PageState.WAITING, 0)),
        Tab(PageState.OPEN, _("Open pages"), pages.get(PageState.OPEN, 0)),
        Tab(PageState.CORRECTED, _("Corrected pages"), pages.get(PageState.CORRECTED, 0)),
        Tab(PageState.APPROVED, _("Approved pages"), pages.get(PageState.APPROVED, 0)),
    ]
    excluded = pages.get(PageState.EXCLUDED, 0)
    if excluded:
        found.append(Tab(PageState.EXCLUDED, _("Excluded pages"), excluded))
    if failed:
        found.append(Tab(FAILED, _("Failed"), failed))
    return found
