"""The queue, its leases, and pre-labelling runs over REST."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db.models import F
from pytest_django import DjangoAssertNumQueries

from annotations.models import Lease, Page, PrelabelJob, Project
from tests.api_client import writing
from tests.rows import make_engine, make_open_page, use_engine

if TYPE_CHECKING:
    from tests.annotations.api.conftest import ProgramFor

pytestmark = pytest.mark.django_db

NEXT = "projects/acervo/queue/next/"


def test_next_gives_the_page_and_the_hold_on_it(page: Page, program: "ProgramFor") -> None:
    reviewer = program("revisora")
    answer = reviewer.post(NEXT)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert answer.json()["page"] == program("leitora").get(f"pages/{page.id}/").json()
    assert answer.json()["lease"].keys() == {"id", "expires_at"}
    assert reviewer.post(NEXT, {"kind": "correct"}).json()["page"]["id"] == str(page.id)
    assert program("revisor").post(NEXT).status_code == 204


def test_nobody_is_given_their_own_page_to_approve(page: Page, program: "ProgramFor") -> None:
    author = program("aprovadora")
    author.post(f"pages/{page.id}/submit/", writing(page), If_Match='"v0"')
    assert author.post(NEXT, {"kind": "approve"}).status_code == 204
    answer = program("gerente").post(NEXT, {"kind": "approve"})
    assert answer.json()["page"]["id"] == str(page.id)


def test_kinds_of_work_need_their_role(page: Page, program: "ProgramFor") -> None:
    assert program("leitora").post(NEXT).status_code == 403
    assert program("revisora").post(NEXT, {"kind": "approve"}).status_code == 403
    assert program("revisora").post(NEXT, {"kind": "all"}).status_code == 400


def test_a_lease_is_renewed_lost_and_let_go(page: Page, program: "ProgramFor") -> None:
    reviewer = program("revisora")
    lease = reviewer.post(NEXT).json()["lease"]
    renewed = reviewer.post(f"leases/{lease['id']}/renew/")
    assert (renewed.status_code, renewed.json()["id"]) == (200, lease["id"])
    assert program("revisor").post(f"leases/{lease['id']}/renew/").status_code == 404
    assert reviewer.post(f"leases/{lease['id']}/release/").status_code == 204
    assert program("revisor").post(NEXT).status_code == 200


def test_a_lease_that_somebody_else_took_is_lost(page: Page, program: "ProgramFor") -> None:
    reviewer = program("revisora")
    lease = reviewer.post(NEXT).json()["lease"]
    Lease.objects.update(expires_at=F("expires_at") - timedelta(hours=1))
    assert program("revisor").post(NEXT).status_code == 200
    answer = reviewer.post(f"leases/{lease['id']}/renew/")
    assert (answer.status_code, answer.json()["code"]) == (409, "lease_lost")
    foreign = Lease.objects.get()
    assert reviewer.post(f"leases/{foreign.id}/renew/").status_code == 404


def test_a_run_is_started_watched_and_given_up(project: Project, program: "ProgramFor") -> None:
    manager = program("gerente")
    path = "projects/acervo/prelabel-runs/"
    refused = manager.post(path)
    assert (refused.status_code, refused.json()["code"]) == (422, "engine_not_used")
    pages = [make_open_page(project, seed) for seed in range(3)]
    use_engine(project, make_engine())
    started = manager.post(path, {"engine": "motor"})
    assert started.status_code == 202
    run = started.json()
    assert (run["state"], run["engine"]) == ("queued", "motor@1")
    assert run["counts"] == {
        "queued": len(pages), "running": 0, "done": 0, "failed": 0, "dead": 0,
    }  # fmt: skip
    assert program("leitora").get(f"prelabel-runs/{run['id']}/").json() == run
    cancelled = manager.post(f"prelabel-runs/{run['id']}/cancel/")
    assert (cancelled.status_code, cancelled.json()["state"]) == (202, "cancelled")
    assert not PrelabelJob.objects.filter(state="queued").exists()


def test_runs_and_engines_are_listed_in_one_query(
    project: Project, program: "ProgramFor", django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    manager = program("gerente")
    for number in range(3):
        make_engine(f"motor{number}")
        body = {"name": f"motor{number}", "order": number}
        assert manager.post("projects/acervo/engines/", body).status_code == 201
        manager.post("projects/acervo/prelabel-runs/", {"engine": f"motor{number}"})
    assert manager.post("projects/acervo/engines/", {"name": "motor0"}).status_code == 200
    with django_assert_num_queries(4):  # token, project, role, list
        engines = manager.get("projects/acervo/engines/").json()["results"]
    assert [row["name"] for row in engines] == ["motor0", "motor1", "motor2"]
    assert engines[0].keys() >= {"name", "version", "order", "consent", "daily_budget"}
    with django_assert_num_queries(5):  # token, project, role, list, their counts
        runs = manager.get("projects/acervo/prelabel-runs/").json()["results"]
    assert {run["state"] for run in runs} == {"done"}
    assert [row["engine"] for row in runs] == ["motor2@1", "motor1@1", "motor0@1"]


def test_an_engine_that_sends_pages_away_needs_consent(
    project: Project, program: "ProgramFor"
) -> None:
    make_engine("nuvem", sends_data_to_third_party=True)
    path = "projects/acervo/engines/"
    refused = program("gerente").post(path, {"name": "nuvem"})
    assert (refused.status_code, refused.json()["code"]) == (403, "consent_missing")
    assert program("gerente").post(path, {"name": "nuvem", "consent": True}).status_code == 201
    assert program("gerente").post(path, {"name": "nuvem@9"}).json()["code"] == "engine_unknown"
