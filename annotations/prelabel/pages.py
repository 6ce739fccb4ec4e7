"""How a page moves when a machine is asked to read it, reads it, or cannot."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Case, F, Value, When
from django.db.models.functions import Now

from annotations.models import Page, PrelabelJob
from annotations.states import LIVE_JOB_STATES, PageState, PrelabelState

IN_WORK = (PrelabelState.QUEUED, PrelabelState.RUNNING)


def ask(page_ids: Collection[UUID]) -> None:
    """Mark pages that wait for a reading."""
    Page.objects.filter(id__in=page_ids).update(
        prelabel_state=PrelabelState.QUEUED, updated_at=Now()
    )


def begin(page_ids: Collection[UUID]) -> None:
    """Mark pages that are being read."""
    Page.objects.filter(id__in=page_ids, prelabel_state=PrelabelState.QUEUED).update(
        prelabel_state=PrelabelState.RUNNING, updated_at=Now()
    )


def end(page_ids: Collection[UUID], state: PrelabelState) -> None:
    """Mark how pages ended, unless another engine still has one; people may begin on all of them.

    The run of a page has ended in some way: a page that waits opens, whatever came of it.
    """
    # Two engines that end on one page take turns, so that the later one sees that it is the last.
    rows = Page.objects.filter(id__in=page_ids).order_by("id").values_list("id", flat=True)
    list(rows.select_for_update(no_key=True))
    live = PrelabelJob.objects.filter(page__in=page_ids, state__in=LIVE_JOB_STATES)
    busy = set(live.values_list("page", flat=True))
    ended = Page.objects.filter(id__in=[key for key in page_ids if key not in busy])
    ended.update(
        prelabel_state=state,
        state=_opened("state"),
        state_before_exclusion=_opened("state_before_exclusion"),
        updated_at=Now(),
    )


def withdraw(page_ids: Collection[UUID]) -> None:
    """Take back what was asked of pages: they stand as they did before."""
    answered = Page.objects.filter(id__in=page_ids).exclude(current_prediction=None)
    done = set(answered.values_list("id", flat=True))
    end(done, PrelabelState.DONE)
    end([key for key in page_ids if key not in done], PrelabelState.NONE)


def _opened(column: str) -> Case:
    return Case(
        When(**{column: PageState.WAITING}, then=Value(PageState.OPEN.value)), default=F(column)
    )
