"""Asking for the next page, the correction screen's start, and the review inbox."""

import json
import re
from typing import Any

from django.urls import reverse
from rows import make_document, make_open_page, make_page

from annotations.content import PageContent
from annotations.models import Lease, Page, Project, RevisionFigures, User
from annotations.review.submit import submit
from annotations.review.verdicts import give_verdict
from annotations.review.writing import Writing
from annotations.states import Decision


def _content(text: str) -> PageContent:
    return PageContent.from_json(
        {"header": None, "margin": None, "footer": None, "text": text, "fields": {}}
    )


def _submit(page: Page, who: User, text: str = "Texto conferido") -> Page:
    page.refresh_from_db()
    writing = Writing(
        content=_content(text),
        spans=(),
        base_version=page.version,
        base_prediction_id=page.current_prediction_id,
        fields_version=1,
    )
    return submit(actor=who, page=page, version=page.version, writing=writing, active_seconds=42.0)


def _setup(answer: Any) -> dict[str, Any]:
    found = re.search(
        r'<script id="correction-setup" type="application/json">(.*?)</script>',
        answer.content.decode(),
    )
    assert found
    return dict(json.loads(found[1]))


def test_correct_next_goes_to_a_page_of_ones_own(project: Project, as_user: Any) -> None:
    page = make_open_page(project)
    answer = as_user("revisora").post(reverse("correct_next", args=["acervo"]))
    assert answer.headers["Location"] == reverse("correction", args=["acervo", page.id])
    assert Lease.objects.get().page_id == page.id


def test_looking_at_a_page_takes_nothing(project: Project, as_user: Any) -> None:
    page = make_open_page(project)
    as_user("revisora").get(reverse("correction", args=["acervo", page.id]))
    assert not Lease.objects.exists()


def test_the_screen_knows_how_it_starts(project: Project, as_user: Any) -> None:
    document = make_document(project, 1)
    pages = [make_page(document, number) for number in (1, 2, 3)]
    client = as_user("revisora")
    client.post(reverse("correct_next", args=["acervo"]))
    setup = _setup(client.get(reverse("correction", args=["acervo", pages[1].id])))
    assert setup["mode"] == "correct"
    assert setup["lease"] is None
    assert setup["urls"]["previous"] == reverse("correction", args=["acervo", pages[0].id])
    assert setup["urls"]["next"] == reverse("correction", args=["acervo", pages[2].id])
    assert [field["name"] for field in setup["fields"]] == ["cpf", "data"]
    held = _setup(client.get(reverse("correction", args=["acervo", pages[0].id])))
    assert held["lease"]["kind"] == "correct"


def test_others_see_who_holds_the_page(project: Project, as_user: Any) -> None:
    page = make_open_page(project)
    as_user("revisora").post(reverse("correct_next", args=["acervo"]))
    setup = _setup(as_user("revisor").get(reverse("correction", args=["acervo", page.id])))
    assert setup["holder"] == "revisora"


def test_mode_follows_state_and_role(project: Project, cast: dict[str, User], as_user: Any) -> None:
    page = make_open_page(project)
    address = reverse("correction", args=["acervo", page.id])
    assert _setup(as_user("leitora").get(address))["mode"] == "read"
    _submit(page, cast["aprovadora"])
    assert _setup(as_user("gerente").get(address))["mode"] == "approve"
    assert _setup(as_user("aprovadora").get(address))["mode"] == "read"
    assert _setup(as_user("revisora").get(address))["mode"] == "read"


def test_nothing_left_tells_the_next_step(
    project: Project, cast: dict[str, User], as_user: Any
) -> None:
    def ask(who: str, name: str = "correct_next") -> str:
        return str(as_user(who).post(reverse(name, args=["acervo"])).content.decode())

    assert "has no pages yet" in ask("revisora")
    waiting = make_page(make_document(project, 5), state="waiting")
    assert "1 page waits for an engine" in ask("revisora")
    Page.objects.filter(id=waiting.id).update(prelabel_state="queued")
    assert "1 page is being read by the machine" in ask("revisora")
    waiting.document.pages.all().delete()
    page = make_open_page(project)
    _submit(page, cast["aprovadora"])
    assert "All is corrected; 1 page waits" in ask("revisora")
    assert "you corrected it" in ask("aprovadora", "approve_next")
    page.refresh_from_db()
    give_verdict(actor=cast["gerente"], page=page, version=page.version, decision=Decision.APPROVE)
    assert "Every page of the project is approved" in ask("revisora")


def test_inbox_shows_author_and_size_of_the_change(
    project: Project, cast: dict[str, User], as_user: Any
) -> None:
    page = _submit(make_open_page(project), cast["revisora"])
    page.refresh_from_db()
    assert page.head_revision
    shown = as_user("aprovadora").get(reverse("review_inbox", args=["acervo"])).content.decode()
    assert "revisora" in shown
    assert "measuring" in shown
    assert "42 s" in shown
    RevisionFigures.objects.create(
        revision=page.head_revision,
        cer_edits=7,
        cer_length=200,
        cer_norm_edits=7,
        cer_norm_length=200,
        wer_edits=2,
        wer_length=30,
    )
    shown = as_user("aprovadora").get(reverse("review_inbox", args=["acervo"])).content.decode()
    assert "3.5 %" in shown
    assert ">Approve the next<" in shown


def test_inbox_offers_nobody_their_own_text(
    project: Project, cast: dict[str, User], as_user: Any
) -> None:
    _submit(make_open_page(project), cast["aprovadora"])
    shown = as_user("aprovadora").get(reverse("review_inbox", args=["acervo"])).content.decode()
    assert "All that waits was corrected by you" in shown
    assert reverse("approve_next", args=["acervo"]) not in shown


def test_what_was_sent_back_returns_with_the_remark(
    project: Project, cast: dict[str, User], as_user: Any
) -> None:
    page = _submit(make_open_page(project), cast["revisora"])
    give_verdict(
        actor=cast["aprovadora"],
        page=page,
        version=page.version,
        decision=Decision.SEND_BACK,
        comment="Confira o rodapé",
    )
    shown = as_user("revisora").get(reverse("review_inbox", args=["acervo"])).content.decode()
    assert "Sent back to you" in shown
    assert "Confira o rodapé" in shown
    other = as_user("revisor").get(reverse("review_inbox", args=["acervo"])).content.decode()
    assert "Sent back to you" not in other


def test_inbox_queries_do_not_grow_with_rows(
    project: Project, cast: dict[str, User], as_user: Any, django_assert_max_num_queries: Any
) -> None:
    for seed in range(6):
        _submit(make_open_page(project, seed), cast["revisora"])
    client = as_user("aprovadora")
    with django_assert_max_num_queries(12):
        client.get(reverse("review_inbox", args=["acervo"]))
