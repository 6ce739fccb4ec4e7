"""What engines read on one page, and where two readings differ."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from annotations import access
from annotations.access import Caller
from annotations.content import ZONES, ChangeKind, PageContent, diff
from annotations.errors import NotFound
from annotations.metrics import ErrorCounts, cer_counts
from annotations.models import Page, Prediction
from annotations.web.door import enter, person, surface
from annotations.web.moments import say_moment

PAIR = 2
SHOWN = 50  # readings of one page, the newest; each retry and each engine adds one
# Characters of both texts multiplied: half a second of a web process, for two texts of 30,000.
MOST_CELLS = 1_000_000_000
TEXT = "text"  # the key of what people wrote
GLYPHS = str.maketrans({" ": "␣", "\n": "↵\n", "\t": "⇥"})


@dataclass(frozen=True, slots=True)
class Reading:
    """One text of the page: an engine's, or people's."""

    key: str
    name: str
    when: str
    prediction: Prediction | None = None
    shown: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of a comparison: `same`, `del` or `ins`."""

    kind: str
    text: str
    glyph: bool = False


@dataclass(frozen=True, slots=True)
class ZoneComparison:
    """One zone in both readings; `counts` are edits over the first one's characters."""

    label: str
    marks: list[Mark]
    counts: ErrorCounts
    too_long: bool = False


@require_safe
@surface
def readings(request: HttpRequest, slug: str, key: UUID) -> HttpResponse:
    """Show the readings of a page, and two of them held against each other."""
    page = access.page(Caller(person(request)), key)
    place = enter(request, page.project)
    if page.project.slug != slug:
        raise NotFound
    found = _readings(page)
    left = _chosen(found, request.GET.get("a", ""), 0)
    right = _chosen(found, request.GET.get("b", ""), 1)
    context = place.shell("documents") | {
        "page": page,
        "document": page.document,
        "readings": found,
        "left": left,
        "right": right,
        "zones": _compared(*(_content(page, one) for one in (left, right) if one)),
    }
    return render(request, "annotations/readings.html", context)


def _readings(page: Page) -> list[Reading]:
    """Return what people wrote, what is shown of the engines, and the others, newest first."""
    answers = page.predictions.select_related("engine").defer("content", "parameters")
    answers = answers.order_by("-created_at", "-id")[:SHOWN]
    found = [
        Reading(
            key=str(one.id),
            name=str(one.engine),
            when=say_moment(one.created_at),
            prediction=one,
            shown=one.id == page.current_prediction_id,
        )
        for one in answers
    ]
    found.sort(key=lambda one: not one.shown)
    head = page.head_revision
    if head is not None:
        found.insert(0, Reading(TEXT, _("corrected text"), say_moment(head.created_at)))
    return found


def _chosen(found: list[Reading], key: str, default: int) -> Reading | None:
    """Return the reading that was asked for, else the one at `default`, else none."""
    named = next((one for one in found if one.key == key), None)
    return named or (found[default] if default < len(found) else None)


def _content(page: Page, reading: Reading) -> PageContent:
    source = reading.prediction or page.head_revision
    return PageContent() if source is None else PageContent.from_json(source.content)


def _compared(*both: PageContent) -> list[ZoneComparison]:
    """Return the zones of two contents; with one of them there is nothing to compare."""
    if len(both) < PAIR:
        return []
    left, right = both
    labels = {
        "header": _("Header"),
        "margin": _("Margin"),
        "text": _("Text"),
        "footer": _("Footer"),
    }
    texts = {zone: (getattr(left, zone) or "", getattr(right, zone) or "") for zone in ZONES}
    return [_zone(label, *texts[zone]) for zone, label in labels.items() if any(texts[zone])]


def _zone(label: str, before: str, after: str) -> ZoneComparison:
    if len(before) * len(after) > MOST_CELLS:
        return ZoneComparison(label, [], ErrorCounts(), too_long=True)
    return ZoneComparison(label, list(_marks(before, after)), cer_counts(before, after))


def _marks(before: str, after: str) -> Iterator[Mark]:
    """Yield the stretches that both texts share and those in which they differ, in order."""
    at = 0
    for change in diff(before, after):
        if change.before_start > at:
            yield Mark("same", before[at : change.before_start])
        hidden = change.kind is ChangeKind.WHITESPACE
        for kind, text in (("del", change.before), ("ins", change.after)):
            if text:
                yield Mark(kind, text.translate(GLYPHS) if hidden else text, hidden)
        at = change.before_end
    if at < len(before):
        yield Mark("same", before[at:])
