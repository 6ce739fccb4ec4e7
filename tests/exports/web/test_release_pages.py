"""Release pages: counts before building, progress, what is in it, who may."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from rows import make_open_page

from annotations.content import Span
from annotations.jobs import drain
from annotations.models import Page, Project, User
from annotations.states import SpanKind
from exports.actions import read_options, request_release
from exports.models import BuildJob, Release

Approve = Callable[..., Page]
Build = Callable[..., Release]
AsUser = Callable[[str], Client]
LIST = "/projects/acervo/releases/"


def text_of(response: Any) -> str:
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_counts_and_reasons_are_shown_before_anything_is_built(
    approve: Approve, project: Project, as_user: AsUser
) -> None:
    approve(1)
    approve(2, split="test", spans=(Span("text", 0, 4, SpanKind.RECONSTRUCTED),))
    make_open_page(project, 3)
    said = text_of(as_user("gerente").get(LIST))
    assert "raw" in said
    assert "<strong>2</strong>" in said  # raw
    assert "<strong>1</strong>" in said  # sft
    assert "Not approved yet" in said
    assert not Release.objects.exists()


def test_nothing_approved_tells_the_next_step(project: Project, as_user: AsUser) -> None:
    said = text_of(as_user("gerente").get(LIST))
    assert "No page is approved yet" in said
    assert "Waits for the first approved page." in said


def test_a_manager_cuts_watches_and_withdraws_a_release(approve: Approve, as_user: AsUser) -> None:
    approve(1)
    client = as_user("gerente")
    asked = client.post(LIST + "request/", {"configs": ["raw"], "reason": "Primeiro treino"})
    assert asked["Location"] == LIST + "1/"
    said = text_of(client.get(LIST + "1/"))
    assert "Interrupt the build" in said
    assert 'hx-trigger="every 2s"' in said
    assert "Primeiro treino" in said
    assert not client.get(LIST + "1/build/").has_header("HX-Refresh")
    drain("cpu")
    assert client.get(LIST + "1/build/")["HX-Refresh"] == "true"
    said = text_of(client.get(LIST + "1/"))
    assert 'href="/api/v1/projects/acervo/releases/1/download/"' in said
    assert "Certidão lavrada em 3 de março." in said
    assert "The whole card" in said
    assert 'hx-trigger="every 2s"' not in said
    client.post(LIST + "1/withdraw/")
    assert Release.objects.get().state == "withdrawn"
    assert "/releases/1/download/" not in text_of(client.get(LIST + "1/"))


def test_progress_says_how_many_rows_are_written(
    approve: Approve, project: Project, cast: dict[str, User], as_user: AsUser
) -> None:
    approve(1)
    asked = request_release(actor=cast["gerente"], project=project, options=read_options())
    Release.objects.filter(id=asked.id).update(state="building", rows=2892)
    BuildJob.objects.update(written=1964)
    said = text_of(as_user("leitora").get(LIST + "1/build/"))
    assert '<progress value="1964" max="2892"' in said
    assert "1964 of 2892" in said


def test_a_release_without_a_reason_is_not_cut(approve: Approve, as_user: AsUser) -> None:
    approve(1)
    answer = as_user("gerente").post(
        LIST + "request/", {"configs": ["raw"], "reason": " "}, follow=True
    )
    assert "Say what this release is for" in answer.content.decode()
    assert not Release.objects.exists()


def test_a_build_is_interrupted(
    approve: Approve, project: Project, cast: dict[str, User], as_user: AsUser
) -> None:
    approve(1)
    request_release(actor=cast["gerente"], project=project, options=read_options())
    as_user("gerente").post(LIST + "1/cancel/")
    assert Release.objects.get().state == "cancelled"
    assert "cancelled" in text_of(as_user("gerente").get(LIST))


def test_the_change_since_the_release_before_is_told(
    approve: Approve, release: Build, as_user: AsUser
) -> None:
    approve(1)
    release()
    approve(2)
    release()
    said = text_of(as_user("leitora").get(LIST + "2/"))
    assert "Since 1" in said
    assert "+1" in said


def test_document_text_is_never_markup(approve: Approve, release: Build, as_user: AsUser) -> None:
    approve(1, text="<script>alert(1)</script>")
    release()
    assert "<script>alert" not in text_of(as_user("gerente").get(LIST + "1/"))


@pytest.mark.parametrize("path", ["request/", "1/cancel/", "1/withdraw/"])
def test_only_managers_change_releases(
    path: str, approve: Approve, release: Build, as_user: AsUser
) -> None:
    approve(1)
    release()
    for name in ("leitora", "revisora", "aprovadora"):
        assert as_user(name).post(LIST + path).status_code == 403
    for name in ("estranha", "gerente_alheia"):
        assert as_user(name).post(LIST + path).status_code == 404
    assert as_user("gerente").get(LIST + path).status_code == 405
    assert Release.objects.get().state == "ready"


@pytest.mark.parametrize("path", ["", "1/", "1/build/"])
def test_strangers_find_no_release(
    path: str, approve: Approve, release: Build, as_user: AsUser
) -> None:
    approve(1)
    release()
    assert as_user("estranha").get(LIST + path).status_code == 404
    assert Client().get(LIST + path).status_code == 302
    assert as_user("leitora").get(LIST + path).status_code == 200


def test_an_unknown_release_is_not_found(project: Project, as_user: AsUser) -> None:
    assert as_user("gerente").get(LIST + "9/").status_code == 404


def test_lists_cost_the_same_however_many_releases(
    approve: Approve, release: Build, as_user: AsUser, django_assert_max_num_queries: Any
) -> None:
    approve(1)
    for _ in range(3):
        release(configs=("sft",))
    client = as_user("leitora")
    with django_assert_max_num_queries(8):
        client.get(LIST)
    with django_assert_max_num_queries(14):
        client.get(LIST + "3/")
