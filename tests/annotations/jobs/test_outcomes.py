"""The ends of a claim: a stale worker writes nothing, errors are few, hand-backs are free."""

import signal
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.db.models.functions import Now

from annotations.jobs import (
    LeaseLost,
    claim,
    drain,
    fail,
    finishing,
    hand_back,
    stopping,
    sweep,
    work_until,
)
from annotations.models import Page, WordsJob
from tests.job_bench import Bench, finish_all

MakeJobs = Callable[..., list[WordsJob]]
pytestmark = pytest.mark.django_db


def due_again() -> None:
    WordsJob.objects.update(not_before=Now())


def states() -> list[str]:
    return list(WordsJob.objects.order_by("id").values_list("state", flat=True))


def test_finishing_writes_result_and_end_together(bench: Bench, make_jobs: MakeJobs) -> None:
    make_jobs()
    (job,) = claim(bench.kind(), "cpu")
    with finishing(job):
        Page.objects.filter(pk=job.page_id).update(width=7)
    row = WordsJob.objects.get()
    assert (row.state, row.leased_until, Page.objects.get().width) == ("done", None, 7)
    assert row.finished_at is not None


def test_a_failing_result_leaves_the_job_running(bench: Bench, make_jobs: MakeJobs) -> None:
    make_jobs()
    (job,) = claim(bench.kind(), "cpu")
    with pytest.raises(ZeroDivisionError), finishing(job):
        Page.objects.filter(pk=job.page_id).update(width=7 // 0)
    assert states() == ["running"]


def test_a_stale_worker_cannot_write(bench: Bench, make_jobs: MakeJobs) -> None:
    """Promise 5: suspended past its lease, it comes back after another claimed the job."""
    make_jobs()
    (stale,) = claim(bench.kind(), "cpu")
    WordsJob.objects.update(leased_until=Now() - timedelta(seconds=1))
    sweep()
    due_again()
    (fresh,) = claim(bench.kind(), "cpu")
    with pytest.raises(LeaseLost), finishing(stale):
        Page.objects.update(width=7)
    assert not fail(stale, code="late", detail="too late")
    assert hand_back([stale]) == 0
    assert Page.objects.get().width != 7
    with finishing(fresh):
        pass
    assert states() == ["done"]


def test_a_cancelled_job_takes_no_result(bench: Bench, make_jobs: MakeJobs) -> None:
    make_jobs()
    (job,) = claim(bench.kind(), "cpu")
    WordsJob.objects.update(state="cancelled", leased_until=None)
    with pytest.raises(LeaseLost), finishing(job):
        pass
    assert states() == ["cancelled"]


def test_a_final_answer_is_failed_at_once(bench: Bench, make_jobs: MakeJobs) -> None:
    (job,) = make_jobs()

    def refuse(jobs: Sequence[WordsJob]) -> None:
        for each in jobs:
            fail(each, code="unreadable", detail="nul \0 and lone \ud800 do not hinder")

    bench.run = refuse
    assert drain("cpu") == 1
    row = WordsJob.objects.get()
    assert (row.state, row.errors, row.error_code) == ("failed", 0, "unreadable")
    assert bench.ended == [(job.pk, "failed")]


def test_the_third_error_is_the_last(bench: Bench, make_jobs: MakeJobs) -> None:
    """Promise 2: a poison page gets three attempts and a reason."""
    (job,) = make_jobs()

    def poison(_: Sequence[WordsJob]) -> None:
        raise MemoryError

    bench.run = poison
    for _ in range(5):
        drain("cpu")
        due_again()
    row = WordsJob.objects.get()
    assert (row.state, row.errors, row.error_code) == ("dead", 3, "MemoryError")
    assert len(bench.batches) == 3
    assert bench.ended == [(job.pk, "dead")]


def test_neighbours_of_a_poison_page_are_done(bench: Bench, make_jobs: MakeJobs) -> None:
    poison = make_jobs(6)[2]
    bench.batch_size = 6

    def run(jobs: Sequence[WordsJob]) -> None:
        if any(job.pk == poison.pk for job in jobs):
            raise ValueError("cannot be read")
        finish_all(jobs)

    bench.run = run
    for _ in range(4):
        drain("cpu")
        due_again()
    assert states() == ["done", "done", "dead", "done", "done", "done"]


def test_an_error_waits_before_it_is_tried_again(bench: Bench, make_jobs: MakeJobs) -> None:
    make_jobs()
    bench.run = lambda _: None
    drain("cpu")
    assert WordsJob.objects.filter(
        errors=1, state="queued", error_code="unfinished", not_before__gt=Now()
    ).exists()


def test_a_lost_database_costs_a_job_nothing(
    bench: Bench, make_jobs: MakeJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_jobs()
    monkeypatch.setattr("annotations.jobs.work.connection.close", lambda: None)

    def cut(_: Sequence[WordsJob]) -> None:
        bench.run = finish_all
        raise OperationalError("server closed the connection unexpectedly")

    bench.run = cut
    drain("cpu")
    row = WordsJob.objects.get()
    assert (row.state, row.errors, row.losses) == ("done", 0, 0)


def test_a_statement_the_database_refuses_is_an_error(bench: Bench, make_jobs: MakeJobs) -> None:
    make_jobs()

    class Refused(Exception):
        sqlstate = "54000"

    def refuse(_: Sequence[WordsJob]) -> None:
        raise OperationalError("index row size exceeds maximum") from Refused()

    bench.run = refuse
    drain("cpu")
    assert WordsJob.objects.get().errors == 1


def test_an_overdue_batch_is_interrupted(bench: Bench, make_jobs: MakeJobs) -> None:
    make_jobs()
    bench.limit_s = 1
    bench.register()

    def endless(_: Sequence[WordsJob]) -> None:
        while True:
            pass

    bench.run = endless
    drain("cpu")
    row = WordsJob.objects.get()
    assert (row.errors, row.error_code) == (1, "timeout")


def test_a_stop_during_a_batch_hands_it_back(
    bench: Bench, make_jobs: MakeJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Promise 16: a batch that does not end in time is somebody else's at once."""
    monkeypatch.setattr("annotations.jobs.heartbeat.STOP_PATIENCE_S", 0.1)
    make_jobs(2)

    def endless(_: Sequence[WordsJob]) -> None:
        stopping.request()
        while True:
            pass

    bench.run = endless
    assert drain("cpu") == 1
    assert list(WordsJob.objects.values_list("state", "errors", "losses")) == [("queued", 0, 0)] * 2


def test_ctrl_c_hands_back_and_ends_the_command(bench: Bench, make_jobs: MakeJobs) -> None:
    make_jobs()

    def interrupted(_: Sequence[WordsJob]) -> None:
        raise KeyboardInterrupt

    bench.run = interrupted
    with pytest.raises(KeyboardInterrupt):
        work_until(lambda: False)
    assert list(WordsJob.objects.values_list("state", "errors")) == [("queued", 0)]


def test_a_command_told_to_end_hands_back_first(bench: Bench, make_jobs: MakeJobs) -> None:
    make_jobs()
    bench.run = lambda _: signal.raise_signal(signal.SIGTERM)
    with pytest.raises(SystemExit) as ended:
        work_until(lambda: False)
    assert ended.value.code == 128 + signal.SIGTERM
    assert list(WordsJob.objects.values_list("state", "errors")) == [("queued", 0)]


def test_a_waiting_command_does_the_work_itself(bench: Bench, make_jobs: MakeJobs) -> None:
    make_jobs(3)
    work_until(lambda: set(states()) == {"done"})
    assert states() == ["done"] * 3
