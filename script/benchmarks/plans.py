"""The database's own account of the requests: EXPLAIN of the slowest statement of each."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.test import Client

from annotations.models import Page
from annotations.states import PageState
from benchmarks import measures
from benchmarks.cast import SLUG

Statement = tuple[float, str, Any]


def write(pages: int, token: str) -> str:
    """Return Markdown with one plan a request, on the project as it stands; nothing is kept."""
    parts = [f"# Query plans at {pages:,} pages\n\nWritten by `script/bench`; do not edit.\n"]
    client = Client(SERVER_NAME="localhost", headers={"Authorization": f"Bearer {token}"})
    for name, request in _requests(client).items():
        with transaction.atomic(), _statements() as seen:
            response = request()
            if response.status_code >= 300:  # noqa: PLR2004 - HTTP
                raise SystemExit(f"{name}: {response.status_code} {response.content[:300]!r}")
            seconds, statement, params = max(seen, key=lambda one: one[0])
            plan = _explain(statement, params)
            transaction.set_rollback(True)
        total = f"{len(seen)} statements, the slowest {seconds * 1e3:.1f} ms"
        parts.append(f"## {name}\n{total}\n```sql\n{statement}\n```\n```\n{plan}\n```\n")
    return "\n".join(parts)


def _requests(client: Client) -> dict[str, Callable[[], Any]]:
    still_open = Page.objects.filter(project__slug=SLUG, state=PageState.OPEN)
    page = f"/api/v1/pages/{still_open.values_list('id', flat=True)[0]}/"

    def get(path: str) -> Callable[[], Any]:
        return lambda: client.get(path)

    def submit() -> Any:
        opened = client.get(page)
        body = json.dumps(measures.correction(opened.json()))
        return client.post(
            f"{page}submit/", body, "application/json", headers={"If-Match": opened["ETag"]}
        )

    lists = {name: get(f"/api/v1/{path}") for name, path in measures.list_paths().items()}
    next_page = f"/api/v1/projects/{SLUG}/queue/next/"
    return {
        "next page": lambda: client.post(next_page, "{}", "application/json"),
        "open a page": get(page),
        "submit": submit,
        **lists,
    }


@contextmanager
def _statements() -> Iterator[list[Statement]]:
    seen: list[Statement] = []

    def note(execute: Any, statement: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
        started = time.perf_counter()
        try:
            return execute(statement, params, many, context)
        finally:
            seen.append((time.perf_counter() - started, statement, params))

    with connection.execute_wrapper(note):
        yield seen


def _explain(statement: str, params: Any) -> str:
    """Explain one statement; only a SELECT is run again for its real times."""
    options = "ANALYZE, BUFFERS, " if statement.lstrip().upper().startswith("SELECT") else ""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN ({options}COSTS OFF) {statement}", params)
        return "\n".join(row[0] for row in cursor.fetchall())
