"""Releases over REST."""

import io
import json
import tarfile
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from annotations.jobs import drain
from annotations.models import Page, Project, User
from annotations.people.tokens import create_token
from exports.actions.assembly import place_of
from exports.models import BuildJob, Release

Approve = Callable[..., Page]
Build = Callable[..., Release]
BASE = "/api/v1/projects/acervo/releases/"


@pytest.fixture
def send(cast: dict[str, User]) -> Callable[..., Any]:
    """Return `send(name, method, path, body)`: a request under a fresh token of that person."""

    def send(
        name: str, method: str, path: str = "", body: Any = None, scopes: tuple[str, ...] = ("read", "export"),
        **headers: str,
    ) -> Any:  # fmt: skip
        _token, secret = create_token(
            actor=cast[name], user=cast[name], scopes=scopes, project=None
        )
        named = {"Authorization": f"Bearer {secret}"} | {
            k.replace("_", "-"): v for k, v in headers.items()
        }
        data = "" if body is None else json.dumps(body)
        return Client().generic(method, BASE + path, data, "application/json", headers=named)

    return send


def test_a_release_is_asked_for_watched_and_downloaded(approve: Approve, send: Any) -> None:
    approve(1)
    asked = send("gerente", "POST", body={"reason": "first training"})
    assert asked.status_code == 202
    assert asked.json() | {"created_at": None} == {
        "number": 1, "state": "queued", "rows": 1, "written": 0, "left_out": {}, "configs": ["raw", "sft"],
        "target_style": "auto", "sha256": "", "reason": "first training", "requested_by": "gerente",
        "error": None, "created_at": None, "finished_at": None,
    }  # fmt: skip
    assert asked.json()["created_at"].endswith("Z")
    assert send("leitora", "GET", "1/").status_code == 202
    drain("cpu")
    ready = send("leitora", "GET", "1/")
    assert (ready.status_code, ready.json()["state"]) == (200, "ready")
    assert len(ready.json()["sha256"]) == 64
    listed = send("leitora", "GET").json()
    assert (listed["next"], [row["number"] for row in listed["results"]]) == (None, [1])

    answer = send("gerente", "GET", "1/download/")
    stored = b"".join(answer.streaming_content)
    assert answer["Content-Type"] == "application/x-tar"
    assert answer["Content-Disposition"] == 'attachment; filename="acervo-1.tar"'
    assert int(answer["Content-Length"]) == len(stored)
    place = place_of(Release.objects.get())
    with tarfile.open(fileobj=io.BytesIO(stored)) as archive:
        found = {m.name: archive.extractfile(m).read() for m in archive}  # type: ignore[union-attr]
    assert found == {
        f"acervo-1/{p.relative_to(place)}": p.read_bytes() for p in place.rglob("*") if p.is_file()
    }


def test_the_same_key_cuts_one_release(approve: Approve, send: Any) -> None:
    approve(1)
    first = send("gerente", "POST", body={}, Idempotency_Key="k")
    again = send("gerente", "POST", body={}, Idempotency_Key="k")
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json() == again.json()
    assert Release.objects.count() == 1


def test_a_release_that_waits_can_be_given_up_once(approve: Approve, send: Any) -> None:
    approve(1)
    send("gerente", "POST", body={})
    given_up = send("gerente", "POST", "1/cancel/")
    assert (given_up.status_code, given_up.json()["state"]) == (200, "cancelled")
    assert BuildJob.objects.get().state == "cancelled"
    again = send("gerente", "POST", "1/cancel/")
    assert (again.status_code, again.json()["code"]) == (409, "wrong_release_state")
    assert send("gerente", "POST", body={}).json()["number"] == 2


def test_only_a_ready_release_is_downloaded(approve: Approve, send: Any) -> None:
    approve(1)
    send("gerente", "POST", body={})
    answer = send("gerente", "GET", "1/download/")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_ready")


@pytest.mark.parametrize(
    "body",
    [
        {"configs": ["dpo"]},
        {"configs": []},
        {"format": "jsonl"},
        {"redact": "mask"},
        {"target_style": "x"},
    ],
)
def test_what_cannot_be_made_is_422_with_the_member_at_fault(
    body: Any, approve: Approve, send: Any
) -> None:
    approve(1)
    answer = send("gerente", "POST", body=body)
    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == list(body)


def test_nothing_approved_is_422(project: Project, send: Any) -> None:
    answer = send("gerente", "POST", body={})
    assert (answer.status_code, answer.json()["code"]) == (422, "nothing_approved")
    assert not Release.objects.exists()


def test_an_unknown_number_is_404_however_large(project: Project, send: Any) -> None:
    for number in (1, 10**30):
        assert send("gerente", "GET", f"{number}/").status_code == 404


@pytest.mark.parametrize(
    ("method", "path"), [("POST", ""), ("GET", "1/download/"), ("POST", "1/cancel/")]
)
def test_only_managers_with_the_scope_export(
    method: str, path: str, approve: Approve, release: Build, send: Any
) -> None:
    approve(1)
    release()
    body = {} if method == "POST" else None
    for name in ("leitora", "revisora", "aprovadora"):
        assert send(name, method, path, body).status_code == 403
    for name in ("estranha", "gerente_alheia"):
        assert send(name, method, path, body).status_code == 404
    assert send("gerente", method, path, body, scopes=("read",)).status_code == 403
    assert Client().generic(method, BASE + path, "", "application/json").status_code == 401


@pytest.mark.parametrize("path", ["", "1/"])
def test_strangers_do_not_learn_of_releases(
    path: str, approve: Approve, release: Build, send: Any
) -> None:
    approve(1)
    release()
    assert send("estranha", "GET", path).status_code == 404
    assert send("gerente_alheia", "GET", path).status_code == 404
    assert send("leitora", "GET", path).status_code == 200
