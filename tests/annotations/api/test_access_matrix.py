"""Promise 20: every route × method × caller answers as this table says; nothing leaks.

A route that is built and not in the table fails, and so does a row without a route.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import URLPattern, URLResolver

from annotations.content import PageContent
from annotations.models import Lease, Page, PrelabelRun, Project, User
from annotations.people.tokens import create_token
from annotations.review.drafts import save_draft
from annotations.review.moves import exclude
from annotations.review.submit import submit
from annotations.review.writing import Writing
from annotations.states import ROLE_ORDER, Role, Scope
from ocrlab import api_urls
from tests.api_client import Program, writing
from tests.rows import TEXT, make_document, make_engine, make_image, make_open_page, use_engine

pytestmark = pytest.mark.django_db

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
PUBLIC = {"schema/", "docs/", ""}
MEMBERS = {
    "leitora": Role.VIEWER,
    "revisora": Role.REVIEWER,
    "aprovadora": Role.APPROVER,
    "gerente": Role.MANAGER,
}
STRANGERS = ("estranha", "gerente_alheia")
REASON = {"reason": "teste"}


@dataclass(frozen=True)
class Row:
    """Who may, with which scope, and what they get."""

    role: Role
    scope: Scope
    status: int
    body: Any = None
    headers: tuple[tuple[str, str], ...] = ()
    query: str = ""
    only: str = ""  # the one member whose row it is; for everybody else it is not there


V, R, A, M = ROLE_ORDER
READ, ANNOTATE, INGEST, EXPORT, ADMIN = (
    Scope.READ, Scope.ANNOTATE, Scope.INGEST, Scope.EXPORT, Scope.ADMIN,
)  # fmt: skip
P = "projects/{slug}/"
SEEN = (("If_Match", '"v0"'),)

TABLE: dict[tuple[str, str], Row] = {
    ("GET", P): Row(V, READ, 200),
    ("PATCH", P): Row(M, ADMIN, 200, {"name": "Outro"}),
    ("GET", f"{P}members/"): Row(V, READ, 200),
    ("POST", f"{P}members/"): Row(M, ADMIN, 200, {"username": "leitora", "role": "viewer"}),
    ("DELETE", f"{P}members/"): Row(M, ADMIN, 204, query="?username=leitora"),
    ("GET", f"{P}documents/"): Row(V, READ, 200),
    ("POST", f"{P}documents/"): Row(R, INGEST, 201, "file"),
    ("GET", f"{P}pages/"): Row(V, READ, 200),
    ("POST", f"{P}queue/next/"): Row(R, ANNOTATE, 200, {}),
    ("GET", f"{P}prelabel-runs/"): Row(V, READ, 200),
    ("POST", f"{P}prelabel-runs/"): Row(M, INGEST, 202, {}),
    ("GET", "prelabel-runs/{run}/"): Row(V, READ, 200),
    ("POST", "prelabel-runs/{run}/cancel/"): Row(M, INGEST, 409),
    ("GET", f"{P}engines/"): Row(V, READ, 200),
    ("POST", f"{P}engines/"): Row(M, ADMIN, 200, {"name": "motor"}),
    ("GET", f"{P}releases/"): Row(V, READ, 200),
    ("POST", f"{P}releases/"): Row(M, EXPORT, 422, {"configs": ["nada"]}),
    ("GET", f"{P}releases/{{release}}/"): Row(V, READ, 404),
    ("POST", f"{P}releases/{{release}}/cancel/"): Row(M, EXPORT, 404),
    ("GET", f"{P}releases/{{release}}/download/"): Row(M, EXPORT, 404),
    ("GET", "documents/{document}/"): Row(V, READ, 200),
    ("PATCH", "documents/{document}/"): Row(M, INGEST, 200, {"group": "g"}),
    ("DELETE", "documents/{document}/"): Row(M, ADMIN, 204),
    ("POST", "documents/{failed}/retry/"): Row(R, INGEST, 202),
    ("GET", "pages/{page}/"): Row(V, READ, 200),
    ("GET", "pages/{page}/image/"): Row(V, READ, 200),
    ("GET", "pages/{page}/thumbnail/"): Row(V, READ, 200),
    ("GET", "pages/{page}/words/"): Row(V, READ, 200),
    ("GET", "pages/{page}/predictions/"): Row(V, READ, 200),
    ("GET", "pages/{page}/revisions/"): Row(V, READ, 200),
    ("GET", "pages/{page}/events/"): Row(V, READ, 200),
    ("GET", "pages/{page}/draft/"): Row(R, ANNOTATE, 200),
    ("PUT", "pages/{page}/draft/"): Row(R, ANNOTATE, 200, "draft", (("If_Match", '"d1"'),)),
    ("DELETE", "pages/{page}/draft/"): Row(R, ANNOTATE, 204, None, (("If_Match", '"d1"'),)),
    ("POST", "pages/{page}/submit/"): Row(R, ANNOTATE, 200, "submit", SEEN),
    ("POST", "pages/{corrected}/verdict/"): Row(
        A, ANNOTATE, 200, {"verdict": "approve"}, (("If_Match", '"v1"'),)
    ),
    ("POST", "pages/{page}/skip/"): Row(R, ANNOTATE, 200, REASON),
    ("POST", "pages/{corrected}/reopen/"): Row(A, ANNOTATE, 200, REASON),
    ("POST", "pages/{page}/exclude/"): Row(A, ANNOTATE, 200, REASON),
    ("POST", "pages/{excluded}/include/"): Row(A, ANNOTATE, 200, {}),
    ("POST", "leases/{lease}/renew/"): Row(R, ANNOTATE, 200, only="revisora"),
    ("POST", "leases/{lease}/release/"): Row(R, ANNOTATE, 204, only="revisora"),
}
# Routes that belong to no project: by caller.
EVERYBODY = ("estranha", "leitora", "revisora", "aprovadora", "gerente", "gerente_alheia")
FOUNDERS = {name: 201 if name.startswith("gerente") else 403 for name in EVERYBODY}
OPEN_TABLE: dict[tuple[str, str], tuple[dict[str, int], Any, Scope | None]] = {
    ("GET", "me/"): (dict.fromkeys(EVERYBODY, 200), None, None),
    ("GET", "projects/"): (dict.fromkeys(EVERYBODY, 200), None, READ),
    ("POST", "projects/"): (FOUNDERS, {"slug": "novo", "name": "Novo"}, ADMIN),
}


@pytest.fixture
def places(project: Project, other_project: Project, cast: dict[str, User]) -> dict[str, str]:
    """Return what the path templates name: a page in every state that a route needs."""
    use_engine(project, make_engine())
    page, corrected, excluded = (make_open_page(project, seed) for seed in range(3))
    make_open_page(project, 4)  # begun by nobody: what the queue offers
    failed = make_document(project, 3, state="failed", error_code="corrupt")
    text = Writing(content=PageContent(text=TEXT), fields_version=1)
    submit(actor=cast["revisor"], page=corrected, version=0, writing=text)
    exclude(actor=cast["gerente"], page=excluded, reason="teste")
    for name in MEMBERS:
        save_draft(actor=cast[name], page=page, version=None, writing=text)
    lease = Lease.objects.create(
        page=excluded, user=cast["revisora"], kind="correct", expires_at="2100-01-01T00:00:00Z"
    )
    run = PrelabelRun.objects.create(
        project=project, engine=make_engine(), requested_by=cast["gerente"]
    )
    named = {"document": page.document_id, "failed": failed.id, "page": page.id, "run": run.id}
    named |= {"corrected": corrected.id, "excluded": excluded.id, "lease": lease.id}
    return {"slug": project.slug, "release": "1", **{k: str(v) for k, v in named.items()}}


@pytest.fixture
def tokens(cast: dict[str, User]) -> dict[str, Program]:
    """Return a client for everybody, with all scopes."""

    def secret(name: str) -> str:
        return create_token(actor=cast[name], user=cast[name], scopes=list(Scope))[1]

    return {name: Program(secret(name)) for name in EVERYBODY}


def ask(program: Program, method: str, path: str, row: Row, page: Page) -> int:
    """Send a request whose effects are taken back, and return its status."""
    headers = dict(row.headers)
    with transaction.atomic():
        if row.body == "file":
            file = SimpleUploadedFile("a.png", make_image(99))
            answer = program.upload(path, {"file": file}, **headers)
        else:
            answer = program.send(method, path + row.query, _body(row.body, page), **headers)
        transaction.set_rollback(True)
    if answer.streaming:
        answer.getvalue()
    return int(answer.status_code)


def _body(told: Any, page: Page) -> Any:
    if told not in {"submit", "draft"} if isinstance(told, str) else True:
        return told
    body = writing(page)
    if told == "draft":
        del body["active_seconds"]
        body["base_version"] = 0
    return body


def narrowed(user: User, scope: Scope | None) -> Program:
    """Return a client whose token carries every scope but this one."""
    scopes = [one for one in Scope if one != scope]
    return Program(create_token(actor=user, user=user, scopes=scopes)[1])


@pytest.mark.parametrize(("method", "template"), TABLE, ids=lambda value: value)
def test_each_caller_gets_what_the_table_says(
    method: str,
    template: str,
    places: dict[str, str],
    tokens: dict[str, Program],
    cast: dict[str, User],
) -> None:
    row = TABLE[method, template]
    path = template.format(**places)
    page = Page.objects.get(id=places["page"])
    owner = row.only or "gerente"
    expected = {"": 401, **dict.fromkeys(STRANGERS, 404)}
    for name, role in MEMBERS.items():
        allowed = ROLE_ORDER.index(role) >= ROLE_ORDER.index(row.role)
        expected[name] = row.status if allowed else 403
        if row.only:
            expected[name] = row.status if name == row.only else 404
    callers = {"": Program(), **tokens}
    got = {name: ask(callers[name], method, path, row, page) for name in expected}
    assert got == expected
    assert ask(narrowed(cast[owner], row.scope), method, path, row, page) == 403
    if method == "GET":
        heads = {name: ask(callers[name], "HEAD", path, row, page) for name in ("", "estranha")}
        assert heads == {"": 401, "estranha": 404}


@pytest.mark.parametrize(("method", "path"), OPEN_TABLE, ids=lambda value: value)
def test_routes_of_no_project_answer_as_the_table_says(
    method: str,
    path: str,
    places: dict[str, str],
    tokens: dict[str, Program],
    cast: dict[str, User],
) -> None:
    expected, body, scope = OPEN_TABLE[method, path]
    row = Row(V, READ, 200, body)
    page = Page.objects.get(id=places["page"])
    assert ask(Program(), method, path, row, page) == 401
    got = {name: ask(tokens[name], method, path, row, page) for name in EVERYBODY}
    assert got == expected
    if scope is not None:
        assert ask(narrowed(cast["gerente"], scope), method, path, row, page) == 403


def test_lists_of_no_project_hold_nothing_of_others(
    places: dict[str, str], tokens: dict[str, Program]
) -> None:
    assert tokens["estranha"].get("projects/").json()["results"] == []
    others = tokens["gerente_alheia"].get("projects/").json()["results"]
    assert [row["slug"] for row in others] == ["alheio"]


def routes(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every route of the API with its view class."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, prefix + str(pattern.pattern))
        elif isinstance(pattern, URLPattern) and prefix + str(pattern.pattern) not in PUBLIC:
            yield prefix + str(pattern.pattern), pattern.callback.cls  # type: ignore[union-attr]


def shape_of(template: str) -> str:
    """Return a path template or route with its variables made equal: `pages/*/submit/`."""
    parts = template.split("/")
    return "/".join("*" if part[:1] in {"<", "{"} else part for part in parts)


def test_every_route_and_method_is_in_the_table() -> None:
    built = {
        (method, shape_of(route))
        for route, view in routes(api_urls.urlpatterns)
        for method in METHODS
        if hasattr(view, method.lower())
    }
    told = {(method, shape_of(template)) for method, template in [*TABLE, *OPEN_TABLE]}
    assert built == told


def test_methods_that_are_not_built_are_refused_to_everybody(
    places: dict[str, str], tokens: dict[str, Program]
) -> None:
    built = {(method, shape_of(template)) for method, template in [*TABLE, *OPEN_TABLE]}
    templates = {shape_of(template): template for _method, template in [*TABLE, *OPEN_TABLE]}
    for shape, template in templates.items():
        path = template.format(**places)
        for method in (*METHODS, "OPTIONS", "TRACE"):
            if (method, shape) not in built:
                assert tokens["gerente"].send(method, path).status_code == 405, (method, path)
                assert Program().send(method, path).status_code == 401, (method, path)


def test_the_table_knows_every_scope() -> None:
    assert {row.scope for row in TABLE.values()} == set(Scope)
