"""Administration and engines: members, tokens shown once, fields, rules, runs."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from rows import (
    make_document,
    make_engine,
    make_open_page,
    make_page,
    make_prediction,
    use_engine,
)

from annotations.models import ApiToken, Event, Membership, PrelabelRun, Project, User
from annotations.people.projects import current_fields, current_guideline
from annotations.people.tokens import find_token

SLUG = ["acervo"]


@pytest.fixture
def manager(project: Project, as_user: Any) -> Any:
    """Return the manager's browser."""
    return as_user("gerente")


def test_a_person_is_added_and_removed(
    manager: Any, project: Project, cast: dict[str, User]
) -> None:
    manager.post(reverse("member_set", args=SLUG), {"username": "estranha", "role": "viewer"})
    assert Membership.objects.get(user=cast["estranha"]).role == "viewer"
    manager.post(reverse("member_remove", args=[*SLUG, cast["estranha"].id]))
    assert not Membership.objects.filter(user=cast["estranha"]).exists()


def test_the_last_manager_stays(manager: Any, project: Project, cast: dict[str, User]) -> None:
    answer = manager.post(reverse("member_remove", args=[*SLUG, cast["gerente"].id]), follow=True)
    assert "Make somebody else a manager first" in answer.content.decode()
    assert Membership.objects.filter(user=cast["gerente"]).exists()


def test_an_unknown_user_gets_a_clear_answer(manager: Any) -> None:
    form = {"username": "ninguem", "role": "viewer"}
    answer = manager.post(reverse("member_set", args=SLUG), form, follow=True)
    assert "There is no user of this name" in answer.content.decode()


def test_a_token_is_shown_once_and_revoked(manager: Any, project: Project) -> None:
    form = {"scopes": ["read", "ingest"], "days": "30"}
    shown = manager.post(reverse("token_create", args=SLUG), form)
    assert "no-store" in shown.headers["Cache-Control"]
    found = re.search(r"ocrlab_[\w-]+", shown.content.decode())
    assert found
    token = find_token(found[0])
    assert token
    assert token.project_id == project.id
    assert found[0] not in manager.get(reverse("members", args=SLUG)).content.decode()
    manager.post(reverse("token_revoke", args=[*SLUG, token.id]))
    assert find_token(found[0]) is None


@pytest.mark.parametrize(
    "form",
    [{"scopes": ["read"], "days": "4000"}, {"days": "30"}, {"scopes": ["root"], "days": "30"}],
)
def test_a_token_needs_known_scopes_and_an_end(form: dict[str, Any], manager: Any) -> None:
    manager.post(reverse("token_create", args=SLUG), form)
    assert not ApiToken.objects.exists()


def test_fields_become_a_new_version(manager: Any, project: Project) -> None:
    form = {
        "name": ["cpf", "", "vara", ""],
        "label": ["CPF", "", "Vara", ""],
        "type": ["cpf", "text", "choice", "text"],
        "help": ["", "", "", ""],
        "choices": ["", "", "1ª Vara; 2ª Vara ;", ""],
        "required": ["2"],
    }
    manager.post(reverse("project_fields", args=SLUG), form)
    fields = current_fields(project)
    assert fields.number == 2
    assert [field["name"] for field in fields.schema] == ["cpf", "vara"]
    assert fields.schema[1]["choices"] == ["1ª Vara", "2ª Vara"]
    assert [field["required"] for field in fields.schema] == [False, True]


def test_refused_fields_come_back_as_typed(manager: Any, project: Project) -> None:
    form = {"name": ["Com Espaço"], "label": ["Meu rótulo"], "type": ["text"]}
    answer = manager.post(reverse("project_fields", args=SLUG), form)
    assert answer.status_code == 422
    assert "Meu rótulo" in answer.content.decode()
    assert "starts with a letter" in answer.content.decode()
    assert current_fields(project).number == 1


def test_rules_are_saved_and_refusals_keep_the_text(manager: Any, project: Project) -> None:
    form = {
        "name": "Acervo",
        "time_zone": "America/Bahia",
        "review_policy": "single",
        "guidelines": "Como no papel.\r\nSempre.",
    }
    manager.post(reverse("project_rules", args=SLUG), form)
    assert Project.objects.get(slug="acervo").review_policy == "single"
    assert current_guideline(project).text == "Como no papel.\nSempre."
    wrong = manager.post(
        reverse("project_rules", args=SLUG),
        {**form, "time_zone": "Lua", "guidelines": "Texto longo"},
    )
    assert wrong.status_code == 422
    assert "Texto longo" in wrong.content.decode()


def test_an_engine_is_added_and_reads_what_is_missing(manager: Any, project: Project) -> None:
    engine = make_engine()
    make_page(make_document(project, 1), state="waiting")
    manager.post(reverse("engine_use", args=SLUG), {"engine": str(engine.id)})
    assert project.project_engines.get().engine_id == engine.id
    manager.post(reverse("run_start", args=SLUG), {"engine": str(engine.id), "only": "missing"})
    run = PrelabelRun.objects.get()
    shown = manager.get(reverse("engines", args=SLUG)).content.decode()
    assert "motor" in shown
    assert "in the queue" in shown
    manager.post(reverse("run_cancel", args=[*SLUG, run.id]))
    run.refresh_from_db()
    assert run.cancelled_at
    assert "interrupted" in manager.get(reverse("engines", args=SLUG)).content.decode()
    again = manager.post(reverse("run_cancel", args=[*SLUG, run.id]), follow=True)
    assert "ended already" in again.content.decode()


def test_a_budget_is_set_and_the_day_s_cost_stands_beside_it(
    manager: Any, project: Project
) -> None:
    engine = make_engine("caro", price={"out": 2.0})
    use = reverse("engine_use", args=SLUG)
    refused = manager.post(use, {"engine": str(engine.id), "daily_budget": "-1"}, follow=True)
    assert "such as 25.00" in refused.content.decode()
    assert not project.project_engines.exists()
    manager.post(use, {"engine": str(engine.id), "daily_budget": "10.50"})
    page = make_page(make_document(project, 1))
    make_prediction(page, engine=engine, cost=Decimal("1.25"))
    make_prediction(page, engine=engine, cost=Decimal(2))
    shown = manager.get(reverse("engines", args=SLUG)).content.decode()
    assert "today 3.25 of 10.50" in shown


def test_third_parties_need_consent(manager: Any, project: Project) -> None:
    engine = make_engine("externo", sends_data_to_third_party=True)
    make_open_page(project)
    use_engine(project, engine)
    answer = manager.post(
        reverse("run_start", args=SLUG), {"engine": str(engine.id), "only": ""}, follow=True
    )
    assert "third party" in answer.content.decode()
    assert not PrelabelRun.objects.exists()


def test_a_run_over_nothing_says_so(manager: Any, project: Project) -> None:
    engine = make_engine()
    use_engine(project, engine)
    answer = manager.post(
        reverse("run_start", args=SLUG), {"engine": str(engine.id), "only": "failed"}, follow=True
    )
    assert "nothing was started" in answer.content.decode()


def test_engines_of_other_projects_are_not_started(manager: Any, project: Project) -> None:
    engine = make_engine()
    answer = manager.post(reverse("run_start", args=SLUG), {"engine": str(engine.id)}, follow=True)
    assert "Choose one of the project" in answer.content.decode()
    assert not Event.objects.filter(verb="run.started").exists()
