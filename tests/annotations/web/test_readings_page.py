"""Readings of one page beside each other: who read what, and where two differ."""

import re
from typing import Any

from django.urls import reverse
from rows import make_document, make_engine, make_open_page, make_page, make_prediction

from annotations.content import PageContent
from annotations.models import Page, Project, User
from annotations.review.submit import submit
from annotations.review.writing import Writing


def shown(as_user: Any, page: Page, **query: str) -> str:
    address = reverse("readings", args=["acervo", page.id])
    answer = as_user("leitora").get(address, query, headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    return str(answer.content.decode())


def compared(html: str) -> str:
    (text,) = re.findall(r'<p class="transcript diff">(.*?)</p>', html, re.DOTALL)
    return str(text)


def test_two_engines_are_compared_letter_by_letter(project: Project, as_user: Any) -> None:
    page = make_page(make_document(project, 1))
    first = make_prediction(page, "Certidao lavrada\nem março", make_engine("um"))
    make_prediction(page, "Certidão lavrada em março", make_engine("dois"))
    html = shown(as_user, page)
    assert "From dois@1 to um@1" in html
    assert compared(html) == (
        "Certid<del>ã</del><ins>a</ins>o lavrada"
        '<del class="glyph">␣</del><ins class="glyph">↵\n</ins>em março'
    )
    assert "2 edits on 25 characters" in html
    turned = shown(as_user, page, a=str(first.id), b=str(page.current_prediction_id))
    assert "From um@1 to dois@1" in turned


def test_an_engine_is_compared_with_what_people_made_of_it(
    project: Project, cast: dict[str, User], as_user: Any
) -> None:
    page = make_open_page(project, text="Certidao")
    writing = Writing(content=PageContent(text="Certidão"), fields_version=1)
    submit(actor=cast["revisora"], page=page, version=page.version, writing=writing)
    html = shown(as_user, page)
    assert "From corrected text to motor@1" in html
    assert compared(html) == "Certid<del>ã</del><ins>a</ins>o"


def test_flags_stand_beside_a_reading(project: Project, as_user: Any) -> None:
    page = make_page(make_document(project, 1))
    make_prediction(page, "outra vez " * 9, make_engine("um"), degenerate=True)
    html = shown(as_user, page)
    assert ">loop</span>" in html
    assert "one reading only" in html


def test_text_is_never_markup(project: Project, as_user: Any) -> None:
    page = make_page(make_document(project, 1))
    make_prediction(page, "<script>alert(1)</script>", make_engine("um"))
    make_prediction(page, "<b>nada</b>", make_engine("dois"))
    html = shown(as_user, page)
    assert "<b>" not in html
    assert "<script>alert" not in html


def test_a_page_nobody_read_says_so_and_many_readings_cost_the_same(
    project: Project, as_user: Any, django_assert_max_num_queries: Any
) -> None:
    page = make_page(make_document(project, 1))
    assert "No engine has read this page yet" in shown(as_user, page)
    for number in range(12):
        make_prediction(page, f"texto {number}", make_engine(f"m{number}"))
    browser, address = as_user("leitora"), reverse("readings", args=["acervo", page.id])
    with django_assert_max_num_queries(10):
        assert browser.get(address).status_code == 200
