"""The documents page: counts, filters, search, screens, failures, and its price in queries."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from rows import make_document, make_engine, make_open_page, make_page, make_prediction, use_engine

from annotations.models import Document, Page, PrelabelJob, PrelabelRun, Project, User
from annotations.web import documents as documents_view

ADDRESS = "/projects/acervo/"


@pytest.fixture
def show(as_user: Callable[[str], Client], project: Project) -> Callable[..., str]:
    """Return `show(who, **query)`: the page's text."""

    def showing(who: str = "revisora", **query: str) -> str:
        answer = as_user(who).get(ADDRESS, query)
        assert answer.status_code == 200
        return answer.content.decode()

    return showing


def _names(page: str) -> list[str]:
    table = page[page.index("<tbody>") :] if "<tbody>" in page else ""
    return re.findall(r'<a href="/projects/acervo/documents/[0-9a-f-]+/">([^<]+)</a>', table)


def test_empty_project_says_what_to_do_next(show: Any) -> None:
    assert "No documents yet" in show("revisora")
    assert "A manager sends the first scans" in show("leitora")
    assert "No engine reads this project yet" in show("gerente")


def test_counts_are_told_in_the_head(show: Any, project: Project) -> None:
    document = make_document(project, 1)
    make_page(document, 1, state="open")
    make_page(document, 2, state="waiting")
    assert "1 document · 2 pages · 0 approved" in show()


def test_numbers_are_written_as_the_language_does(show: Any, project: Project) -> None:
    document = make_document(project, 1)
    page = make_page(document, 1)
    Page.objects.bulk_create(
        Page(project=project, document=document, number=number, image=page.image, state="open")
        for number in range(2, 1235)
    )
    assert "1,234 pages" in show()


def test_filters_keep_documents_with_such_pages(show: Any, project: Project) -> None:
    for seed, state in enumerate(["open", "waiting"]):
        make_page(make_document(project, seed, filename=f"{state}.png"), state=state)
    assert _names(show(state="open")) == ["open.png"]
    assert set(_names(show(state="nonsense"))) == {"open.png", "waiting.png"}
    assert "No document has a page in this state" in show(state="approved")


@pytest.mark.parametrize("query", ["acoes", "AÇÕES", "ações de COBRANCA"])
def test_search_folds_accents_in_the_text(query: str, show: Any, project: Project) -> None:
    page = make_page(make_document(project, 1, filename="peticao.png"))
    make_prediction(page, "AÇÕES de cobrança")
    make_open_page(project, 2, "Nada disso")
    assert _names(show(q=query)) == ["peticao.png"]


def test_search_finds_by_name_and_by_identifier(show: Any, project: Project) -> None:
    make_document(project, 1, filename="ata-006.pdf", external_id="TJ-7")
    make_document(project, 2, filename="outra.pdf")
    assert _names(show(q="ATA-0")) == ["ata-006.pdf"]
    assert _names(show(q="TJ-7")) == ["ata-006.pdf"]
    assert "Nothing matches" in show(q="zzz")


def test_search_finds_the_same_among_few_and_many(
    show: Any, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed in range(4):
        make_open_page(project, seed, "certidão comum" if seed < 3 else "outra coisa")
    document = make_document(project, 9, filename="certidao-9.pdf", external_id="X-9")
    few = {query: set(_names(show(q=query))) for query in ("certidao", "comum", "X-9", "nada")}
    monkeypatch.setattr("annotations.models.search.FEW", 1)
    many = {query: set(_names(show(q=query))) for query in few}
    assert many == few
    assert len(few["certidao"]) == 4
    assert few["X-9"] == {document.filename}


@pytest.mark.parametrize("query", ["\0", "'; --", "a" * 5000, "%", "\\", "((", "“"])
def test_no_search_breaks_the_page(query: str, show: Any, project: Project) -> None:
    make_open_page(project)
    show(q=query)


def test_screens_follow_each_other_without_loss(
    show: Any, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents_view, "ROWS", 2)
    now = timezone.now()
    for seed in range(5):
        document = make_document(project, seed, filename=f"{seed}.png")
        Document.objects.filter(id=document.id).update(created_at=now - timedelta(hours=seed // 2))
    seen: list[str] = []
    page = show()
    for _screen in range(3):
        seen += _names(page)
        older = re.search(r"href=\"\?after=([^&]+)&", page)
        page = show(after=older[1]) if older else page
    assert sorted(seen) == [f"{seed}.png" for seed in range(5)]
    newer = re.search(r"href=\"\?before=([^&]+)&", page)
    assert newer
    assert _names(show(before=newer[1])) == seen[2:4]


@pytest.mark.parametrize(
    "mark", ["x", "1-2", "99999999999999999999-" + "0" * 32, "9" * 17 + "-" + "f" * 32]
)
def test_a_mark_that_is_none_shows_the_list(mark: str, show: Any, project: Project) -> None:
    make_open_page(project)
    show(after=mark)
    show(before=mark)


def test_a_failure_has_a_reason_and_a_way_out(show: Any, project: Project) -> None:
    make_document(project, 1, state="failed", error_code="password_protected")
    make_document(project, 2, state="failed", error_code="decoder_died")
    page = show()
    assert "Remove the password and send it again" in page
    assert page.count(">Send again<") == 1
    assert page.count(">Try again<") == 1


def test_the_machines_last_reason_is_shown(show: Any, project: Project) -> None:
    page = make_page(make_document(project, 1), state="open", prelabel_state="dead")
    PrelabelJob.objects.create(
        page=page,
        engine=make_engine(),
        state="dead",
        error_code="loop",
        error_detail="loop, three times",
    )
    assert "loop, three times" in show()


def test_ledger_says_in_words_what_it_draws(show: Any, project: Project) -> None:
    document = make_document(project, 1)
    make_page(document, 1, state="open")
    make_page(document, 2, state="waiting")
    page = show()
    assert 'aria-label="1 open, 1 waiting"' in page
    assert '<rect class="ledger-open" x="0.0" width="48.0" height="6" />' in page


def test_a_run_shows_its_progress_and_its_way_out(
    show: Any, project: Project, cast: dict[str, User], as_user: Any
) -> None:
    engine = make_engine()
    use_engine(project, engine)
    run = PrelabelRun.objects.create(project=project, engine=engine, requested_by=cast["gerente"])
    for number, state in enumerate(["done", "queued", "queued"]):
        page = make_page(make_document(project, number))
        PrelabelJob.objects.create(page=page, engine=engine, run=run, state=state)
    page = show("gerente")
    assert "1 of 3 pages" in page
    assert 'hx-trigger="every 2s"' in page
    assert ">Interrupt<" in page
    assert ">Interrupt<" not in show("revisora")
    PrelabelJob.objects.filter(run=run).update(state="done")
    card = as_user("gerente").get(reverse("run_card", args=["acervo"]))
    assert "every 2s" not in card.content.decode()
    assert card.headers["HX-Trigger"] == "documents-changed"


def _queries(client: Client) -> int:
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get(ADDRESS).status_code == 200
    return len(caught)


def test_queries_do_not_grow_with_rows(project: Project, as_user: Any) -> None:
    client = as_user("gerente")
    use_engine(project, make_engine())
    make_open_page(project, 1)
    first = _queries(client)
    for seed in range(2, 9):
        make_open_page(project, seed)
        make_document(project, 100 + seed, state="failed", error_code="corrupt")
    assert _queries(client) == first


def test_hostile_names_are_printed_not_run(show: Any, project: Project) -> None:
    make_document(project, 1, filename='<script>alert("1")</script>.png')
    page = show()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_the_list_alone_brings_the_counts_with_it(project: Project, as_user: Any) -> None:
    make_open_page(project)
    answer = as_user("revisora").get(
        ADDRESS, headers={"HX-Request": "true", "HX-Target": "documents"}
    )
    text = answer.content.decode()
    assert "<html" not in text
    assert '<p id="counts" hx-swap-oob="true">1 document' in text
    assert 'id="q"' not in text
