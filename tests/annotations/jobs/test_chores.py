"""Chores: one process at a time, and registered for every worker."""

import psycopg
import pytest
from django.db import connection

from annotations.jobs import Chore, chores
from annotations.jobs.chores import CHORES_LOCK, run_alone


@pytest.mark.django_db
def test_a_chore_says_what_it_tidied() -> None:
    assert run_alone(Chore("three", lambda: 3, every_s=1)) == 3


@pytest.mark.django_db
def test_a_chore_waits_while_another_process_is_at_one() -> None:
    parameters = connection.get_connection_params()
    allowed = {"dbname", "host", "port", "user", "password"}
    address = {name: value for name, value in parameters.items() if name in allowed}
    with psycopg.connect(**address) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [CHORES_LOCK])
        assert run_alone(Chore("three", lambda: 3, every_s=1)) == 0
        other.execute("SELECT pg_advisory_unlock(%s)", [CHORES_LOCK])
    assert run_alone(Chore("three", lambda: 3, every_s=1)) == 3


@pytest.mark.django_db
def test_a_chore_that_fails_lets_the_next_one_in() -> None:
    with pytest.raises(ZeroDivisionError):
        run_alone(Chore("broken", lambda: 1 // 0, every_s=1))
    assert run_alone(Chore("three", lambda: 3, every_s=1)) == 3


def test_stray_bytes_are_a_chore_of_every_worker() -> None:
    assert "blobs" in chores._chores
