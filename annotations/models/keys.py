"""Keys of public nouns: UUIDv7, so that rows of one day stand together in an index."""

import uuid

from uuid_utils.compat import uuid7


def new_key() -> uuid.UUID:
    """Make a UUIDv7 as the standard library's UUID."""
    return uuid7()
