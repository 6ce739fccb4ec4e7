"""The same POST under the same key is done once, also across crashes."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import F
from django.db.models.functions import Now

from annotations.api import projects as projects_api
from annotations.api.idempotency import forget_old_answers
from annotations.ingest.errors import StorageFull
from annotations.models import Document, IdempotencyRecord, Page, Project, Revision
from tests.api_client import writing
from tests.rows import make_image

if TYPE_CHECKING:
    from tests.annotations.api.conftest import ProgramFor

pytestmark = pytest.mark.django_db

BODY = {"slug": "novo", "name": "Novo"}


def test_the_answer_is_given_again(project: Project, program: "ProgramFor") -> None:
    sender = program("gerente")
    first = sender.post("projects/", BODY, Idempotency_Key="k1")
    again = sender.post("projects/", dict(reversed(BODY.items())), Idempotency_Key="k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert Project.objects.filter(slug="novo").count() == 1


def test_a_submit_is_given_again_with_its_etag(page: Page, program: "ProgramFor") -> None:
    sender, path = program("revisora"), f"pages/{page.id}/submit/"
    headers = {"If_Match": '"v0"', "Idempotency_Key": "k1"}
    answers = [sender.post(path, writing(page), **headers) for _ in range(2)]
    assert [answer["ETag"] for answer in answers] == ['"v1"', '"v1"']
    assert answers[0].json() == answers[1].json()
    assert Revision.objects.count() == 1


def test_another_body_under_the_key_is_refused(project: Project, program: "ProgramFor") -> None:
    sender = program("gerente")
    sender.post("projects/", BODY, Idempotency_Key="k1")
    answer = sender.post("projects/", {**BODY, "slug": "outro"}, Idempotency_Key="k1")
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert not Project.objects.filter(slug="outro").exists()


def test_a_refusal_is_given_again(project: Project, program: "ProgramFor") -> None:
    sender = program("gerente")
    taken = {"slug": "acervo", "name": "De novo"}
    first = sender.post("projects/", taken, Idempotency_Key="k1")
    again = sender.post("projects/", taken, Idempotency_Key="k1")
    assert (first.status_code, again.status_code) == (409, 409)
    assert (first.json(), first["Content-Type"]) == (again.json(), again["Content-Type"])


def test_keys_belong_to_a_person_and_a_path(
    project: Project, page: Page, program: "ProgramFor"
) -> None:
    for name in ("revisora", "revisor"):
        answer = program(name).post("projects/acervo/queue/next/", {}, Idempotency_Key="k1")
        assert answer.status_code in {200, 204}
    assert IdempotencyRecord.objects.count() == 2


def test_who_may_no_longer_do_it_gets_no_old_answer(
    project: Project, program: "ProgramFor"
) -> None:
    program("gerente").post("projects/", BODY, Idempotency_Key="k1")
    narrow = program("gerente", scopes=["read"])
    assert narrow.post("projects/", BODY, Idempotency_Key="k1").status_code == 403


def test_an_answer_is_forgotten_after_a_day(project: Project, program: "ProgramFor") -> None:
    sender = program("gerente")
    sender.post("projects/", BODY, Idempotency_Key="k1")
    IdempotencyRecord.objects.update(created_at=F("created_at") - timedelta(hours=25))
    answer = sender.post("projects/", BODY, Idempotency_Key="k1")
    assert (answer.status_code, answer.json()["code"]) == (409, "slug_taken")
    assert IdempotencyRecord.objects.filter(created_at__gt=Now() - timedelta(hours=1)).exists()


def test_old_answers_are_swept_away(project: Project, program: "ProgramFor") -> None:
    program("gerente").post("projects/", BODY, Idempotency_Key="k1")
    assert forget_old_answers() == 0
    IdempotencyRecord.objects.update(created_at=F("created_at") - timedelta(hours=25))
    assert forget_old_answers() == 1


def test_a_fault_leaves_the_key_free(
    project: Project, program: "ProgramFor", monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: object) -> None:
        raise RuntimeError("the process died here")

    sender = program("gerente")
    with monkeypatch.context() as patch:
        patch.setattr(projects_api, "create_project", broken)
        with pytest.raises(RuntimeError):
            sender.post("projects/", BODY, Idempotency_Key="k1")
    assert IdempotencyRecord.objects.get().status is None
    assert sender.post("projects/", BODY, Idempotency_Key="k1").status_code == 201


@pytest.mark.parametrize("key", ["x" * 201, "a\tb"])
def test_a_key_that_cannot_be_one_is_refused(
    project: Project, program: "ProgramFor", key: str
) -> None:
    answer = program("gerente").post("projects/", BODY, Idempotency_Key=key)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")


def test_uploads_are_told_apart_by_their_bytes(project: Project, program: "ProgramFor") -> None:
    sender, path = program("revisora"), "projects/acervo/documents/"

    def send(seed: int) -> int:
        file = SimpleUploadedFile("a.png", make_image(seed))
        answer = sender.upload(path, {"file": file}, Idempotency_Key="k1")
        return int(answer.status_code)

    assert [send(1), send(1), send(2)] == [201, 201, 422]
    assert Document.objects.count() == 1


def test_a_refusal_that_passes_is_not_kept(
    project: Project, program: "ProgramFor", monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk is the operator's to mend: the same request succeeds afterwards."""
    sender = program("gerente")

    def full(**_: object) -> None:
        raise StorageFull

    with monkeypatch.context() as patched:
        patched.setattr(projects_api, "create_project", full)
        first = sender.post("projects/", BODY, Idempotency_Key="k1")
    again = sender.post("projects/", BODY, Idempotency_Key="k1")
    assert (first.status_code, again.status_code) == (507, 201)


def test_a_stale_answer_with_its_text_is_not_kept(page: Page, program: "ProgramFor") -> None:
    sender, path = program("revisora"), f"pages/{page.id}/submit/"
    program("revisor").post(path, writing(page), If_Match='"v0"')
    answer = sender.post(path, writing(page, "tarde"), If_Match='"v0"', Idempotency_Key="k1")
    assert answer.status_code == 412
    assert IdempotencyRecord.objects.get(key="k1").body is None
