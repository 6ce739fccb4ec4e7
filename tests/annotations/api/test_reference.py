"""The OpenAPI document and the page that reads it to people."""

import re
from typing import Any

import pytest
from django.test import Client

from annotations.api.reference import document

pytestmark = pytest.mark.django_db

PROMISED = {
    "me/", "projects/", "projects/{slug}/", "projects/{slug}/members/",
    "projects/{slug}/documents/", "documents/{id}/", "documents/{id}/retry/",
    "projects/{slug}/pages/", "pages/{id}/", "pages/{id}/image/", "pages/{id}/thumbnail/",
    "pages/{id}/words/", "pages/{id}/predictions/", "pages/{id}/revisions/", "pages/{id}/events/",
    "pages/{id}/draft/", "pages/{id}/submit/", "pages/{id}/verdict/", "pages/{id}/skip/",
    "pages/{id}/reopen/", "pages/{id}/exclude/", "pages/{id}/include/",
    "projects/{slug}/queue/next/", "leases/{id}/renew/", "leases/{id}/release/",
    "projects/{slug}/prelabel-runs/", "prelabel-runs/{id}/", "prelabel-runs/{id}/cancel/",
    "projects/{slug}/engines/", "projects/{slug}/releases/", "projects/{slug}/releases/{number}/",
    "projects/{slug}/releases/{number}/download/", "projects/{slug}/releases/{number}/cancel/",
}  # fmt: skip


def operations() -> list[dict[str, Any]]:
    return [told for item in document()["paths"].values() for told in item.values()]


def test_the_schema_is_public_and_names_every_promised_route() -> None:
    answer = Client().get("/api/v1/schema/")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("application/vnd.oai.openapi+json")
    assert set(answer.json()["paths"]) == {f"/api/v1/{path}" for path in PROMISED}


def test_every_operation_tells_its_errors_in_problem_documents() -> None:
    for told in operations():
        assert {"400", "401", "403", "429", "503"} <= told["responses"].keys()
        for status, answer in told["responses"].items():
            if int(status) >= 400:
                assert list(answer["content"]) == ["application/problem+json"]


def test_conditional_and_creating_operations_tell_so() -> None:
    told = {one["operationId"]: one for one in operations()}
    for name in ("pages_submit", "pages_verdict", "drafts_save", "drafts_discard"):
        assert {"412", "428"} <= told[name]["responses"].keys()
    for name in ("projects_create", "documents_send", "pages_submit", "runs_start", "engines_use"):
        assert "Idempotency-Key" in {one["name"] for one in told[name]["parameters"]}


def test_the_reference_page_needs_no_script_and_nothing_from_elsewhere() -> None:
    answer = Client().get("/api/v1/docs/")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert not re.search(r"\sstyle=|\son\w+=|<script(?![^>]* src=)", page)
    assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", page)
    for told in operations():
        assert f'id="{told["operationId"]}"' in page


def test_every_link_of_the_reference_page_leads_somewhere() -> None:
    page = Client().get("/api/v1/docs/").content.decode()
    targets = set(re.findall(r'href="#([^"]+)"', page))
    assert targets <= set(re.findall(r'id="([^"]+)"', page))
