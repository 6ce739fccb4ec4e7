"""The queue: whose page is next, and that no page goes to two people."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations.content import PageContent
from annotations.models import Lease, Membership, Page, Project, User
from annotations.review.drafts import save_draft
from annotations.review.leases import LeaseLost, release_lease, renew_lease
from annotations.review.moves import skip
from annotations.review.queue import next_page
from annotations.review.submit import submit
from annotations.review.verdicts import give_verdict
from annotations.review.writing import Writing
from annotations.states import Decision, WorkKind
from tests.rows import make_document, make_open_page, make_page, make_prediction

if TYPE_CHECKING:
    Cast = dict[str, User]


def writing(text: str = "corrigido") -> Writing:
    return Writing(content=PageContent(text=text), fields_version=1)


def next_for(user: User, project: Project, kind: WorkKind = WorkKind.CORRECT) -> Page | None:
    lease = next_page(actor=user, project=project, kind=kind)
    return lease and lease.page


def finish(user: User, page: Page) -> Page:
    return submit(actor=user, page=page, version=page.version, writing=writing())


def test_asking_again_returns_the_lease_already_held(project: Project, cast: "Cast") -> None:
    for seed in range(3):
        make_open_page(project, seed)
    first = next_page(actor=cast["revisora"], project=project, kind=WorkKind.CORRECT)
    again = next_page(actor=cast["revisora"], project=project, kind=WorkKind.CORRECT)
    assert first is not None
    assert again is not None
    assert first.id == again.id


def test_two_people_get_different_documents(project: Project, cast: "Cast") -> None:
    documents = [make_document(project, seed) for seed in range(2)]
    pages = [make_page(d, number) for d in documents for number in (1, 2)]
    assert next_for(cast["revisora"], project) == pages[0]
    assert next_for(cast["revisor"], project) == pages[2]


def test_next_page_stays_within_the_document(project: Project, cast: "Cast") -> None:
    documents = [make_document(project, seed) for seed in range(2)]
    pages = [make_page(d, number) for d in reversed(documents) for number in (1, 2, 3)]
    chosen = pages[0]
    finish(cast["revisora"], chosen)
    assert next_for(cast["revisora"], project) == pages[1]


def test_a_skipped_page_goes_to_others(project: Project, cast: "Cast") -> None:
    page = make_open_page(project)
    assert next_for(cast["revisora"], project) == page
    skip(actor=cast["revisora"], page=page, reason="letra ilegível")
    assert next_for(cast["revisora"], project) is None
    assert next_for(cast["revisor"], project) == page


def test_a_begun_page_waits_for_its_author(project: Project, cast: "Cast") -> None:
    page, other = make_open_page(project, 1), make_open_page(project, 2)
    save_draft(actor=cast["revisor"], page=page, version=None, writing=writing())
    assert next_for(cast["revisora"], project) == other
    assert next_for(cast["revisor"], project) == page


def test_a_page_sent_back_returns_to_its_author_first(project: Project, cast: "Cast") -> None:
    first, second = make_open_page(project, 1), make_open_page(project, 2)
    corrected = finish(cast["revisora"], second)
    give_verdict(
        actor=cast["aprovadora"],
        page=corrected,
        version=corrected.version,
        decision=Decision.SEND_BACK,
        comment="Falta a última linha.",
    )
    assert next_for(cast["revisora"], project) == second
    assert next_for(cast["revisor"], project) == first


def test_nobody_is_offered_their_own_text_to_approve(project: Project, cast: "Cast") -> None:
    page = make_open_page(project)
    Membership.objects.filter(user=cast["revisora"]).update(role="approver")
    finish(cast["revisora"], page)
    assert next_for(cast["revisora"], project, WorkKind.APPROVE) is None
    assert next_for(cast["aprovadora"], project, WorkKind.APPROVE) == page


def test_an_expired_lease_is_anybodys(project: Project, cast: "Cast") -> None:
    page = make_open_page(project)
    lease = next_page(actor=cast["revisora"], project=project, kind=WorkKind.CORRECT)
    assert lease is not None
    Lease.objects.update(expires_at="2020-01-01T00:00:00Z")
    assert next_for(cast["revisor"], project) == page
    with pytest.raises(LeaseLost):
        renew_lease(actor=cast["revisora"], lease=lease)


def test_a_lapsed_lease_is_renewed_while_nobody_took_it(project: Project, cast: "Cast") -> None:
    make_open_page(project)
    lease = next_page(actor=cast["revisora"], project=project, kind=WorkKind.CORRECT)
    assert lease is not None
    Lease.objects.update(expires_at="2020-01-01T00:00:00Z")
    assert renew_lease(actor=cast["revisora"], lease=lease).expires_at.year > 2020
    release_lease(actor=cast["revisora"], lease=lease)
    assert not Lease.objects.exists()


def test_next_page_costs_the_same_with_many_pages(project: Project, cast: "Cast") -> None:
    for seed in range(3):
        make_open_page(project, seed)
    with CaptureQueriesContext(connection) as few:
        next_page(actor=cast["revisora"], project=project, kind=WorkKind.CORRECT)
    for seed in range(3, 30):
        make_open_page(project, seed)
    with CaptureQueriesContext(connection) as many:
        next_page(actor=cast["revisor"], project=project, kind=WorkKind.CORRECT)
    assert len(many) == len(few) == 6  # the savepoint's 2, one's turn, what one holds, which, take


@pytest.mark.django_db(transaction=True)
def test_fifty_people_get_fifty_pages(people: list[User], crowded: Project) -> None:
    """Promise 14, at the action: the API's test asks over HTTP."""
    barrier = threading.Barrier(10)

    def ask(user: User) -> UUID:
        try:
            barrier.wait()
            lease = next_page(actor=user, project=crowded, kind=WorkKind.CORRECT)
            assert lease is not None
            return lease.page_id
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        given = list(pool.map(ask, people))
    assert len(set(given)) == len(people)


@pytest.mark.django_db(transaction=True)
def test_one_person_asking_ten_times_at_once_holds_one_page(
    people: list[User], crowded: Project
) -> None:
    barrier = threading.Barrier(10)

    def ask(_: int) -> UUID:
        try:
            barrier.wait()
            lease = next_page(actor=people[0], project=crowded, kind=WorkKind.CORRECT)
            assert lease is not None
            return lease.page_id
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        assert len(set(pool.map(ask, range(10)))) == 1


@pytest.fixture
def people(system_users: Callable[[], None]) -> list[User]:
    system_users()
    return [User.objects.create(username=f"pessoa{n}", password="!") for n in range(50)]


@pytest.fixture
def crowded(people: list[User]) -> Project:
    from annotations.people.projects import create_project

    project = create_project(actor=people[0], slug="fila", name="Fila")
    document = make_document(project)
    for number in range(1, 101):
        make_page(document, number)
    make_prediction(Page.objects.get(document=document, number=1))
    return project
