"""What people and programs are told when the fault is ours, or the database is away."""

from typing import Any

import pytest
from django.db import NotSupportedError, OperationalError, connection
from django.test import Client, RequestFactory

from annotations.api import me
from annotations.models import Project
from annotations.web import projects as projects_page
from ocrlab.outage import fault

Raised = type[Exception]


def broken(error: Raised) -> Any:
    def fail(*_: object, **__: object) -> Any:
        raise error("secret detail of the machine")

    return fail


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [(OperationalError, 503, "unavailable"), (KeyError, 500, "fault")],
)
def test_programs_get_a_problem_document(
    project: Project, cast: Any, monkeypatch: pytest.MonkeyPatch,
    error: Raised, status: int, code: str,
) -> None:  # fmt: skip
    monkeypatch.setattr(me.access, "projects_of", broken(error))
    client = Client(raise_request_exception=False)
    client.force_login(cast["revisora"])
    answer = client.get("/api/v1/me/")
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == code
    assert answer.get("Retry-After") == ("5" if status == 503 else None)
    assert "secret" not in answer.content.decode()


@pytest.mark.parametrize(("error", "status"), [(OperationalError, 503), (KeyError, 500)])
def test_people_get_a_page(
    project: Project, cast: Any, monkeypatch: pytest.MonkeyPatch, error: Raised, status: int
) -> None:
    monkeypatch.setattr(projects_page.access, "projects_of", broken(error))
    client = Client(raise_request_exception=False)
    client.force_login(cast["revisora"])
    answer = client.get("/")
    assert answer.status_code == status
    assert answer.get("Retry-After") == ("5" if status == 503 else None)
    assert "<h1>" in answer.content.decode()
    assert "secret" not in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_statement_planned_before_a_migration_is_asked_again_on_a_fresh_connection() -> None:
    def planned() -> None:
        with connection.cursor() as cursor:
            for _ in range(7):  # from the fifth on it is prepared
                cursor.execute("SELECT word FROM outage_probe WHERE id = %s", [1])

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE outage_probe (id int, word varchar(9))")
    try:
        planned()
        elsewhere = connection.copy()
        with elsewhere.cursor() as cursor:
            cursor.execute("ALTER TABLE outage_probe ALTER word TYPE text")
        elsewhere.close()
        with pytest.raises(NotSupportedError) as caught:
            planned()
        try:
            raise caught.value
        except NotSupportedError:
            answer = fault(RequestFactory().get("/api/v1/me/"))
        assert (answer.status_code, answer["Retry-After"]) == (503, "5")
        connection.close()  # as every request ends
        planned()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE outage_probe")
