"""Projects and members over REST."""

from typing import TYPE_CHECKING

import pytest
from pytest_django import DjangoAssertNumQueries

from annotations.models import Membership, Project, User
from annotations.people.projects import create_project

if TYPE_CHECKING:
    from tests.annotations.api.conftest import ProgramFor

pytestmark = pytest.mark.django_db

KEYS = {
    "slug", "name", "language", "time_zone", "fields", "fields_version", "guidelines",
    "review_policy",
}  # fmt: skip


def test_a_project_has_the_promised_members(project: Project, program: "ProgramFor") -> None:
    answer = program("leitora").get("projects/acervo/").json()
    assert answer.keys() >= KEYS
    assert answer["created_at"].endswith("Z")
    assert [field["name"] for field in answer["fields"]] == ["cpf", "data"]
    assert (answer["fields_version"], answer["review_policy"]) == (1, "second_person")


def test_a_manager_creates_a_project_and_manages_it(
    project: Project, program: "ProgramFor"
) -> None:
    body = {"slug": "novo", "name": "Novo", "fields": [{"name": "cpf", "type": "cpf"}]}
    answer = program("gerente").post("projects/", body)
    assert answer.status_code == 201
    assert answer.json()["fields"][0]["type"] == "cpf"
    assert program("gerente").get("me/").json()["roles"]["novo"] == "manager"
    again = program("gerente").post("projects/", body)
    assert (again.status_code, again.json()["code"]) == (409, "slug_taken")


def test_nobody_else_creates_projects(project: Project, program: "ProgramFor") -> None:
    body = {"slug": "novo", "name": "Novo"}
    for name in ("estranha", "leitora", "aprovadora"):
        assert program(name).post("projects/", body).status_code == 403
    assert program("gerente", project=project).post("projects/", body).status_code == 403


def test_changing_fields_makes_a_new_version(project: Project, program: "ProgramFor") -> None:
    manager = program("gerente")
    answer = manager.send("PATCH", "projects/acervo/", {"fields": [{"name": "nome"}]})
    assert (answer.status_code, answer.json()["fields_version"]) == (200, 2)
    answer = manager.send("PATCH", "projects/acervo/", {"guidelines": "# Regras"})
    assert (answer.json()["guidelines"], answer.json()["fields_version"]) == ("# Regras", 2)
    assert manager.send("PATCH", "projects/acervo/", {"slug": "outro"}).status_code == 400


def test_wrong_fields_are_named(project: Project, program: "ProgramFor") -> None:
    answer = program("gerente").send("PATCH", "projects/acervo/", {"fields": [{"name": "A B"}]})
    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == ["fields.0.name"]


def test_the_projects_list_costs_the_same_for_many(
    project: Project,
    cast: dict[str, User],
    program: "ProgramFor",
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(5):
        create_project(actor=cast["gerente"], slug=f"p{number}", name="P")
    manager = program("gerente")
    manager.get("me/")  # notes the token's use
    with django_assert_num_queries(2):  # the token with its user, the list
        answer = manager.get("projects/").json()
    assert [row["slug"] for row in answer["results"]] == ["acervo", "p0", "p1", "p2", "p3", "p4"]
    assert (answer["next"], answer["previous"]) == (None, None)


def test_a_manager_adds_changes_and_removes_members(
    project: Project, program: "ProgramFor"
) -> None:
    manager, path = program("gerente"), "projects/acervo/members/"
    added = manager.post(path, {"username": "estranha", "role": "viewer"})
    assert (added.status_code, added.json()["role"]) == (201, "viewer")
    changed = manager.post(path, {"username": "estranha", "role": "reviewer"})
    assert (changed.status_code, changed.json()["role"]) == (200, "reviewer")
    assert manager.send("DELETE", f"{path}?username=estranha").status_code == 204
    assert not Membership.objects.filter(user__username="estranha").exists()
    assert manager.send("DELETE", f"{path}?username=estranha").status_code == 404


def test_a_project_keeps_a_manager(project: Project, program: "ProgramFor") -> None:
    answer = program("gerente").send("DELETE", "projects/acervo/members/?username=gerente")
    assert (answer.status_code, answer.json()["code"]) == (409, "last_manager")


def test_an_unknown_person_is_a_clear_mistake(project: Project, program: "ProgramFor") -> None:
    body = {"username": "ninguem", "role": "viewer"}
    answer = program("gerente").post("projects/acervo/members/", body)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["username"])


def test_the_members_list_costs_the_same_for_many(
    project: Project, program: "ProgramFor", django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    reader = program("leitora")
    reader.get("me/")
    with django_assert_num_queries(4):  # token, project, role, list
        answer = reader.get("projects/acervo/members/").json()
    assert {row["username"]: row["role"] for row in answer["results"]}["gerente"] == "manager"
