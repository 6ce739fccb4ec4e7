"""What people and programs are told when the fault is ours, or the database is away."""

from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from annotations.api import me
from annotations.models import Project
from annotations.web import projects as projects_page

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
