"""One document's page: its pages, its history, and what each role may do there."""

from typing import Any

import pytest
from django.urls import reverse
from rows import make_document, make_engine, make_open_page, make_page

from annotations.models import Document, Event, Page, Project, User
from annotations.states import PageState


def _show(client: Any, document: Document) -> str:
    answer = client.get(reverse("document", args=["acervo", document.id]))
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_pages_stand_in_order_with_their_states(project: Project, as_user: Any) -> None:
    document = make_document(project, 1)
    make_page(document, 2, state="waiting")
    make_page(document, 1, state="open")
    page = _show(as_user("leitora"), document)
    assert page.index("Page 1") < page.index("Page 2")
    assert "state-open" in page
    assert "state-waiting" in page


def test_a_page_is_left_out_with_a_reason_and_let_in_again(project: Project, as_user: Any) -> None:
    page = make_open_page(project)
    client = as_user("aprovadora")
    client.post(reverse("page_exclude", args=["acervo", page.id]), {"reason": "folha trocada"})
    assert Page.objects.get(id=page.id).state == PageState.EXCLUDED
    shown = _show(client, page.document)
    assert "folha trocada" in shown
    assert "let in again" not in shown
    client.post(reverse("page_include", args=["acervo", page.id]))
    assert Page.objects.get(id=page.id).state == PageState.OPEN
    assert "let in again" in _show(client, page.document)


def test_leaving_out_needs_a_reason_and_says_so(project: Project, as_user: Any) -> None:
    page = make_open_page(project)
    address = reverse("document", args=["acervo", page.document_id])
    client = as_user("aprovadora")
    answer = client.post(
        reverse("page_exclude", args=["acervo", page.id]),
        {"reason": " "},
        headers={"Referer": f"http://testserver{address}"},
        follow=True,
    )
    assert "Say why" in answer.content.decode()
    assert Page.objects.get(id=page.id).state == PageState.OPEN


def test_reviewers_are_offered_no_exclusion(project: Project, as_user: Any) -> None:
    page = make_open_page(project)
    assert "Exclude the page" not in _show(as_user("revisora"), page.document)
    assert "Exclude the page" in _show(as_user("aprovadora"), page.document)


def test_manager_opens_a_waiting_page(project: Project, as_user: Any) -> None:
    page = make_page(make_document(project, 1), state="waiting")
    as_user("gerente").post(reverse("page_open", args=["acervo", page.id]))
    assert Page.objects.get(id=page.id).state == PageState.OPEN


def test_erasing_asks_for_the_name(project: Project, as_user: Any) -> None:
    page = make_open_page(project)
    client, address = (
        as_user("gerente"),
        reverse("document_erase", args=["acervo", page.document_id]),
    )
    client.post(address, {"confirm": "something else"})
    assert Document.objects.count() == 1
    client.post(address, {"confirm": page.document.filename})
    assert Document.objects.count() == 0
    assert Event.objects.filter(verb="document.erased").count() == 1


def test_a_failed_document_says_why_and_is_tried_again(project: Project, as_user: Any) -> None:
    document = make_document(project, 1, state="failed", error_code="decoder_died")
    client = as_user("revisora")
    assert "took too much memory or time" in _show(client, document)
    client.post(reverse("document_retry", args=["acervo", document.id]))
    assert Document.objects.get(id=document.id).state == "received"


def test_retrying_what_did_not_fail_is_refused_kindly(project: Project, as_user: Any) -> None:
    document = make_document(project, 1)
    answer = as_user("revisora").post(
        reverse("document_retry", args=["acervo", document.id]), follow=True
    )
    assert "Only a document that failed" in answer.content.decode()


@pytest.mark.parametrize(("state", "reason"), [("received", ""), ("splitting", "")])
def test_a_document_in_the_making_keeps_looking(
    state: str, reason: str, project: Project, as_user: Any
) -> None:
    document = make_document(project, 1, state=state)
    assert "every 3s" in _show(as_user("leitora"), document)


def test_the_history_names_the_engine_and_the_worker(project: Project, as_user: Any) -> None:
    page = make_open_page(project)
    for verb, row, data in (
        ("document.ready", page.document, {}),
        ("page.read", page, {"engine": str(make_engine().id)}),
    ):
        Event.objects.record(
            actor=User.objects.system("cli"), verb=verb, row=row, project=project, **data
        )
    address = reverse("document", args=["acervo", page.document_id])
    html = as_user("leitora").get(address).content.decode()
    assert "<strong>motor@1</strong> read" in html
    assert "<strong>a worker</strong> separated the pages" in html
