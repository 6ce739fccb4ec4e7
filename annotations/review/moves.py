"""Passing over, taking back, leaving out and letting in."""

from django.db import transaction
from django.utils.translation import gettext as _

from annotations.access import includes
from annotations.errors import Forbidden, Invalid
from annotations.models import Event, Membership, Page, Skip, User
from annotations.review.guard import drop_lease, lock, move, require_state, require_version
from annotations.states import PageState, Role

REASON_LENGTH = 500  # characters


@transaction.atomic
def skip(*, actor: User, page: Page, reason: str) -> Page:
    """Pass over a page: the queue offers it to others, and no longer to this person."""
    reason = _reason(reason)
    locked = lock(page.id)
    require_state(locked, PageState.OPEN, PageState.CORRECTED)
    Skip.objects.update_or_create(page=locked, user=actor, defaults={"reason": reason})
    drop_lease(locked, actor)
    Event.objects.record(actor=actor, verb="page.skipped", row=locked, project=locked.project)
    return locked


@transaction.atomic
def reopen(*, actor: User, page: Page, reason: str, version: int | None = None) -> Page:
    """Open a corrected or approved page again; with `version` only while it is still that one.

    Authors take back their own submit until it is approved; anything else is an approver's.
    """
    reason = _reason(reason)
    locked = lock(page.id)
    if version is not None:
        require_version(locked, version)
    require_state(locked, PageState.CORRECTED, PageState.APPROVED)
    own = locked.state == PageState.CORRECTED and locked.head_author_id == actor.id
    if not own:
        _require_approver(locked, actor)
    moved = move(locked, PageState.OPEN)
    drop_lease(moved)
    Event.objects.record(
        actor=actor, verb="page.reopened", row=moved, project=moved.project, own=own
    )
    return moved


@transaction.atomic
def exclude(*, actor: User, page: Page, reason: str) -> Page:
    """Leave a page out of the work and of every release; it remembers where it stood."""
    reason = _reason(reason)
    locked = lock(page.id)
    if locked.state == PageState.EXCLUDED:
        require_state(locked, *(s for s in PageState if s != PageState.EXCLUDED))
    moved = move(
        locked,
        PageState.EXCLUDED,
        state_before_exclusion=locked.state,
        excluded_reason=reason,
    )
    drop_lease(moved)
    Event.objects.record(actor=actor, verb="page.excluded", row=moved, project=moved.project)
    return moved


@transaction.atomic
def include(*, actor: User, page: Page) -> Page:
    """Let an excluded page back in where it stood; one without an image cannot come back."""
    locked = lock(page.id)
    require_state(locked, PageState.EXCLUDED)
    if locked.image_id is None:
        raise Invalid(_("This page could not be read; send the file again."))
    moved = move(
        locked,
        PageState(locked.state_before_exclusion),
        state_before_exclusion="",
        excluded_reason="",
    )
    Event.objects.record(actor=actor, verb="page.included", row=moved, project=moved.project)
    return moved


@transaction.atomic
def open_page(*, actor: User, page: Page) -> Page:
    """Open a waiting page without waiting for an engine."""
    locked = lock(page.id)
    require_state(locked, PageState.WAITING)
    moved = move(locked, PageState.OPEN)
    Event.objects.record(actor=actor, verb="page.opened", row=moved, project=moved.project)
    return moved


def _reason(reason: str) -> str:
    reason = reason.strip()
    if not reason or len(reason) > REASON_LENGTH or "\0" in reason:
        message = _("Say why, in at most %(n)d characters.") % {"n": REASON_LENGTH}
        raise Invalid(message, errors={"reason": [message]})
    return reason


def _require_approver(page: Page, actor: User) -> None:
    held = Membership.objects.filter(project=page.project_id, user=actor)
    role = held.values_list("role", flat=True).first()
    if role is None or not includes(role, Role.APPROVER):
        raise Forbidden(_("Only an approver reopens this page."))
