"""Promises 1 and 3: killed workers lose nothing; lost and doubled messages are harmless."""

import random
import time

import pytest

from tests.faults.brokers import Broker, Redis
from tests.faults.installation import FULL, Installation

# The promise's own figures take five minutes a broker: OCRLAB_FAULTS=full.
PIECES, SECONDS = (200, 1.0) if FULL else (80, 0.25)
KILL_EVERY_S, KILLS = (5.0, 24) if FULL else (2.5, 4)
LEASE_S = 90 if FULL else 6
BACK_S = 120 if FULL else 30


def one_mark_each(installation: Installation) -> bool:
    return installation.sql(
        "SELECT count(*), count(DISTINCT piece_id) FROM workshop_mark"
    ) == installation.sql("SELECT count(*), count(*) FROM workshop_piece")


def test_killed_workers_lose_no_page_and_double_none(
    installation: Installation, broker: Broker
) -> None:
    installation.environ["WORKSHOP_LEASE_S"] = str(LEASE_S)
    installation.add_pieces(PIECES, seconds=SECONDS)
    for _ in range(2):
        installation.start_worker()
    installation.wait_for(lambda: "done" in installation.states(), 30)
    for _ in range(KILLS):
        victim = random.choice(installation.workers)
        victim.kill()
        installation.workers.remove(victim)
        installation.start_worker()
        time.sleep(KILL_EVERY_S)  # the rhythm of the promise, not a wait for a result
    took = installation.wait_for(installation.all_done, BACK_S)
    assert one_mark_each(installation)
    losses = installation.sql("SELECT sum(losses), max(losses), max(errors) FROM workshop_piece")
    print(f"done {took:.1f} s after the last kill; losses {losses}")
    assert losses[0][0] > 0, "no kill hit a piece at work"


def test_messages_that_vanish_are_rung_again(installation: Installation, broker: Broker) -> None:
    installation.start_worker()
    installation.add_pieces(8, seconds=0.2)
    installation.wait_for(lambda: "done" in installation.states(), 30)
    for _ in range(3):
        broker.lose_everything()
        installation.add_pieces(4, seconds=0.1)
        broker.lose_everything()
    installation.wait_for(installation.all_done, 30)
    assert one_mark_each(installation)


def test_messages_that_arrive_five_times_are_harmless(
    installation: Installation, broker: Broker
) -> None:
    installation.environ["WORKSHOP_RING"] = "five"
    for _ in range(2):
        installation.start_worker()
    installation.add_pieces(24, seconds=0.05)
    installation.wait_for(installation.all_done, 40)
    assert one_mark_each(installation)


@pytest.mark.parametrize("broker", ["redis"], indirect=True)
def test_a_broker_that_is_away_for_a_while_delays_and_nothing_more(
    installation: Installation, broker: Broker
) -> None:
    assert isinstance(broker, Redis)
    installation.start_worker()
    installation.add_pieces(8, seconds=0.2)
    installation.wait_for(lambda: "done" in installation.states(), 30)
    broker.kill()
    installation.add_pieces(8, seconds=0.1)
    time.sleep(30 if FULL else 5)  # how long it is away
    broker.process = broker.start()
    broker.await_answer()
    installation.wait_for(installation.all_done, 60)
    assert one_mark_each(installation)
