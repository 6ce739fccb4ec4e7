"""Many clients at the same instant: one revision, and no page twice."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections

from annotations.models import Document, Lease, Membership, Page, Project, Revision, User
from annotations.people.tokens import create_token
from tests.api_client import Program, writing
from tests.rows import make_document, make_image, make_open_page, make_page

if TYPE_CHECKING:
    from tests.annotations.api.conftest import ProgramFor

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(works: list[Callable[[], Any]]) -> list[Any]:
    """Do all works in threads of their own and return their answers in order."""

    def one(work: Callable[[], Any]) -> Any:
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(one, works))


@pytest.fixture
def standing(system_users: Callable[[], None]) -> None:
    """Bring back the rows that emptying the tables took."""
    system_users()


@pytest.mark.parametrize("key", ["", "k1"])
def test_twenty_identical_submits_are_one_revision(
    standing: None, page: Page, program: "ProgramFor", key: str
) -> None:
    sender, body = program("revisora"), writing(page)
    headers = {"If_Match": '"v0"', **({"Idempotency_Key": key} if key else {})}

    def work() -> Any:
        return sender.post(f"pages/{page.id}/submit/", body, **headers)

    answers = at_once([work] * 20)
    told = [answer.json() for answer in answers if answer.status_code == 200]
    others = {answer.status_code for answer in answers if answer.status_code != 200}
    assert others <= {409}
    assert told
    assert all(answer == told[0] for answer in told)
    assert Revision.objects.count() == 1
    last = sender.post(f"pages/{page.id}/submit/", body, **headers)
    assert (last.status_code, last.json()) == (200, told[0])


def test_twenty_identical_uploads_are_one_document(
    standing: None, project: Project, program: "ProgramFor"
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    sender = program("revisora")

    def work() -> Any:
        file = SimpleUploadedFile("a.png", make_image(7))
        return sender.upload("projects/acervo/documents/", {"file": file})

    answers = at_once([work] * 20)
    codes = sorted(answer.status_code for answer in answers)
    assert codes == [200] * 19 + [201]
    assert Document.objects.count() == 1
    assert len({answer.json()["id"] for answer in answers}) == 1


def test_fifty_people_who_ask_at_once_get_fifty_pages(standing: None, project: Project) -> None:
    for seed in range(20):
        document = make_document(project, seed)
        for number in range(1, 11):
            make_page(document, number)
    programs = [_reviewer(project, number) for number in range(50)]

    def ask(program: Program) -> Callable[[], Any]:
        return lambda: program.post("projects/acervo/queue/next/", {"kind": "correct"})

    first = at_once([ask(program) for program in programs])
    assert {answer.status_code for answer in first} == {200}
    pages = [answer.json()["page"]["id"] for answer in first]
    assert len(set(pages)) == 50
    again = at_once([ask(program) for program in programs])
    assert [answer.json()["page"]["id"] for answer in again] == pages
    assert Lease.objects.count() == 50


def test_one_person_who_asks_twice_at_once_holds_one_page(
    standing: None, project: Project, program: "ProgramFor"
) -> None:
    for seed in range(5):
        make_open_page(project, seed)
    reviewer = program("revisora")
    answers = at_once([lambda: reviewer.post("projects/acervo/queue/next/")] * 8)
    assert len({json.dumps(answer.json()["page"]["id"]) for answer in answers}) == 1
    assert Lease.objects.count() == 1


def _reviewer(project: Project, number: int) -> Program:
    user = User.objects.create_user(username=f"revisor{number}", password=None)
    Membership.objects.create(project=project, user=user, role="reviewer")
    _token, secret = create_token(actor=user, user=user, scopes=["read", "annotate"])
    return Program(secret)
