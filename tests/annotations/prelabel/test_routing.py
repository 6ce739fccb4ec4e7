"""From an engine that did not do to the project's next one, and in the end to a person."""

import json
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection, transaction

from annotations.content import Token
from annotations.engines.base import EngineAnswer
from annotations.jobs import claim, drain, finishing
from annotations.models import Page, Prediction, PrelabelJob, Project, ProjectEngine, User
from annotations.prelabel import reading
from annotations.prelabel.engines import EngineSettings, add_engine, use_engine
from annotations.prelabel.reading import KIND
from annotations.prelabel.routing import confidence
from annotations.prelabel.runs import cancel_run, run_progress, start_run
from tests.rows import make_document, make_page

LOOP = {"raw": "a mesma frase outra vez " * 30, "finish_reason": "length"}
Asked = Callable[..., ProjectEngine]


@pytest.fixture(autouse=True)
def no_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the finding of words to other tests."""
    monkeypatch.setattr("annotations.prelabel.reading.ask_for_words", lambda _page: None)


@pytest.fixture
def page(project: Project) -> Page:
    return make_page(make_document(project, 1), state="waiting")


@pytest.fixture
def asked(tmp_path: Path, project: Project, cast: dict[str, User], page: Page) -> Asked:
    """Return `asked(name, answer)`: one more engine of the project; without answer it fails."""

    def make(
        name: str, answer: object = None, *, price: float = 0.0, **use: object
    ) -> ProjectEngine:
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps({} if answer is None else {page.row_id(): answer}))
        settings = EngineSettings(
            adapter="replay",
            parameters={"answers": str(path)},
            price={"out": price} if price else {},
        )
        engine = add_engine(actor=cast["gerente"], name=name, settings=settings)
        order = ProjectEngine.objects.filter(project=project).count()
        return use_engine(
            actor=cast["gerente"],
            project=project,
            engine=engine,
            order=order,
            **use,  # type: ignore[arg-type]
        )

    return make


def read(page: Page, cast: dict[str, User]) -> dict[str, int]:
    run = start_run(actor=cast["gerente"], project=page.project)
    drain("cpu")
    page.refresh_from_db()
    assert run_progress(run)["state"] == "done"
    return run_progress(run)["counts"]


def attempts(page: Page) -> list[str]:
    jobs = PrelabelJob.objects.filter(page=page).order_by("id").select_related("engine")
    return [f"{job.engine.name} {job.state}" for job in jobs]


def shown_text(page: Page) -> str:
    assert page.current_prediction is not None
    return str(page.current_prediction.content["text"])


def test_a_page_that_one_engine_cannot_read_goes_to_the_next(
    page: Page, cast: dict[str, User], asked: Asked
) -> None:
    asked("primeiro")
    asked("segundo", '{"text": "Certidão"}')
    asked("terceiro", '{"text": "nunca pedido"}')
    counts = read(page, cast)
    assert attempts(page) == ["primeiro failed", "segundo done"]
    assert (page.state, page.prelabel_state, shown_text(page)) == ("open", "done", "Certidão")
    assert (counts["failed"], counts["done"]) == (0, 1)  # of one page, not of two jobs


def test_a_degenerate_answer_is_kept_and_flagged_while_the_next_one_is_shown(
    page: Page, cast: dict[str, User], asked: Asked
) -> None:
    asked("primeiro", LOOP)
    asked("segundo", '{"text": "Certidão"}')
    read(page, cast)
    flags = Prediction.objects.filter(page=page).order_by("created_at")
    assert list(flags.values_list("degenerate", flat=True)) == [True, False]
    assert shown_text(page) == "Certidão"


def test_a_person_gets_the_page_when_no_engine_is_left(
    page: Page, cast: dict[str, User], asked: Asked
) -> None:
    asked("primeiro")
    asked("segundo")
    read(page, cast)
    assert attempts(page) == ["primeiro failed", "segundo failed"]
    assert (page.state, page.prelabel_state) == ("open", "failed")


def test_a_poor_answer_stays_when_the_next_engine_gives_none(
    page: Page, cast: dict[str, User], asked: Asked
) -> None:
    asked("primeiro", LOOP)
    asked("segundo")
    read(page, cast)
    assert (page.state, page.prelabel_state) == ("open", "done")
    assert page.current_prediction is not None
    assert page.current_prediction.degenerate


def test_an_engine_that_has_answered_for_this_image_is_not_asked_again(
    page: Page, cast: dict[str, User], asked: Asked
) -> None:
    asked("primeiro", LOOP)
    asked("segundo", LOOP)
    read(page, cast)
    read(page, cast)
    assert attempts(page) == ["primeiro done", "segundo done", "primeiro done"]


def test_pages_go_to_no_third_party_without_consent(
    page: Page, cast: dict[str, User], asked: Asked
) -> None:
    asked("primeiro")
    away = asked("longe", '{"text": "visto por terceiros"}')
    type(away.engine).objects.filter(id=away.engine_id).update(sends_data_to_third_party=True)
    asked("segundo", '{"text": "Certidão"}')
    read(page, cast)
    assert attempts(page) == ["primeiro failed", "segundo done"]


def test_an_engine_whose_budget_is_spent_reads_no_more_today(
    project: Project, page: Page, cast: dict[str, User], asked: Asked
) -> None:
    costly = {"raw": '{"text": "Certidão"}', "output_tokens": 1_000_000}
    use = asked("primeiro", costly, price=2.5, daily_budget=Decimal("2.50"))
    asked("segundo", '{"text": "de graça"}')
    read(page, cast)
    assert shown_text(page) == "Certidão"
    another = make_page(make_document(project, 2), state="waiting")
    start_run(actor=cast["gerente"], project=project, only="missing")
    drain("cpu")
    job = PrelabelJob.objects.filter(page=another).order_by("id")[0]
    assert (job.state, job.error_code) == ("failed", "budget_spent")
    assert attempts(another)[1].startswith("segundo")
    ProjectEngine.objects.filter(id=use.id).update(daily_budget=Decimal("2.51"))
    start_run(actor=cast["gerente"], project=project, only="missing")
    drain("cpu")
    newest = PrelabelJob.objects.filter(page=another, engine=use.engine).order_by("id").last()
    assert newest is not None
    assert newest.error_code == "engine_error"  # asked again: it has no answer for this page


def test_confidence_is_of_tokens_or_of_words() -> None:
    sure = EngineAnswer("ab", tokens=(Token(1, -0.1), Token(1, -0.3)))
    assert confidence(sure) == pytest.approx(0.8187, abs=1e-4)
    assert confidence(EngineAnswer("ab")) is None


def test_what_tesseract_is_not_sure_of_goes_to_the_next_engine(
    project: Project, cast: dict[str, User], asked: Asked, page: Page, shared: Path
) -> None:
    from django.core.management import call_command

    call_command("add_engine", "tesseract", preset="tesseract", project=project.slug)
    ProjectEngine.objects.filter(engine__name="tesseract").update(order=0)
    later = asked("depois", '{"text": "lido pela segunda"}')
    ProjectEngine.objects.filter(id=later.id).update(order=1)
    charter = next((shared / "data" / "dev" / "handwritten").glob("hw-*.jpg"))
    call_command("ingest", "--project", project.slug, str(charter))
    drain("cpu")
    read_by = PrelabelJob.objects.exclude(page=page).order_by("id")
    assert list(read_by.values_list("engine__name", "routed")) == [
        ("tesseract", False), ("depois", True),
    ]  # fmt: skip


def in_background(work: Callable[[], object]) -> "Future[object]":
    """Run `work` in a thread with a connection of its own, which ends with it."""
    pool = ThreadPoolExecutor(1)

    def run() -> object:
        try:
            return work()
        finally:
            connection.close()

    return pool.submit(run)


def finish(job: PrelabelJob, answer: EngineAnswer) -> None:
    with finishing(job):
        reading._keep(job, Page.objects.get(id=job.page_id), job.engine, answer)


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def somebody_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_two_engines_that_end_together_on_one_page_both_keep_their_answers(
    page: Page, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    for use in (asked("primeiro"), asked("segundo")):
        PrelabelJob.objects.create(page=page, engine=use.engine)
    first, second = sorted((*claim(KIND, "cpu"), *claim(KIND, "cpu")), key=lambda job: job.id)
    unsure = EngineAnswer("um texto", tokens=(Token(9, -3.0),))
    other: list[Future[object]] = []
    judge = reading.does

    def does_while_the_other_ends(prediction: Prediction, answer: EngineAnswer) -> bool:
        if answer is unsure:
            other.append(in_background(lambda: finish(second, EngineAnswer("outro texto"))))
            until(lambda: other[0].done() or somebody_waits_for_a_lock())
        return judge(prediction, answer)

    monkeypatch.setattr(reading, "does", does_while_the_other_ends)
    finish(first, unsure)
    other[0].result(10)
    assert attempts(page) == ["primeiro done", "segundo done"]
    page.refresh_from_db()
    assert (page.prelabel_state, page.predictions.count()) == ("done", 2)


@pytest.mark.django_db(transaction=True)
def test_a_run_that_is_cancelled_while_a_page_goes_on_leaves_no_page_waiting(
    project: Project, page: Page, cast: dict[str, User], asked: Asked
) -> None:
    make_page(make_document(project, 2), state="waiting")
    asked("primeiro")
    asked("segundo", '{"text": "Certidão"}')
    run = start_run(actor=cast["gerente"], project=project)
    job = min((*claim(KIND, "cpu"), *claim(KIND, "cpu")), key=lambda job: job.page_id != page.id)
    with transaction.atomic():
        finish(job, EngineAnswer("um texto", tokens=(Token(9, -3.0),)))
        cancelling = in_background(lambda: cancel_run(actor=cast["gerente"], run=run))
        until(somebody_waits_for_a_lock)
    cancelling.result(10)
    page.refresh_from_db()
    assert (page.state, page.prelabel_state) == ("open", "done")
    assert not PrelabelJob.objects.filter(state__in=["queued", "running"]).exists()


def test_a_page_that_was_left_out_goes_to_no_further_engine(
    page: Page, cast: dict[str, User], asked: Asked
) -> None:
    asked("primeiro", LOOP)
    asked("segundo", '{"text": "nunca pedido"}')
    start_run(actor=cast["gerente"], project=page.project)
    Page.objects.filter(id=page.id).update(state="excluded", state_before_exclusion="open")
    drain("cpu")
    assert attempts(page) == ["primeiro done"]
