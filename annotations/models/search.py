"""Finding documents by what they are called or what they say."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from annotations.content import fold
from annotations.models.document import Document
from annotations.models.page import Page
from annotations.models.project import Project

# Matches that are looked up by id; as many as need no second thought.
FEW = 2_000


def documents_matching(
    found: QuerySet[Document], project: Project, words: str
) -> QuerySet[Document]:
    """Keep documents of a project by the start of their name, by external id or by text.

    A few matches are looked up by id. Many are met soon when the list is walked newest first; to
    gather them all would take seconds in a large project.
    """
    folded = fold(words)
    documents = Document.objects.filter(project=project).order_by()
    named = documents.filter(Q(search_name__startswith=folded) | Q(external_id=words))
    pages = Page.objects.filter(project=project).order_by().matching(folded)
    by_name = list(named.values_list("id", flat=True)[:FEW])
    by_text = list(pages.values_list("document_id", flat=True)[:FEW])
    if len(by_name) < FEW and len(by_text) < FEW:
        return found.filter(id__in={*by_name, *by_text})
    # Two bounds instead of `=`: the planner would gather every match to answer an equality.
    pages_of = Page.objects.filter(document__gte=OuterRef("pk"), document__lte=OuterRef("pk"))
    said = pages_of.matching(folded)
    return found.filter(Q(search_name__startswith=folded) | Q(external_id=words) | Exists(said))
