"""Which page is next: one's own work first, then the same document, then the oldest.

One statement asks the questions in turn, each answered by a partial index over the open or the
corrected pages alone; a later question is not looked at once an earlier one has found a page.
"""

from uuid import UUID

from django.db import connection, transaction
from django.db.models.functions import Now

from annotations.models import Lease, Project, User
from annotations.review.leases import LEASE_TIME, take
from annotations.states import PageState, ReviewPolicy, WorkKind

# A page that somebody has begun is theirs for a day before others are offered it.
DRAFT_IS_FRESH = "24 hours"
# Drafts vanish on submit, so few are left; the oldest of hundreds are no longer anyone's next page.
DRAFTS_LOOKED_AT = 50
# Two people who ask in the same instant may meet at a page; the loser simply looks again.
TRIES = 100

STATE_OF = {WorkKind.CORRECT: PageState.OPEN, WorkKind.APPROVE: PageState.CORRECTED}

_FREE = """page.project_id = %(project)s AND page.state = '{state}'
    AND NOT EXISTS (SELECT FROM annotations_lease lease
        WHERE lease.page_id = page.id AND lease.expires_at > statement_timestamp())
    AND NOT EXISTS (SELECT FROM annotations_skip skip
        WHERE skip.page_id = page.id AND skip.user_id = %(actor)s)"""
_NOT_BEGUN_BY_OTHERS = """ AND NOT EXISTS (SELECT FROM annotations_draft draft
        WHERE draft.page_id = page.id AND draft.user_id <> %(actor)s
        AND draft.updated_at > statement_timestamp() - %(fresh)s::interval)"""
_NOT_OWN_TEXT = " AND page.head_author_id IS DISTINCT FROM %(actor)s"

_LAST = """last AS (SELECT page.document_id, page.number FROM annotations_revision revision
    JOIN annotations_page page ON page.id = revision.page_id
    WHERE revision.author_id = %(actor)s AND page.project_id = %(project)s
    ORDER BY revision.created_at DESC LIMIT 1)"""
_OWN = (
    """page.id IN (SELECT draft.page_id FROM annotations_draft draft
        WHERE draft.user_id = %(actor)s ORDER BY draft.updated_at DESC LIMIT %(drafts)s)""",
    "page.head_author_id = %(actor)s",
)
_SHARED = (
    "page.document_id = (SELECT document_id FROM last) AND page.number > (SELECT number FROM last)",
    "page.document_id = (SELECT document_id FROM last)",
    """page.document_id NOT IN (SELECT busy.document_id FROM annotations_lease lease
        JOIN annotations_page busy ON busy.id = lease.page_id
        WHERE busy.project_id = %(project)s AND lease.user_id <> %(actor)s
        AND lease.expires_at > statement_timestamp())""",
    "true",
)


@transaction.atomic
def next_page(*, actor: User, project: Project, kind: WorkKind) -> Lease | None:
    """Return a lease on the next page for this person, the one they hold first; None: all done."""
    _take_turns(actor, project, kind)
    held = _held(actor, project, kind)
    if held is not None:
        return held
    for _attempt in range(TRIES):
        page_id = _best_free_page(actor, project, kind)
        if page_id is None:
            return None
        lease = take(page_id, actor, kind)
        if lease is not None:
            return lease
    return None


def _take_turns(actor: User, project: Project, kind: WorkKind) -> None:
    """Make one person's simultaneous requests wait for each other: both get the same page."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"queue:{actor.id}:{project.id}:{kind}"],
        )


def _held(actor: User, project: Project, kind: WorkKind) -> Lease | None:
    mine = Lease.objects.filter(
        user=actor, kind=kind, expires_at__gt=Now(), page__project=project
    ).filter(page__state=STATE_OF[kind])
    lease = mine.order_by("taken_at").first()
    if lease is None:
        return None
    Lease.objects.filter(id=lease.id).update(expires_at=Now() + LEASE_TIME)
    return Lease.objects.get(id=lease.id)


def _best_free_page(actor: User, project: Project, kind: WorkKind) -> UUID | None:
    """Lock and return the first page, best first, that no other transaction is deciding about."""
    values: dict[str, UUID | str | int] = {
        "project": project.id,
        "actor": actor.id,
        "fresh": DRAFT_IS_FRESH,
        "drafts": DRAFTS_LOOKED_AT,
    }
    with connection.cursor() as cursor:
        cursor.execute(_statement(kind, ReviewPolicy(project.review_policy)), values)
        found = cursor.fetchone()
    return found[0] if found else None


def _statement(kind: WorkKind, policy: ReviewPolicy) -> str:
    """Compose the questions of this kind; nothing in it comes from outside this module."""
    free = _FREE.format(state=STATE_OF[kind])
    questions: tuple[str, ...] = _SHARED
    if kind == WorkKind.CORRECT:
        free += _NOT_BEGUN_BY_OTHERS
        questions = _OWN + _SHARED
    elif policy == ReviewPolicy.SECOND_PERSON:
        free += _NOT_OWN_TEXT
    steps = []
    for number, question in enumerate(questions):
        unanswered = "".join(f" AND NOT EXISTS (SELECT FROM q{n})" for n in range(number))
        steps.append(
            f"q{number} AS MATERIALIZED (SELECT page.id FROM annotations_page page"  # noqa: S608
            f" WHERE {free} AND {question}{unanswered}"
            " ORDER BY page.document_id, page.number LIMIT 1 FOR UPDATE OF page SKIP LOCKED)"
        )
    answers = " UNION ALL ".join(f"SELECT id FROM q{n}" for n in range(len(questions)))  # noqa: S608
    return f"WITH {_LAST}, {', '.join(steps)} {answers} LIMIT 1"
