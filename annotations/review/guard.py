"""Guarded moves of a page: every change of its state goes through here."""

from typing import Any
from uuid import UUID

from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from annotations.errors import Conflict, Stale
from annotations.models import Lease, Page, User
from annotations.review.reading import standing
from annotations.states import PAGE_MOVES, PageState


class WrongState(Conflict):
    """The page stands in a state in which this cannot be done."""

    code = "wrong_state"


def lock(page_id: UUID) -> Page:
    """Return the page with its row locked until the transaction ends."""
    return Page.objects.select_for_update(of=("self",)).select_related("project").get(id=page_id)


def require_version(page: Page, version: int) -> None:
    """Raise `Stale` with what stands there now unless the page still has this version."""
    if page.version != version:
        raise Stale(
            _("Somebody changed this page meanwhile. Your text is kept; compare and decide."),
            current=standing(page),
        )


def require_state(page: Page, *allowed: PageState) -> None:
    """Raise `WrongState` unless the page stands in one of the allowed states."""
    if page.state not in allowed:
        message = _("This cannot be done while the page is “%(state)s”.")
        raise WrongState(message % {"state": page.get_state_display()}, state=page.state)


def move(page: Page, to: PageState, **changes: Any) -> Page:
    """Move a locked page to a state its table allows; return it as it stands then.

    The UPDATE names state and version once more, so that it is safe without the lock too. Only
    `updated_at`, which the database's clock sets, is not known of the returned page.
    """
    if to not in PAGE_MOVES[PageState(page.state)]:
        require_state(page)
    moved = Page.objects.filter(id=page.id, state=page.state, version=page.version).update(
        state=to, version=F("version") + 1, updated_at=Now(), **changes
    )
    if not moved:
        require_version(Page.objects.get(id=page.id), page.version)
    for name, value in {"state": to, "version": page.version + 1, **changes}.items():
        setattr(page, name, value)
    return page


def drop_lease(page: Page, user: User | None = None) -> None:
    """End the lease on a page: of one person, or of whoever holds it."""
    held = Lease.objects.filter(page=page)
    (held if user is None else held.filter(user=user)).delete()
