"""A database of the bench's own, beside the one that people use."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from ocrlab import embedded, env

NAME = "ocrlab_bench"


@contextmanager
def fresh() -> Iterator[str]:
    """Create an empty database, give its DATABASE_URL, and drop it in the end.

    It lives on the server that DATABASE_URL names, or on the embedded one.
    """
    given = env.read({**os.environ, "DEBUG": "1"})
    server = (
        embedded.ensure(given.data_dir)
        if given.database_url is None
        else conninfo_to_dict(given.database_url)
    )
    address = {key: str(value) for key, value in server.items() if key != "dbname"}
    where = make_conninfo(**{**address, "dbname": "postgres"})
    with psycopg.connect(where, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {NAME}")
        try:
            yield _url(address)
        finally:
            connection.execute(f"DROP DATABASE {NAME} WITH (FORCE)")


def _url(address: dict[str, str]) -> str:
    user, password = quote(address["user"]), quote(address.get("password", ""), safe="")
    host, port = quote(address["host"], safe=""), address.get("port", "5432")
    return f"postgresql://{user}:{password}@:{port}/{NAME}?host={host}"
