"""Submitting a correction."""

from django.db import connection, transaction
from django.utils.translation import gettext as _

from annotations.errors import Invalid
from annotations.jobs import ring
from annotations.models import (
    Event,
    FieldsVersion,
    FiguresJob,
    GuidelineVersion,
    Page,
    PageText,
    Revision,
    User,
    Verdict,
)
from annotations.review.guard import lock, move, require_state, require_version
from annotations.review.writing import Writing, require_known_base
from annotations.states import (
    Approval,
    Decision,
    PageState,
    ReviewPolicy,
    Verification,
)

# Effort is told by the browser: nobody works on one page longer than a day without a break.
ACTIVE_SECONDS_LIMIT = 86_400.0

_LET_GO = """
WITH draft AS (DELETE FROM annotations_draft WHERE page_id = %(page)s AND user_id = %(actor)s)
DELETE FROM annotations_lease WHERE page_id = %(page)s AND user_id = %(actor)s
"""


@transaction.atomic
def submit(
    *, actor: User, page: Page, version: int, writing: Writing, active_seconds: float = 0.0
) -> Page:
    """Turn a person's text into the page's head revision; return the page as it stands then.

    The same text sent twice over the same version is one submit. Raises `Stale` when somebody
    else was faster, `WrongState` when the page is not open.
    """
    if not 0.0 <= active_seconds <= ACTIVE_SECONDS_LIMIT:
        message = _("Seconds between 0 and 86400.")
        raise Invalid(message, errors={"active_seconds": [message]})
    locked = lock(page.id)
    if _is_repeated(locked, actor, version, writing):
        return Page.objects.select_related("project", "document").get(id=page.id)
    require_version(locked, version)
    require_state(locked, PageState.OPEN)
    revision = _revise(locked, actor, writing, active_seconds)
    single = locked.project.review_policy == ReviewPolicy.SINGLE
    to = PageState.APPROVED if single else PageState.CORRECTED
    moved = move(locked, to, head_revision=revision, head_author=actor)
    if single:
        Verdict.objects.create(
            page=moved,
            revision=revision,
            user=actor,
            decision=Decision.APPROVE,
            approval=Approval.SINGLE,
        )
    _let_go(moved, actor)
    PageText.objects.store(moved.id, writing.content)
    Event.objects.record(
        actor=actor,
        verb="page.submitted",
        row=moved,
        project=moved.project,
        revision=str(revision.id),
        version=moved.version,
    )
    return moved


def _let_go(page: Page, actor: User) -> None:
    """End the author's draft and lease of the page; one statement, where a queryset takes two."""
    with connection.cursor() as cursor:
        cursor.execute(_LET_GO, {"page": page.id, "actor": actor.id})


def _is_repeated(page: Page, actor: User, version: int, writing: Writing) -> bool:
    """Tell whether this very submit has been done already (a double click, a lost answer)."""
    head = page.head_revision
    return (
        head is not None
        and page.version == version + 1
        and page.state in {PageState.CORRECTED, PageState.APPROVED}
        and head.author_id == actor.id
        and head.content == writing.content.to_json()
        and head.spans == [span.to_json() for span in writing.spans]
    )


def _next_number(page: Page) -> int:
    """Return the number of the page's next revision; a page without head has none yet."""
    if page.head_revision_id is None:
        return 1
    last = Revision.objects.filter(page=page, track=0).order_by("-number")
    return (last.values_list("number", flat=True).first() or 0) + 1


def _revise(page: Page, actor: User, writing: Writing, active_seconds: float) -> Revision:
    """Write the revision and ask for its figures."""
    newest = FieldsVersion.objects.filter(project=page.project_id).order_by("-number")[0]
    followed = require_known_base(page, writing, newest)
    guideline = GuidelineVersion.objects.filter(project=page.project_id).order_by("-number")
    seen = writing.base_prediction_id is not None
    revision = Revision.objects.create(
        page=page,
        number=_next_number(page),
        author=actor,
        fields_version=followed,
        fields_outdated=newest.id != followed.id,
        guideline_version=guideline[0],
        verification=Verification.ACCEPTED if seen else Verification.BLIND,
        active_seconds=active_seconds,
        **writing.columns(),
    )
    if seen:
        FiguresJob.objects.create(revision=revision)
        ring("cpu")
    return revision
