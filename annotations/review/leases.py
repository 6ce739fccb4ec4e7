"""Holding a page for a while: it steers people apart and guards nothing."""

from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from annotations.errors import Conflict
from annotations.models import Lease, User
from annotations.models.keys import new_key

# Long enough for a telephone call, short enough that a forgotten tab blocks nobody for long.
LEASE_TIME = timedelta(minutes=15)

_TAKE = """
INSERT INTO annotations_lease (id, page_id, user_id, kind, expires_at)
VALUES (%s, %s, %s, %s, now() + make_interval(secs => %s))
ON CONFLICT (page_id) DO UPDATE
SET id = EXCLUDED.id, user_id = EXCLUDED.user_id, kind = EXCLUDED.kind,
    taken_at = now(), expires_at = EXCLUDED.expires_at
WHERE annotations_lease.expires_at <= now() OR annotations_lease.user_id = EXCLUDED.user_id
RETURNING id, expires_at
"""


class LeaseLost(Conflict):
    """The lease ran out and somebody else holds the page now."""

    code = "lease_lost"


def take(page_id: UUID, user: User, kind: str) -> Lease | None:
    """Take a page that nobody else holds; None when somebody does."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [new_key(), page_id, user.id, kind, LEASE_TIME.total_seconds()])
        taken = cursor.fetchone()
    if taken is None:
        return None
    key, expires_at = taken
    return Lease(id=key, page_id=page_id, user=user, kind=kind, expires_at=expires_at)


@transaction.atomic
def renew_lease(*, actor: User, lease: Lease) -> Lease:
    """Hold on to a page; also after the lease ran out, while nobody else has taken it."""
    renewed = Lease.objects.filter(id=lease.id, user=actor).update(expires_at=Now() + LEASE_TIME)
    if not renewed:
        raise LeaseLost(_("Somebody else holds this page now. Your text is kept."))
    return Lease.objects.select_related("page").get(id=lease.id)


@transaction.atomic
def release_lease(*, actor: User, lease: Lease) -> None:
    """Let go of a page; doing it twice changes nothing."""
    Lease.objects.filter(id=lease.id, user=actor).delete()
