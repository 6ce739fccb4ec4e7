"""Errors are problem documents with stable codes, whatever went wrong."""

import errno
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.http import Http404
from django.test import Client

from annotations.api.problems import problem_response
from annotations.content import ContentError
from annotations.models import Page, Project
from tests.api_client import Program, writing

if TYPE_CHECKING:
    from tests.annotations.api.conftest import ProgramFor

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Http404(), 404, "not_found"),
        (PermissionDenied(), 403, "forbidden"),
        (DataError("NUL"), 400, "unstorable"),
        (IntegrityError("twice"), 409, "conflict"),
        (OperationalError("gone"), 503, "unavailable"),
        (InterfaceError("gone"), 503, "unavailable"),
        (OSError(errno.ENOSPC, "full"), 507, "disk_full"),
        (ContentError("zone_type", "wrong", path="text"), 400, "invalid"),
    ],
)
def test_each_fault_has_its_status_and_code(error: Exception, status: int, code: str) -> None:
    answer = problem_response(error, {})
    assert answer is not None
    assert (answer.status_code, answer.data["code"]) == (status, code)
    assert answer.data["status"] == status
    assert {"type", "title", "detail"} <= set(answer.data)


def test_a_fault_of_our_own_is_not_dressed_up() -> None:
    assert problem_response(KeyError("bug"), {}) is None
    assert problem_response(OSError(errno.EACCES, "denied"), {}) is None


def test_an_unknown_route_is_a_problem(project: Project) -> None:
    for path in ("nowhere/", "me", "projects/UPPER/"):
        answer = Program().get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_wrong_method_names_the_right_ones(project: Project, program: "ProgramFor") -> None:
    answer = program("gerente").send("DELETE", "me/")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert answer["Allow"] == "GET, HEAD"
    assert program("gerente").send("OPTIONS", "me/").status_code == 405


@pytest.mark.parametrize(
    "body", [b"{", b"\xff", b'{"kind": NaN}', b"[" * 100_000, b"9" * 5000 + b"."]
)
def test_a_body_that_is_no_json_is_malformed(
    project: Project, program: "ProgramFor", body: bytes
) -> None:
    headers = {"Authorization": f"Bearer {program('revisora').secret}"}
    path = "/api/v1/projects/acervo/queue/next/"
    answer = Client().post(path, body, "application/json", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")


def test_a_body_of_another_type_is_refused(project: Project, program: "ProgramFor") -> None:
    headers = {"Authorization": f"Bearer {program('revisora').secret}"}
    path = "/api/v1/projects/acervo/queue/next/"
    answer = Client().post(path, "a=1", "text/plain", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


def test_a_body_above_the_limit_is_refused(
    page: Page, program: "ProgramFor", settings: Any
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    body = writing(page, "a" * 2000)
    answer = program("revisora").post(f"pages/{page.id}/submit/", body, If_Match='"v0"')
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


def test_wrong_members_are_named_by_place(page: Page, program: "ProgramFor") -> None:
    body = {"content": {"text": 5}, "spans": [{"zone": "text"}], "surprise": 1}
    answer = program("revisora").post(f"pages/{page.id}/submit/", body, If_Match='"v0"')
    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == {"surprise"}
    del body["surprise"]
    answer = program("revisora").post(f"pages/{page.id}/submit/", body, If_Match='"v0"').json()
    assert set(answer["errors"]) == {
        "content.text", "spans.0.start", "spans.0.end", "spans.0.kind", "fields_version",
    }  # fmt: skip


def test_details_speak_the_language_that_the_program_asks_for(
    project: Project, program: "ProgramFor"
) -> None:
    english = program("estranha").get("projects/acervo/", Accept_Language="en").json()
    assert english["detail"] == "Not found."
    assert english["title"] == "Not Found"
