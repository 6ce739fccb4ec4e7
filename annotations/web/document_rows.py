"""What the documents page says of each document: four queries, however many rows."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from annotations.ingest.reasons import describe
from annotations.models import Document, Page, PrelabelJob
from annotations.models.page import PrelabelStateChoices
from annotations.states import DocumentState, JobState, PageState, PrelabelState
from annotations.web.ledger import Ledger, draw_ledger
from annotations.web.moments import say_moment

# Where a document stands is where its most urgent page stands.
URGENCY = (
    PageState.OPEN,
    PageState.CORRECTED,
    PageState.WAITING,
    PageState.APPROVED,
    PageState.EXCLUDED,
)
# What needs a person first, then what is under way.
MACHINE_ORDER = (
    PrelabelState.DEAD,
    PrelabelState.FAILED,
    PrelabelState.RUNNING,
    PrelabelState.QUEUED,
    PrelabelState.DONE,
    PrelabelState.NONE,
)
# Trying again can only help where the file itself is sound.
WORTH_ANOTHER_TRY = frozenset({"output_too_large", "decoder_died", "storage_missing"})
BUSY = frozenset({DocumentState.RECEIVED, DocumentState.SPLITTING})


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One row of the documents page, ready to print."""

    document: Document
    first_page: Page | None
    state: str
    state_words: str
    ledger: Ledger
    approved: int
    total: int
    job: str
    job_words: str
    received: str
    reason: str
    failed: bool
    machine_failed: bool
    busy: bool
    worth_another_try: bool


def document_rows(documents: Sequence[Document]) -> list[DocumentRow]:
    """Return a row for each document, in their order."""
    ids = [document.id for document in documents]
    human: dict[UUID, dict[str, int]] = defaultdict(dict)
    machine: dict[UUID, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    counted = Page.objects.filter(document__in=ids).order_by()
    for key, state, job, n in counted.values_list("document", "state", "prelabel_state").annotate(
        n=Count("*")
    ):
        human[key][state] = human[key].get(state, 0) + n
        machine[key][job] += n
    first = {page.document_id: page for page in Page.objects.filter(document__in=ids, number=1)}
    reasons = _machine_reasons([key for key in ids if _has_failure(machine[key])])
    return [
        _row(document, first.get(document.id), human[document.id], _job(machine, reasons, document))
        for document in documents
    ]


def _row(
    document: Document, first: Page | None, states: Mapping[str, int], job: tuple[str, str]
) -> DocumentRow:
    state = next((str(state) for state in URGENCY if states.get(state)), "")
    failed = document.state == DocumentState.FAILED
    return DocumentRow(
        document=document,
        first_page=first if first is not None and first.thumbnail_id else None,
        state=state,
        state_words=_state_words(state, document),
        ledger=draw_ledger(states),
        approved=states.get(PageState.APPROVED, 0),
        total=sum(n for state, n in states.items() if state != PageState.EXCLUDED),
        job=job[0],
        job_words=job[1],
        received=say_moment(document.created_at),
        reason=describe(document.error_code) if failed else "",
        failed=failed,
        machine_failed=job[0] in {PrelabelState.DEAD, PrelabelState.FAILED},
        busy=document.state in BUSY,
        worth_another_try=document.error_code in WORTH_ANOTHER_TRY,
    )


def _state_words(state: str, document: Document) -> str:
    if not state:
        if document.state == DocumentState.FAILED:
            return _("not received")
        return _("separating pages") if document.state in BUSY else _("no pages")
    return {
        PageState.OPEN: pgettext("document", "open"),
        PageState.CORRECTED: pgettext("document", "corrected"),
        PageState.WAITING: pgettext("document", "waiting"),
        PageState.APPROVED: pgettext("document", "approved"),
        PageState.EXCLUDED: pgettext("document", "excluded"),
    }[PageState(state)]


def _job(
    machine: Mapping[UUID, Mapping[str, int]], reasons: Mapping[UUID, str], document: Document
) -> tuple[str, str]:
    """Name the machine state to show, and say it."""
    counts = machine[document.id]
    if document.state == DocumentState.FAILED:
        return "failed", _("failed")
    state = next((state for state in MACHINE_ORDER if counts.get(state)), PrelabelState.NONE)
    words = str(PrelabelStateChoices(state).label)
    if state in {PrelabelState.DEAD, PrelabelState.FAILED}:
        words = reasons.get(document.id) or words
    if state in {PrelabelState.RUNNING, PrelabelState.QUEUED} and counts.get(PrelabelState.DONE):
        read = {"n": counts[PrelabelState.DONE], "total": sum(counts.values())}
        words = _("%(n)d of %(total)d pages") % read
    return str(state), words


def _has_failure(counts: Mapping[str, int]) -> bool:
    return bool(counts.get(PrelabelState.DEAD) or counts.get(PrelabelState.FAILED))


def _machine_reasons(documents: Sequence[UUID]) -> dict[UUID, str]:
    """Return the newest reason of a failed reading for each of these documents."""
    if not documents:
        return {}
    failed = PrelabelJob.objects.filter(
        page__document__in=documents,
        page__prelabel_state__in=[PrelabelState.DEAD, PrelabelState.FAILED],
        state__in=[JobState.DEAD, JobState.FAILED],
    )
    newest_last = failed.order_by("id").values_list("page__document", "error_detail")
    return {key: detail for key, detail in newest_last if detail}
