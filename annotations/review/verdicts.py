"""The second person's judgement."""

from django.db import transaction
from django.utils.translation import gettext as _

from annotations.errors import Forbidden, Invalid
from annotations.models import Comment, Event, Page, User, Verdict
from annotations.models.review import COMMENT_LENGTH
from annotations.review.guard import drop_lease, lock, move, require_state, require_version
from annotations.states import Approval, Decision, PageState, ReviewPolicy


class OwnRevision(Forbidden):
    """Nobody is the second person of their own text."""

    code = "own_revision"


@transaction.atomic
def give_verdict(
    *, actor: User, page: Page, version: int, decision: str, comment: str = ""
) -> Page:
    """Approve a corrected page or send it back with a comment; return the page as it stands then.

    Raises `Stale`, `WrongState`, `OwnRevision`, or `Invalid` when a page is sent back unexplained.
    """
    comment = _checked(decision, comment)
    locked = lock(page.id)
    require_version(locked, version)
    require_state(locked, PageState.CORRECTED)
    revision = locked.head_revision
    assert revision is not None, "page_judged_has_revision holds this"  # noqa: S101
    second = locked.project.review_policy == ReviewPolicy.SECOND_PERSON
    if second and (revision.author_id == actor.id or actor.is_system):
        raise OwnRevision(_("You wrote this text. A second person has to judge it."))
    approved = decision == Decision.APPROVE
    verdict = Verdict.objects.create(
        page=locked,
        revision=revision,
        user=actor,
        decision=decision,
        approval=Approval.PERSON if approved else "",
    )
    if comment:
        Comment.objects.create(page=locked, user=actor, verdict=verdict, text=comment)
    moved = move(locked, PageState.APPROVED if approved else PageState.OPEN)
    drop_lease(moved, actor)
    Event.objects.record(
        actor=actor,
        verb="page.approved" if approved else "page.sent_back",
        row=moved,
        project=moved.project,
        revision=str(revision.id),
        version=moved.version,
    )
    return moved


def _checked(decision: str, comment: str) -> str:
    if decision not in list(Decision):
        message = _("Use approve or send_back.")
        raise Invalid(message, errors={"verdict": [message]})
    comment = comment.strip()
    if len(comment) > COMMENT_LENGTH or "\0" in comment:
        message = _("Text of at most %(n)d characters.") % {"n": COMMENT_LENGTH}
        raise Invalid(message, errors={"comment": [message]})
    if decision == Decision.SEND_BACK and not comment:
        message = _("Say what should be looked at again.")
        raise Invalid(message, errors={"comment": [message]})
    return comment
