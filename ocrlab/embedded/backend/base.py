"""Django's PostgreSQL backend, which starts the embedded server before it connects."""

from typing import Any

from django.conf import settings
from django.db.backends.postgresql import base

from ocrlab.embedded import ensure


class DatabaseWrapper(base.DatabaseWrapper):
    """Connect to the server of `settings.DATA_DIR`; only the database's name is a setting."""

    def get_connection_params(self) -> dict[str, Any]:
        return {**super().get_connection_params(), **ensure(settings.DATA_DIR)}
