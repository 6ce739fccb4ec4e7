"""Tokens, sessions, and what a wrong one gets."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.utils import timezone

from annotations.api import authentication
from annotations.models import ApiToken, Project, User
from annotations.people.tokens import create_token, revoke_token
from tests.api_client import Program

if TYPE_CHECKING:
    from tests.annotations.api.conftest import ProgramFor
    from tests.conftest import ClientFor

pytestmark = pytest.mark.django_db


def test_anonymous_is_told_how_to_log_in(project: Project) -> None:
    answer = Program().get("me/")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "not_authenticated"


def test_me_tells_projects_roles_and_scopes(project: Project, program: "ProgramFor") -> None:
    answer = program("revisora", scopes=["read"]).get("me/").json()
    assert answer["user"]["username"] == "revisora"
    assert answer["projects"] == [{"slug": "acervo", "name": "Acervo", "role": "reviewer"}]
    assert answer["roles"] == {"acervo": "reviewer"}
    assert answer["scopes"] == ["read"]


def test_a_session_reads_without_a_token(project: Project, as_user: "ClientFor") -> None:
    assert as_user("leitora").get("/api/v1/me/").json()["scopes"] == sorted(
        ["read", "annotate", "ingest", "export", "admin"]
    )


def test_a_session_writes_only_with_its_csrf_token(project: Project, cast: dict[str, User]) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast["revisora"])
    path = "/api/v1/projects/acervo/queue/next/"
    refused = browser.post(path, "{}", "application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf_failed")
    token = "a" * 32
    browser.cookies["csrftoken"] = token
    answer = browser.post(path, "{}", "application/json", headers={"X-CSRFToken": token})
    assert answer.status_code == 204


def test_a_token_is_useless_once_revoked_expired_or_its_user_gone(
    project: Project, cast: dict[str, User]
) -> None:
    user = cast["revisora"]
    revoked, first = create_token(actor=user, user=user, scopes=["read"])
    revoke_token(actor=user, token=revoked)
    past = timezone.now() - timedelta(seconds=1)
    _, second = create_token(actor=user, user=user, scopes=["read"], expires_at=past)
    _, third = create_token(actor=user, user=user, scopes=["read"])
    User.objects.filter(id=user.id).update(is_active=False)
    for secret in (first, second, third):
        answer = Program(secret).get("me/")
        assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")


def test_only_the_hash_of_a_token_is_kept(project: Project, program: "ProgramFor") -> None:
    secret = program("revisora").secret
    assert secret not in str(list(ApiToken.objects.values()))


def test_guessing_tokens_is_slowed_and_a_right_one_still_works(
    project: Project, program: "ProgramFor", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(authentication, "FAILURES_PER_MINUTE", 3)
    answers = [Program(f"ocrlab_{n}").get("me/") for n in range(4)]
    assert [answer.status_code for answer in answers] == [401, 401, 401, 429]
    assert answers[-1]["Retry-After"] == "60"
    assert program("revisora").get("me/").status_code == 200


def test_a_token_of_one_project_sees_no_other(
    project: Project, other_project: Project, cast: dict[str, User], program: "ProgramFor"
) -> None:
    narrow = program("gerente_alheia", project=project)
    assert narrow.get("me/").json()["projects"] == []
    assert narrow.get("projects/alheio/").status_code == 404


@pytest.mark.parametrize("header", ["Bearer", "Bearer a b", "Bearer ç", "Basic abc"])
def test_a_header_that_is_no_bearer_token_is_refused(project: Project, header: str) -> None:
    answer = Client().get("/api/v1/me/", headers={"Authorization": header})
    assert answer.status_code == 401
