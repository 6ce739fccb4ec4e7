"""Django's PostgreSQL backend, which starts the embedded server before it connects."""

from typing import Any

import psycopg
from django.db import OperationalError
from django.db.backends.postgresql import base

from ocrlab.embedded import EmbeddedError, ensure


class ServerUnavailable(OperationalError, EmbeddedError):
    """The embedded server does not start: one more way for a database to be away."""


class DatabaseWrapper(base.DatabaseWrapper):
    """Connect to the server that belongs to the entry's `DATA_DIR`."""

    def get_connection_params(self) -> dict[str, Any]:
        """Return psycopg's parameters of a running server. Raises ServerUnavailable."""
        try:
            found = ensure(self.settings_dict["DATA_DIR"])
        except (EmbeddedError, OSError, psycopg.Error) as error:
            raise ServerUnavailable(str(error)) from error
        return {**super().get_connection_params(), **found}
