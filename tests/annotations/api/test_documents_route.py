"""Documents over REST: sending, repeating, describing, erasing."""

import json
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from annotations.api import uploads
from annotations.models import Blob, Document, Event, IdempotencyRecord, Page, Project
from tests.api_client import writing
from tests.rows import make_document, make_image, make_open_page

if TYPE_CHECKING:
    from tests.annotations.api.conftest import ProgramFor

pytestmark = pytest.mark.django_db

PATH = "projects/acervo/documents/"
KEYS = {
    "id", "external_id", "filename", "sha256", "media_type", "state", "error", "metadata",
    "group", "kind", "pages",
}  # fmt: skip


def scan(seed: int = 0, name: str = "certidão.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, make_image(seed), "text/html")


def test_an_upload_is_received_at_once(project: Project, program: "ProgramFor") -> None:
    told = {"external_id": "A-1", "metadata": json.dumps({"caixa": 3}), "group": "livro 1"}
    answer = program("revisora").upload(PATH, {"file": scan(), "kind": "legal", **told})
    assert answer.status_code == 201
    document = answer.json()
    assert document.keys() >= KEYS
    assert document["state"] == "received"
    assert document["media_type"] == "image/png"  # of the bytes, not of what the client claims
    assert (document["filename"], document["pages"], document["error"]) == (
        "certidão.png", [], None,
    )  # fmt: skip
    assert (document["metadata"], document["group"]) == ({"caixa": 3}, "livro 1")
    assert Document.objects.get().uploaded_by.username == "revisora"


def test_the_same_file_again_is_the_same_document(project: Project, program: "ProgramFor") -> None:
    sender = program("revisora")
    first = sender.upload(PATH, {"file": scan()}).json()
    again = sender.upload(PATH, {"file": scan(name="outro nome.png")})
    assert (again.status_code, again.json()["id"]) == (200, first["id"])
    other = sender.upload(PATH, {"file": scan(), "group": "outro"})
    assert other.status_code == 409
    renamed = sender.upload(PATH, {"file": scan(), "external_id": "B"})
    assert (renamed.status_code, Blob.objects.count()) == (201, 1)
    taken = sender.upload(PATH, {"file": scan(1), "external_id": "B"})
    assert (taken.status_code, taken.json()["code"]) == (409, "external_id_taken")


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"", "empty_file"), (b"<svg onload='x'/>", "format_not_allowed")],
)
def test_first_bytes_that_cannot_be_a_page_are_refused(
    project: Project, program: "ProgramFor", data: bytes, code: str
) -> None:
    answer = program("revisora").upload(PATH, {"file": SimpleUploadedFile("a.png", data)})
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert not Document.objects.exists()


def test_a_file_above_the_limit_is_refused(
    project: Project, program: "ProgramFor", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MAX_FILE_BYTES", 100)
    answer = program("revisora").upload(PATH, {"file": scan()})
    assert (answer.status_code, answer.json()["code"]) == (422, "file_too_large")


@pytest.mark.parametrize(
    "wrong",
    [
        {"metadata": "[1]"},
        {"metadata": "{"},
        {"metadata": '{"a": "\\u0000"}'},
        {"metadata": '{"a": "\\ud800"}'},
        {"metadata": '{"a": 1e999}'},
        {"metadata": "{" + '"a":{' * 30 + "}" * 31},
        {"surprise": "1"},
        {"external_id": "x" * 201},
        {"other": SimpleUploadedFile("b.png", b"x")},
    ],
)
def test_what_cannot_be_kept_beside_a_file_is_refused(
    project: Project, program: "ProgramFor", wrong: dict[str, Any]
) -> None:
    answer = program("revisora").upload(PATH, {"file": scan(), **wrong})
    assert answer.status_code == 400
    assert not Document.objects.exists()


def test_an_upload_without_a_file_or_in_json_is_refused(
    project: Project, program: "ProgramFor"
) -> None:
    sender = program("revisora")
    assert sender.upload(PATH, {"kind": "legal"}).status_code == 400
    assert sender.upload(PATH, {"file": "text"}).status_code == 400
    assert sender.post(PATH, {}).status_code == 415


def test_a_broken_multipart_body_is_malformed(project: Project, program: "ProgramFor") -> None:
    headers = {"Authorization": f"Bearer {program('revisora').secret}"}
    answer = Client().post("/api/v1/" + PATH, b"x", "multipart/form-data", headers=headers)
    assert answer.status_code == 400


def test_a_browser_sends_files_with_its_session(project: Project, cast: dict[str, Any]) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast["revisora"])
    token = "b" * 32
    browser.cookies["csrftoken"] = token
    headers = {"X-CSRFToken": token}
    answer = browser.post("/api/v1/" + PATH, {"file": scan()}, headers=headers)
    assert answer.status_code == 201


def test_filters_find_documents(project: Project, program: "ProgramFor") -> None:
    make_document(project, 1, external_id="X-1", filename="livro.png")
    failed = make_document(project, 2, state="failed", error_code="corrupt", error_detail="…")
    page = make_open_page(project, 3, "AÇÕES da companhia")
    reader = program("leitora")

    def found(query: str) -> set[str]:
        rows = reader.get(f"{PATH}?{query}").json()["results"]
        return {row["id"] for row in rows}

    assert len(found("")) == 3
    assert found("state=failed") == {str(failed.id)}
    assert len(found("external_id=X-1")) == 1
    assert len(found("q=livro")) == 1
    assert found("q=acoes") == {str(page.document_id)}
    assert found("created_after=2100-01-01T00:00:00Z") == set()
    row = reader.get(f"{PATH}?state=failed").json()["results"][0]
    assert row["error"] == {"code": "corrupt", "detail": "…"}


def test_the_list_pages_by_cursor_and_costs_the_same_for_many(
    project: Project, program: "ProgramFor", django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for seed in range(7):
        make_document(project, seed)
    reader = program("leitora")
    reader.get("me/")
    with django_assert_num_queries(4):  # token, project, role, list
        first = reader.get(f"{PATH}?limit=3").json()
    second = reader.get(first["next"].removeprefix("http://testserver")).json()
    third = reader.get(second["next"].removeprefix("http://testserver")).json()
    back = reader.get(third["previous"].removeprefix("http://testserver")).json()
    names = [row["filename"] for part in (first, second, third) for row in part["results"]]
    assert names == [f"documento-{seed}.png" for seed in range(6, -1, -1)]
    assert (first["previous"], third["next"]) == (None, None)
    assert back["results"] == second["results"]


def test_a_document_lists_its_pages_in_one_query(
    page: Page, program: "ProgramFor", django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    reader = program("leitora")
    reader.get("me/")
    with django_assert_num_queries(4):  # token, document, role, pages
        answer = reader.get(f"documents/{page.document_id}/").json()
    assert answer["pages"] == [
        {"id": str(page.id), "number": 1, "state": "open", "prelabel_state": "done"}
    ]


def test_a_manager_relabels_a_document(project: Project, program: "ProgramFor") -> None:
    document = make_document(project)
    body = {"metadata": {"caixa": 9}, "group": "livro 2", "external_id": "Z"}
    answer = program("gerente").send("PATCH", f"documents/{document.id}/", body)
    assert answer.status_code == 200
    assert {name: answer.json()[name] for name in body} == body
    assert program("revisora").send("PATCH", f"documents/{document.id}/", body).status_code == 403


def test_a_failed_document_is_tried_again(project: Project, program: "ProgramFor") -> None:
    document = make_document(project, state="failed", error_code="corrupt")
    answer = program("revisora").post(f"documents/{document.id}/retry/")
    assert (answer.status_code, answer.json()["state"]) == (202, "received")
    again = program("revisora").post(f"documents/{document.id}/retry/")
    assert (again.status_code, again.json()["code"]) == (409, "not_failed")


def test_erasing_leaves_nothing_but_a_tombstone(page: Page, program: "ProgramFor") -> None:
    path = f"pages/{page.id}/submit/"
    headers = {"If_Match": '"v0"', "Idempotency_Key": "um"}
    assert program("revisora").post(path, writing(page), **headers).status_code == 200
    answer = program("gerente").send("DELETE", f"documents/{page.document_id}/")
    assert answer.status_code == 204
    assert not Page.objects.exists()
    assert not Document.objects.exists()
    assert not IdempotencyRecord.objects.exists()  # the answer that was kept showed the text
    assert Event.objects.filter(verb="document.erased").exists()
    assert program("gerente").get(f"documents/{page.document_id}/").status_code == 404
