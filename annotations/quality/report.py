"""How well an engine reads, told by kind of document, against approved text."""

from collections.abc import Iterator
from typing import Final

from django.db.models import OuterRef, QuerySet, Subquery

from annotations.content import PageContent
from annotations.models import Engine, Page, Prediction, Project
from annotations.quality.evaluate import AnswerFacts, Figures, GoldPage, Judged, evaluate
from annotations.states import PageState

CHUNK: Final = 500
ALL_KINDS: Final = "all"


def figures_by_kind(
    project: Project, engine: Engine, *, truth: Project | None = None
) -> dict[str, Figures]:
    """Return an engine's figures on a project's pages, by kind and for all.

    The newest answer of the engine to each page is held against the approved text of that page:
    in `truth`, when given, of the page with the same bytes and number there.
    """
    found = evaluate(judged_pages(project, engine, truth=truth))
    return {**found.kinds, ALL_KINDS: found.total} if found.pages else {}


def judged_pages(
    project: Project, engine: Engine, *, truth: Project | None = None
) -> Iterator[Judged]:
    """Yield every page that has both an answer of the engine and approved text."""
    newest = Prediction.objects.filter(page=OuterRef("pk"), engine=engine)
    approved = approved_pages(truth or project).filter(
        document__sha256=OuterRef("document__sha256"), number=OuterRef("number")
    )
    pages = (
        Page.objects.filter(project=project)
        .annotate(
            answer=Subquery(newest.order_by("-created_at", "-id").values("id")[:1]),
            gold=Subquery(approved.values("head_revision__content")[:1]),
        )
        .filter(answer__isnull=False, gold__isnull=False)
        .order_by("document", "number")
    )
    parser = str(engine.parameters.get("parser", "json"))
    rows = pages.values_list("document", "answer", "kind", "gold").iterator(CHUNK)
    for document, answer, kind, gold in rows:
        prediction = Prediction.objects.select_related("body").get(id=answer)
        content = PageContent.from_json(gold)
        yield Judged(
            GoldPage(str(document), kind, "", content, content.canonical_json()),
            prediction.body.raw,
            AnswerFacts(prediction.finish_reason, prediction.seconds, parser=parser),
        )


def approved_pages(project: Project) -> QuerySet[Page]:
    """Return a project's approved pages."""
    return Page.objects.filter(project=project, state=PageState.APPROVED)
