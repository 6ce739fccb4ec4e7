"""Whether this code knows the database it meets (architecture.md, law 12)."""

import logging
import time
from functools import cache

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

logger = logging.getLogger(__name__)

CHECK_EVERY_S = 5
SAY_EVERY_S = 60
OURS = ("annotations", "exports")


class _Last:
    checked = said = float("-inf")
    unknown: frozenset[str] = frozenset()


def unknown_migrations() -> frozenset[str]:
    """Return migrations that a newer version of the code has applied."""
    rows = MigrationRecorder(connection).applied_migrations()
    return frozenset(f"{app}.{name}" for app, name in rows if app in OURS) - _known()


def may_claim() -> bool:
    """Tell whether this worker may go on claiming; say so when not."""
    now = time.monotonic()
    if now >= _Last.checked + CHECK_EVERY_S:
        _Last.unknown, _Last.checked = unknown_migrations(), now
    if not _Last.unknown:
        return True
    if now >= _Last.said + SAY_EVERY_S:
        _Last.said = now
        logger.error(
            "This worker claims nothing: the database has migrations it does not know (%s). "
            "Restart it with the new version.",
            ", ".join(sorted(_Last.unknown)),
        )
    return False


@cache
def _known() -> frozenset[str]:
    loader = MigrationLoader(None)
    names = {f"{app}.{name}" for app, name in loader.disk_migrations}
    for migration in loader.disk_migrations.values():
        names.update(f"{app}.{name}" for app, name in migration.replaces)
    return frozenset(names)
