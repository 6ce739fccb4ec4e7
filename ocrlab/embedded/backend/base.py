"""Django's PostgreSQL backend, which starts the embedded server before it connects."""

from typing import Any

from django.db.backends.postgresql import base

from ocrlab.embedded import ensure


class DatabaseWrapper(base.DatabaseWrapper):
    """Connect to the server that belongs to the entry's `DATA_DIR`."""

    def get_connection_params(self) -> dict[str, Any]:
        return {**super().get_connection_params(), **ensure(self.settings_dict["DATA_DIR"])}
