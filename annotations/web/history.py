"""What was done, by whom and when, as sentences."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from annotations.models import Document, Engine, Event, Page
from annotations.web.moments import say_moment

EVENTS_SHOWN = 50
BY_WORKERS = frozenset({"document.ready", "document.failed"})


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was done."""

    who: str
    what: str
    page: int | None
    when: str


def document_history(document: Document, pages: Sequence[Page]) -> list[Line]:
    """Return the newest events of a document and its pages; two queries."""
    numbers = {str(page.id): page.number for page in pages}
    of_pages = Q(noun="page", noun_id__in=list(numbers))
    of_document = Q(noun="document", noun_id=str(document.id))
    events = Event.objects.filter(of_pages | of_document).select_related("actor")
    events = events.order_by("-id")[:EVENTS_SHOWN]
    engines = _engines(events)
    return [
        Line(
            who=engines.get(event.data.get("engine", "")) or say_actor(event),
            what=_sentences().get(event.verb, event.verb),
            page=numbers.get(event.noun_id),
            when=say_moment(event.created_at),
        )
        for event in events
    ]


def say_actor(event: Event) -> str:
    """Name who did it; the two system users say what they are, and workers what was theirs."""
    if not event.actor.is_system:
        return event.actor.get_full_name() or event.actor.username
    if event.verb in BY_WORKERS:
        return _("a worker")
    return {"cli": _("the command line"), "ground-truth": _("known ground truth")}.get(
        event.actor.username, event.actor.username
    )


def _engines(events: Iterable[Event]) -> dict[str, str]:
    """Return the names of the engines that events tell of, by their ids."""
    keys = {event.data["engine"] for event in events if event.verb == "page.read"}
    return {str(engine.id): str(engine) for engine in Engine.objects.filter(id__in=keys)}


def _sentences() -> dict[str, str]:
    return {
        "document.received": pgettext("history", "sent the file"),
        "document.retried": pgettext("history", "asked to try the file again"),
        "document.updated": pgettext("history", "changed what is said about the file"),
        "document.ready": pgettext("history", "separated the pages"),
        "document.failed": pgettext("history", "could not take the file apart"),
        "page.read": pgettext("history", "read"),
        "document.ground_truth": pgettext("history", "brought known text"),
        "page.submitted": pgettext("history", "corrected"),
        "page.approved": pgettext("history", "approved"),
        "page.sent_back": pgettext("history", "sent back"),
        "page.skipped": pgettext("history", "skipped"),
        "page.reopened": pgettext("history", "reopened"),
        "page.excluded": pgettext("history", "excluded"),
        "page.included": pgettext("history", "let in again"),
        "page.opened": pgettext("history", "opened without an engine"),
    }
