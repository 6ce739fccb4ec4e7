"""Drafts, submits, verdicts and moves over REST."""

from typing import TYPE_CHECKING

import pytest

from annotations.models import Draft, Page, Revision, Verdict
from tests.api_client import writing

if TYPE_CHECKING:
    from tests.annotations.api.conftest import ProgramFor

pytestmark = pytest.mark.django_db


@pytest.fixture
def corrected(page: Page, program: "ProgramFor") -> Page:
    path = f"pages/{page.id}/submit/"
    answer = program("revisora").post(path, writing(page), If_Match='"v0"')
    assert answer.status_code == 200
    page.refresh_from_db()
    return page


def draft_body(page: Page, text: str) -> dict[str, object]:
    body = writing(page, text, base_version=0)
    del body["active_seconds"]
    return body


@pytest.mark.parametrize(
    ("header", "status", "code"),
    [
        ("", 428, "precondition_required"),
        ("*", 428, "precondition_required"),
        ("v0", 400, "malformed"),
        ('"v0', 400, "malformed"),
        ('"v7"', 412, "stale"),
        ('W/"v0"', 412, "stale"),
        ('"d0"', 412, "stale"),
        ('"v"', 412, "stale"),
        (f'"v{"9" * 30}"', 412, "stale"),
    ],
)
def test_submit_asks_for_the_version_that_was_seen(
    page: Page, program: "ProgramFor", header: str, status: int, code: str
) -> None:
    headers = {"If_Match": header} if header else {}
    answer = program("revisora").post(f"pages/{page.id}/submit/", writing(page), **headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not Revision.objects.exists()


def test_one_of_several_versions_is_enough(page: Page, program: "ProgramFor") -> None:
    path = f"pages/{page.id}/submit/"
    answer = program("revisora").post(path, writing(page), If_Match='"v9", "v0"')
    assert answer.status_code == 200


def test_a_stale_submit_is_told_what_stands_there(corrected: Page, program: "ProgramFor") -> None:
    path = f"pages/{corrected.id}/submit/"
    answer = program("revisor").post(path, writing(corrected, "Outro."), If_Match='"v0"')
    assert answer.status_code == 412
    current = answer.json()["current"]
    assert (current["version"], current["content"]["text"]) == (1, "Texto corrigido.")


@pytest.mark.parametrize(
    "wrong",
    [
        {"content": []},
        {"content": {"text": "a" * 1_000_001}},
        {"content": {"titulo": "x"}},
        {"spans": [{"zone": "text", "start": 0, "end": 999, "kind": "sic"}]},
        {"spans": [{"zone": "header", "start": 0, "end": 1, "kind": "sic"}]},
        {"spans": 5},
        {"base_prediction": "x"},
        {"fields_version": 0},
        {"active_seconds": -1},
        {"active_seconds": "nan"},
    ],
)
def test_a_wrong_writing_is_refused(
    page: Page, program: "ProgramFor", wrong: dict[str, object]
) -> None:
    path = f"pages/{page.id}/submit/"
    answer = program("revisora").post(path, writing(page, **wrong), If_Match='"v0"')
    assert answer.status_code == 400
    assert answer.json()["errors"]


def test_what_cannot_be_stored_is_cleaned_from_the_text(page: Page, program: "ProgramFor") -> None:
    text = "a\0b\ud800c\r\nd\u0301"
    path = f"pages/{page.id}/submit/"
    answer = program("revisora").post(path, writing(page, text), If_Match='"v0"')
    assert answer.status_code == 200
    assert answer.json()["content"]["text"] == "ab\ufffdc\nd\u0301"


def test_a_prediction_of_another_page_is_no_base(page: Page, program: "ProgramFor") -> None:
    body = writing(page, base_prediction="00000000-0000-7000-8000-000000000000")
    answer = program("revisora").post(f"pages/{page.id}/submit/", body, If_Match='"v0"')
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["base_prediction"])


def test_a_second_person_approves(corrected: Page, program: "ProgramFor") -> None:
    path = f"pages/{corrected.id}/verdict/"
    approve = {"verdict": "approve"}
    assert program("aprovadora").post(path, approve).status_code == 428
    stale = program("aprovadora").post(path, approve, If_Match='"v0"')
    assert (stale.status_code, stale.json()["current"]["version"]) == (412, 1)
    assert program("revisor").post(path, approve, If_Match='"v1"').status_code == 403
    answer = program("aprovadora").post(path, approve, If_Match='"v1"')
    assert (answer.status_code, answer["ETag"]) == (200, '"v2"')
    assert answer.json()["state"] == "approved"
    assert Verdict.objects.get().approval == "person"


def test_author_cannot_approve_own_text(page: Page, program: "ProgramFor") -> None:
    author = program("aprovadora")
    author.post(f"pages/{page.id}/submit/", writing(page), If_Match='"v0"')
    answer = author.post(f"pages/{page.id}/verdict/", {"verdict": "approve"}, If_Match='"v1"')
    assert (answer.status_code, answer.json()["code"]) == (403, "own_revision")


def test_sending_back_needs_a_comment(corrected: Page, program: "ProgramFor") -> None:
    path = f"pages/{corrected.id}/verdict/"
    approver = program("aprovadora")
    answer = approver.post(path, {"verdict": "send_back"}, If_Match='"v1"')
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["comment"])
    body = {"verdict": "send_back", "comment": "Falta o selo."}
    assert approver.post(path, body, If_Match='"v1"').json()["state"] == "open"


def test_moves_need_a_reason_and_a_role(corrected: Page, program: "ProgramFor") -> None:
    path = f"pages/{corrected.id}/"
    reason = {"reason": "por engano"}
    approver = program("aprovadora")
    assert approver.post(f"{path}exclude/").status_code == 400
    assert program("revisora").post(f"{path}exclude/", reason).status_code == 403
    assert approver.post(f"{path}skip/", reason).status_code == 200
    assert approver.post(f"{path}exclude/", reason).json()["state"] == "excluded"
    assert approver.post(f"{path}exclude/", reason).json()["code"] == "wrong_state"
    assert approver.post(f"{path}include/", reason).json()["state"] == "corrected"
    assert program("revisor").post(f"{path}reopen/", reason).status_code == 403
    assert program("revisora").post(f"{path}reopen/", reason).json()["state"] == "open"


def test_a_draft_is_saved_changed_and_thrown_away(page: Page, program: "ProgramFor") -> None:
    mine, path = program("revisora"), f"pages/{page.id}/draft/"
    assert mine.get(path).status_code == 404
    assert mine.send("PUT", path, draft_body(page, "a")).status_code == 428
    first = mine.send("PUT", path, draft_body(page, "a"), If_None_Match="*")
    assert (first.status_code, first["ETag"]) == (201, '"d1"')
    assert mine.get(path)["ETag"] == '"d1"'
    second = mine.send("PUT", path, draft_body(page, "b"), If_Match='"d1"')
    assert (second.status_code, second["ETag"]) == (200, '"d2"')
    assert second.json()["content"]["text"] == "b"
    assert program("revisor").get(path).status_code == 404
    assert mine.send("DELETE", path).status_code == 428
    assert mine.send("DELETE", path, If_Match='"d1"').status_code == 412
    assert mine.send("DELETE", path, If_Match='"d2"').status_code == 204
    assert not Draft.objects.exists()


def test_a_stale_draft_is_told_what_is_kept(page: Page, program: "ProgramFor") -> None:
    mine, path = program("revisora"), f"pages/{page.id}/draft/"
    mine.send("PUT", path, draft_body(page, "a"), If_None_Match="*")
    for headers in ({"If_None_Match": "*"}, {"If_Match": '"d9"'}):
        answer = mine.send("PUT", path, draft_body(page, "b"), **headers)
        assert answer.status_code == 412
        assert answer.json()["current"]["content"]["text"] == "a"
    assert Draft.objects.get().version == 1
