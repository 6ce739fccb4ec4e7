"""Claiming: one worker a row, batches of the healthy, solitude for the suspicious."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now

from annotations.jobs import claim, drain, sweep
from annotations.jobs.claim import LEASE_S
from annotations.models import WordsJob
from tests.job_bench import Bench

MakeJobs = Callable[..., list[WordsJob]]
pytestmark = pytest.mark.django_db


def reload(job: WordsJob) -> WordsJob:
    return WordsJob.objects.get(pk=job.pk)


def test_claim_leases_the_row_until_the_lease_ends(bench: Bench, make_jobs: MakeJobs) -> None:
    make_jobs()
    (job,) = claim(bench.kind(), "cpu")
    row = reload(job)
    assert (row.state, row.token, job.token) == ("running", 1, 1)
    lease = WordsJob.objects.filter(
        leased_until__gt=Now() + timedelta(seconds=bench.limit_s - 10),
        leased_until__lte=Now() + timedelta(seconds=min(LEASE_S, bench.limit_s)),
    )
    assert lease.exists()


def test_a_claimed_job_is_not_claimed_again(bench: Bench, make_jobs: MakeJobs) -> None:
    make_jobs()
    assert len(claim(bench.kind(), "cpu")) == 1
    assert claim(bench.kind(), "cpu") == []


def test_only_the_asked_queue_is_served(bench: Bench, make_jobs: MakeJobs) -> None:
    make_jobs(queue="gpu")
    assert claim(bench.kind(), "cpu") == []
    assert len(claim(bench.kind(), "gpu")) == 1


def test_a_job_in_back_off_waits(bench: Bench, make_jobs: MakeJobs) -> None:
    make_jobs(not_before=Now() + timedelta(seconds=60))
    assert claim(bench.kind(), "cpu") == []


def test_higher_priority_goes_first(bench: Bench, make_jobs: MakeJobs) -> None:
    first, second = make_jobs(2)
    WordsJob.objects.filter(pk=second.pk).update(priority=5)
    assert [job.pk for job in claim(bench.kind(), "cpu")] == [second.pk]
    assert [job.pk for job in claim(bench.kind(), "cpu")] == [first.pk]


def test_healthy_jobs_go_together(bench: Bench, make_jobs: MakeJobs) -> None:
    make_jobs(5)
    bench.batch_size = 3
    assert [len(claim(bench.kind(), "cpu")) for _ in range(3)] == [3, 2, 0]


@pytest.mark.parametrize("trouble", ["errors", "losses"])
def test_a_job_in_trouble_is_claimed_alone(bench: Bench, make_jobs: MakeJobs, trouble: str) -> None:
    first, second, third, fourth = (job.pk for job in make_jobs(4))
    WordsJob.objects.filter(pk__in=[first, third]).update(**{trouble: 1})
    bench.batch_size = 4
    batches = [[job.pk for job in claim(bench.kind(), "cpu")] for _ in range(3)]
    assert batches == [[first], [second, fourth], [third]]


def test_a_batch_shares_the_columns_its_kind_names(bench: Bench, make_jobs: MakeJobs) -> None:
    jobs = make_jobs(4)
    WordsJob.objects.filter(pk__in=[jobs[1].pk, jobs[3].pk]).update(priority=0, worker="b")
    bench.batch_size = 4
    bench.register(batch_by=("worker",))
    drain("cpu")
    assert bench.batches == [[jobs[0].pk, jobs[2].pk], [jobs[1].pk, jobs[3].pk]]


@pytest.mark.django_db(transaction=True)
def test_workers_side_by_side_share_no_job(bench: Bench, make_jobs: MakeJobs) -> None:
    make_jobs(40)
    bench.batch_size = 3
    taken: list[int] = []
    ready = threading.Barrier(4)

    def worker() -> None:
        ready.wait()
        while jobs := claim(bench.kind(), "cpu"):
            taken.extend(job.pk for job in jobs)
        connection.close()

    threads = [threading.Thread(target=worker) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(set(taken)) == 40


def test_an_expired_lease_counts_a_loss_and_comes_back(bench: Bench, make_jobs: MakeJobs) -> None:
    make_jobs()
    (job,) = claim(bench.kind(), "cpu")
    WordsJob.objects.update(leased_until=Now() - timedelta(seconds=1))
    assert sweep() == 1
    row = reload(job)
    assert (row.state, row.losses, row.errors) == ("queued", 1, 0)
    assert row.not_before > row.created_at


def test_a_lease_that_holds_is_left_alone(bench: Bench, make_jobs: MakeJobs) -> None:
    make_jobs()
    claim(bench.kind(), "cpu")
    assert sweep() == 0


def test_the_eighth_loss_ends_a_job_and_tells_its_room(bench: Bench, make_jobs: MakeJobs) -> None:
    (job,) = make_jobs(losses=7)
    claim(bench.kind(), "cpu")
    WordsJob.objects.update(leased_until=Now() - timedelta(seconds=1))
    sweep()
    row = reload(job)
    assert (row.state, row.losses, row.error_code) == ("dead", 8, "worker_lost")
    assert bench.ended == [(job.pk, "dead")]


def test_a_claim_of_many_rows_costs_three_queries_and_a_savepoint(
    bench: Bench, make_jobs: MakeJobs, django_assert_num_queries: Callable[[int], object]
) -> None:
    make_jobs(6)
    bench.batch_size = 6
    with django_assert_num_queries(5):  # type: ignore[attr-defined]  # 3 and the savepoint's 2
        claim(bench.kind(), "cpu")
