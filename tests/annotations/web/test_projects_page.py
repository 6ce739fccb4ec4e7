"""The first page: one's projects, and how a project begins."""

from typing import Any

from django.test import Client
from django.urls import reverse
from rows import make_document, make_page

from annotations.models import Membership, Project, User


def test_projects_tell_how_far_they_are(project: Project, as_user: Any) -> None:
    document = make_document(project, 1)
    make_page(document, 1, state="open")
    make_page(document, 2, state="waiting")
    page = as_user("leitora").get(reverse("projects")).content.decode()
    assert 'max="2"' in page
    assert "Acervo" in page


def test_a_person_without_projects_is_told_whom_to_ask(cast: dict[str, User], as_user: Any) -> None:
    page = as_user("estranha").get(reverse("projects")).content.decode()
    assert "Ask a project&#x27;s manager" in page or "Ask a project's manager" in page
    assert "New project" not in page


def test_staff_begin_a_project_and_manage_it(cast: dict[str, User], as_user: Any) -> None:
    User.objects.filter(username="estranha").update(is_staff=True)
    client = as_user("estranha")
    form = {"name": "Cartas", "slug": "cartas"}
    answer = client.post(reverse("project_create"), form)
    assert answer.headers["Location"] == reverse("documents", args=["cartas"])
    assert Membership.objects.get(project__slug="cartas").role == "manager"


def test_a_refused_project_keeps_what_was_typed(project: Project, as_user: Any) -> None:
    client = as_user("gerente")
    wrong = client.post(reverse("project_create"), {"name": "Cartas de 1901", "slug": "Não Serve"})
    assert wrong.status_code == 422
    assert "Cartas de 1901" in wrong.content.decode()
    taken = client.post(reverse("project_create"), {"name": "Outro", "slug": "acervo"})
    assert taken.status_code == 409
    assert Project.objects.count() == 1


def test_reviewers_and_strangers_begin_no_project(project: Project, as_user: Any) -> None:
    form = {"name": "Cartas", "slug": "cartas"}
    for who in ("revisora", "estranha"):
        assert as_user(who).post(reverse("project_create"), form).status_code == 403
    assert Client().post(reverse("project_create"), form).status_code == 302
    assert not Project.objects.filter(slug="cartas").exists()
