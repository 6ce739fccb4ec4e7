"""The door: it opens to the right password, slows down guessing, and tells nothing about accounts."""

from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from django.urls import reverse

from annotations.models import Event, LoginAttempts, Project, User
from annotations.people.entrance import ATTEMPT_LIMIT
from tests.conftest import PASSWORD


def _try(client: Client, username: str, password: str, **form: str) -> Any:
    return client.post(reverse("login"), {"username": username, "password": password, **form})


def test_right_password_opens_the_projects(cast: dict[str, User], client: Client) -> None:
    answer = _try(client, "revisora", PASSWORD)
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/"
    assert client.get("/").status_code == 200
    assert LoginAttempts.objects.count() == 0


def test_one_returns_to_the_page_one_came_from_and_to_no_other_site(
    cast: dict[str, User], client: Client
) -> None:
    wanted = "/projects/acervo/review/"
    assert _try(client, "revisora", PASSWORD, next=wanted).headers["Location"] == wanted
    client.logout()
    evil = _try(client, "revisora", PASSWORD, next="https://elsewhere.example/")
    assert evil.headers["Location"] == "/"


def test_unknown_user_and_wrong_password_look_the_same(
    cast: dict[str, User], client: Client
) -> None:
    wrong = _try(client, "revisora", "nope").content.decode()
    unknown = _try(client, "ninguem", "nope").content.decode()
    strip = [("revisora", ""), ("ninguem", "")]
    for old, new in strip:
        wrong, unknown = wrong.replace(old, new), unknown.replace(old, new)
    drop = 'name="csrf'  # the token differs with every answer
    lines = [line for line in wrong.split("\n") if drop not in line and "X-CSRF" not in line]
    others = [line for line in unknown.split("\n") if drop not in line and "X-CSRF" not in line]
    assert lines == others


@pytest.mark.parametrize("username", ["revisora", "ninguem"])
def test_guessing_is_stopped_for_known_and_unknown_names(
    username: str, cast: dict[str, User], client: Client
) -> None:
    for _attempt in range(ATTEMPT_LIMIT):
        assert _try(client, username, "nope").status_code == 200
    assert _try(client, username, "nope").status_code == 429
    # Not even the right password tells that it is right.
    assert _try(client, username, PASSWORD).status_code == 429


def test_one_address_does_not_lock_out_another(cast: dict[str, User], client: Client) -> None:
    for _attempt in range(ATTEMPT_LIMIT + 1):
        _try(client, "revisora", "nope")
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert _try(elsewhere, "revisora", PASSWORD).status_code == 302


def test_attempts_are_kept_without_names_or_addresses(
    cast: dict[str, User], client: Client
) -> None:
    _try(client, "revisora", "nope")
    kept = LoginAttempts.objects.get()
    assert "revisora" not in kept.key
    assert len(kept.key) == 64


def test_system_users_never_log_in(db: None, client: Client) -> None:
    system = User.objects.system("cli")
    system.set_password(PASSWORD)
    User.objects.filter(id=system.id).update(password=system.password)
    assert _try(client, "cli", PASSWORD).status_code == 200
    assert client.get("/").status_code == 302


def test_the_door_tells_that_typing_is_kept(client: Client, db: None) -> None:
    asked = client.get(reverse("login"), {"next": "/projects/acervo/pages/x/"}).content.decode()
    assert "What you typed is kept on this computer" in asked
    assert "What you typed" not in client.get(reverse("login")).content.decode()


def test_logging_out_empties_the_browser(as_user: Any) -> None:
    client = as_user("revisora")
    answer = client.post(reverse("logout"))
    assert answer.headers["Clear-Site-Data"] == '"storage"'
    assert client.get("/").status_code == 302


def test_language_is_chosen_and_follows_the_person(cast: dict[str, User], as_user: Any) -> None:
    client = as_user("revisora")
    client.post(reverse("set_language"), {"language": "pt-br"})
    assert "Projetos" in client.get("/").content.decode()
    assert User.objects.get(username="revisora").language == "pt-br"
    assert Event.objects.filter(verb="user.language").count() == 1
    elsewhere = Client()
    _try(elsewhere, "revisora", PASSWORD)
    assert elsewhere.cookies[settings.LANGUAGE_COOKIE_NAME].value == "pt-br"


def test_the_installation_speaks_until_a_person_chooses(
    db: None, client: Client, settings: Any
) -> None:
    settings.LANGUAGE_CODE = "pt-br"
    asked = client.get(reverse("login"), headers={"Accept-Language": "en-GB,en"})
    assert 'lang="pt-br"' in asked.content.decode()
    assert asked.headers["Content-Language"] == "pt-br"


@pytest.mark.parametrize(("route", "form"), [("set_language", "language"), ("set_theme", "theme")])
def test_nonsense_is_not_remembered(route: str, form: str, db: None, client: Client) -> None:
    assert client.post(reverse(route), {form: "<script>"}).status_code == 400


def test_theme_is_painted_by_the_server(db: None, client: Client) -> None:
    answer = client.post(reverse("set_theme"), {"theme": "dark", "next": "/login/"})
    assert answer.headers["Location"] == "/login/"
    assert 'data-theme="dark"' in client.get(reverse("login")).content.decode()


def test_unknown_user_and_wrong_password_cost_the_same(
    cast: dict[str, User], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def counting(self: MD5PasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        return str(encode(self, password, salt))

    monkeypatch.setattr(MD5PasswordHasher, "encode", counting)
    _try(client, "revisora", "nope")
    known = len(hashed)
    _try(client, "ninguem", "nope")
    assert known == len(hashed) - known == 1


def test_a_part_of_a_page_sends_the_whole_page_to_the_door(project: Project) -> None:
    answer = Client().get("/projects/acervo/runs/card/", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["HX-Refresh"] == "true"
