"""Accounts: staff makes them, their owners choose the password, a closed one is closed at once."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from annotations.models import Event, User
from annotations.people.tokens import create_token, find_token
from tests.conftest import PASSWORD

NEW = "outra senha de teste bem longa"


@pytest.fixture
def staff(cast: dict[str, User], as_user: Any) -> Client:
    """Return the browser of a member of staff."""
    User.objects.filter(username="gerente").update(is_staff=True)
    return as_user("gerente")  # type: ignore[no-any-return]


def _secret(answer: Any) -> str:
    found = re.search(r'<code class="transcript">([\w-]{16})</code>', answer.content.decode())
    assert found
    return found[1]


def _log_in(username: str, password: str) -> Client | None:
    client = Client()
    form = {"username": username, "password": password}
    return client if client.post(reverse("login"), form).status_code == 302 else None


def test_staff_creates_an_account_whose_password_is_shown_once(staff: Client) -> None:
    made = staff.post(reverse("person_create"), {"username": "nova", "name": "Nova Revisora"})
    assert _log_in("nova", _secret(made))
    assert User.objects.get(username="nova").get_full_name() == "Nova Revisora"
    assert _secret(made) not in staff.get(reverse("people")).content.decode()
    assert "no-store" in made.headers["Cache-Control"]
    assert Event.objects.get(verb="user.created").data == {}


@pytest.mark.parametrize(("username", "status"), [("revisora", 409), ("a b", 422), ("", 422)])
def test_a_refused_account_keeps_what_was_typed(username: str, status: int, staff: Client) -> None:
    answer = staff.post(reverse("person_create"), {"username": username, "name": "Nome Digitado"})
    assert answer.status_code == status
    assert "Nome Digitado" in answer.content.decode()


def test_a_new_password_ends_the_old_one_and_its_sessions(
    staff: Client, cast: dict[str, User]
) -> None:
    before = _log_in("revisora", PASSWORD)
    assert before
    secret = _secret(staff.post(reverse("person_reset", args=[cast["revisora"].id])))
    assert before.get("/").status_code == 302
    assert _log_in("revisora", PASSWORD) is None
    assert _log_in("revisora", secret)


def test_a_closed_account_is_closed_at_once(staff: Client, cast: dict[str, User]) -> None:
    open_session = _log_in("revisora", PASSWORD)
    assert open_session
    _row, secret = create_token(actor=cast["revisora"], user=cast["revisora"], scopes=["read"])
    staff.post(reverse("person_active", args=[cast["revisora"].id]), {"active": "no"})
    assert open_session.get("/").status_code == 302
    assert find_token(secret) is None
    assert _log_in("revisora", PASSWORD) is None
    staff.post(reverse("person_active", args=[cast["revisora"].id]), {"active": "yes"})
    assert _log_in("revisora", PASSWORD)


def test_nobody_locks_themselves_out(staff: Client, cast: dict[str, User]) -> None:
    staff.post(reverse("person_active", args=[cast["gerente"].id]), {"active": "no"})
    assert User.objects.get(username="gerente").is_active


def test_system_users_have_no_account(staff: Client) -> None:
    system = User.objects.system("cli")
    assert staff.post(reverse("person_reset", args=[system.id])).status_code == 404
    assert "cli" not in staff.get(reverse("people")).content.decode()


@pytest.mark.parametrize("who", ["estranha", "revisora"])
def test_others_look_after_no_accounts(who: str, cast: dict[str, User], as_user: Any) -> None:
    client = as_user(who)
    key = [cast["leitora"].id]
    assert client.get(reverse("people")).status_code == 403
    for name, args in (("person_create", []), ("person_reset", key), ("person_active", key)):
        assert client.post(reverse(name, args=args), {"username": "x"}).status_code == 403
        assert Client().post(reverse(name, args=args)).status_code == 302
    assert not User.objects.filter(username="x").exists()


def test_a_person_changes_their_password_and_stays(cast: dict[str, User]) -> None:
    client = _log_in("revisora", PASSWORD)
    assert client
    form = {"old": PASSWORD, "new": NEW, "again": NEW}
    assert client.post(reverse("password"), form).status_code == 302
    assert client.get("/").status_code == 200
    assert _log_in("revisora", NEW)


@pytest.mark.parametrize(
    "form",
    [
        {"old": "wrong", "new": NEW, "again": NEW},
        {"old": PASSWORD, "new": NEW, "again": "another"},
        {"old": PASSWORD, "new": "12345678", "again": "12345678"},
        {"old": PASSWORD, "new": "a" * 5000, "again": "a" * 5000},
    ],
)
def test_a_bad_new_password_changes_nothing(
    form: dict[str, str], cast: dict[str, User], as_user: Any
) -> None:
    assert as_user("revisora").post(reverse("password"), form).status_code == 422
    assert _log_in("revisora", PASSWORD)
