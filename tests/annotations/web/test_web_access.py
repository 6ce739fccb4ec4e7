"""Who may see and do what in a browser: every route, every role; a new route fails until it is here."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from rows import make_document, make_engine, make_open_page, make_page, use_engine

from annotations.models import ApiToken, Document, Membership, Page, PrelabelRun, Project, User
from annotations.people.tokens import create_token
from annotations.states import Role

VIEWERS = {Role.VIEWER, Role.REVIEWER, Role.APPROVER, Role.MANAGER}
REVIEWERS = VIEWERS - {Role.VIEWER}
APPROVERS = {Role.APPROVER, Role.MANAGER}
MANAGERS = {Role.MANAGER}
WHO = {
    "leitora": Role.VIEWER,
    "revisora": Role.REVIEWER,
    "aprovadora": Role.APPROVER,
    "gerente": Role.MANAGER,
}
OPEN_TO_ALL = {"login", "set_language", "set_theme", "logout"}
OF_ONESELF = {"projects", "project_menu", "project_create"}
# name: (method, who may, form)
ROUTES: dict[str, tuple[str, set[Role], dict[str, Any]]] = {
    "documents": ("GET", VIEWERS, {}),
    "document": ("GET", VIEWERS, {}),
    "document_retry": ("POST", REVIEWERS, {}),
    "document_erase": ("POST", MANAGERS, {"confirm": "another name"}),
    "correction": ("GET", VIEWERS, {}),
    "readings": ("GET", VIEWERS, {}),
    "page_exclude": ("POST", APPROVERS, {"reason": "folha trocada"}),
    "page_include": ("POST", APPROVERS, {}),
    "page_open": ("POST", MANAGERS, {}),
    "correct_next": ("POST", REVIEWERS, {}),
    "review_inbox": ("GET", VIEWERS, {}),
    "approve_next": ("POST", APPROVERS, {}),
    "engines": ("GET", VIEWERS, {}),
    "engine_use": ("POST", MANAGERS, {"engine": "none"}),
    "run_start": ("POST", MANAGERS, {"engine": "none"}),
    "run_card": ("GET", VIEWERS, {}),
    "run_cancel": ("POST", MANAGERS, {}),
    "members": ("GET", MANAGERS, {}),
    "member_set": ("POST", MANAGERS, {"username": "nobody", "role": "viewer"}),
    "member_remove": ("POST", MANAGERS, {}),
    "token_create": ("POST", MANAGERS, {"scopes": ["read"], "days": "30"}),
    "token_revoke": ("POST", MANAGERS, {}),
    "project_rules": ("POST", MANAGERS, {"name": "Acervo", "time_zone": "America/Sao_Paulo"}),
    "project_fields": ("POST", MANAGERS, {}),
}
# Held by test_accounts.py.
OF_ACCOUNTS = {"password", "people", "person_create", "person_reset", "person_active"}
# Held by tests/exports/web.
OF_EXPORTS = {
    "releases",
    "release",
    "release_request",
    "release_build",
    "release_cancel",
    "release_withdraw",
}


@dataclass
class Rows:
    """One row of each kind that a route may name."""

    document: Document
    page: Page
    run: PrelabelRun
    member: User
    token: ApiToken


@pytest.fixture
def rows(project: Project, cast: dict[str, User]) -> Rows:
    """Make the rows that the routes name."""
    engine = make_engine()
    use_engine(project, engine)
    page = make_open_page(project)
    waiting = make_page(make_document(project, 2), state="waiting")
    run = PrelabelRun.objects.create(project=project, engine=engine, requested_by=cast["gerente"])
    token, _secret = create_token(
        actor=cast["gerente"], user=cast["gerente"], scopes=["read"], project=project
    )
    return Rows(waiting.document, page, run, cast["revisor"], token)


KEYS: dict[str, Callable[[Rows], UUID]] = {
    "document": lambda rows: rows.document.id,
    "document_retry": lambda rows: rows.document.id,
    "document_erase": lambda rows: rows.document.id,
    "correction": lambda rows: rows.page.id,
    "readings": lambda rows: rows.page.id,
    "page_exclude": lambda rows: rows.page.id,
    "page_include": lambda rows: rows.page.id,
    "page_open": lambda rows: rows.page.id,
    "run_cancel": lambda rows: rows.run.id,
    "member_remove": lambda rows: rows.member.id,
    "token_revoke": lambda rows: rows.token.id,
}


def _address(name: str, slug: str, rows: Rows) -> str:
    return reverse(name, args=[slug, KEYS[name](rows)] if name in KEYS else [slug])


def _ask(client: Client, name: str, address: str) -> int:
    method, _who, form = ROUTES[name]
    return (client.get(address) if method == "GET" else client.post(address, form)).status_code


def _names(patterns: list[Any]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if not str(pattern.pattern).startswith(("api/", "admin/")):
                yield from _names(pattern.url_patterns)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield pattern.name


def test_every_web_route_has_an_entry() -> None:
    known = set(ROUTES) | OPEN_TO_ALL | OF_ONESELF | OF_ACCOUNTS | OF_EXPORTS
    assert set(_names(get_resolver().url_patterns)) - known == set()


@pytest.mark.parametrize("name", ROUTES)
def test_route_admits_only_whom_it_should(
    name: str, rows: Rows, other_project: Project, as_user: Any, client: Client
) -> None:
    address = _address(name, "acervo", rows)
    nobody = client.get(address) if ROUTES[name][0] == "GET" else client.post(address)
    assert nobody.status_code == 302
    assert nobody.headers["Location"].startswith(reverse("login"))
    for stranger in ("estranha", "gerente_alheia"):
        assert _ask(as_user(stranger), name, address) == 404
    if ROUTES[name][0] == "POST":
        assert as_user("gerente").get(address).status_code == 405
    for who, role in WHO.items():
        got = _ask(as_user(who), name, address)
        allowed = role in ROUTES[name][1]
        assert (got in {200, 302}) if allowed else (got == 403), (who, got)


def test_a_project_that_is_not_looks_like_one_of_others(project: Project, as_user: Any) -> None:
    there = as_user("estranha").get(reverse("documents", args=["acervo"]))
    nowhere = as_user("estranha").get(reverse("documents", args=["nenhum"]))
    assert (there.status_code, nowhere.status_code) == (404, 404)
    assert b"acervo" not in there.content.replace(b"/projects/acervo/", b"")


def test_rows_are_not_reached_through_another_project(
    rows: Rows, cast: dict[str, User], other_project: Project, as_user: Any
) -> None:
    Membership.objects.create(project=other_project, user=cast["gerente"], role=Role.MANAGER)
    got = {name: _ask(as_user("gerente"), name, _address(name, "alheio", rows)) for name in KEYS}
    assert got == dict.fromkeys(KEYS, 404)


def test_projects_are_ones_own(rows: Rows, other_project: Project, as_user: Any) -> None:
    page = as_user("leitora").get(reverse("projects")).content.decode()
    assert "acervo" in page
    assert "alheio" not in page
    menu = as_user("leitora").get(reverse("project_menu")).content.decode()
    assert "alheio" not in menu
