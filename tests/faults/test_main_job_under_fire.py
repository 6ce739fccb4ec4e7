"""The main job on real pages, twice over, while a worker is killed every five seconds."""

import os
import random
import signal
import time
from pathlib import Path

from ocrlab.embedded import keeper
from ocrlab.embedded.home import find
from tests.faults.installation import Installation

KILL_EVERY_S = 5  # the rhythm of the promise
LAST_PAGES = 36  # the fire goes on until a third of the pages is left
UNDER_FIRE_S = 600
BACK_S = 120  # after the last kill everything is read within this
PROJECTS = ("uma-vez", "outra-vez")
ENDED = """
SELECT (SELECT count(*) FROM annotations_document WHERE state NOT IN ('ready', 'failed'))
     + (SELECT count(*) FROM annotations_prelabeljob WHERE state IN ('queued', 'running'))
"""
BY_PAGE = """
SELECT p.prelabel_state, count(*), count(p.current_prediction_id), max(answers.n)
FROM annotations_page p JOIN annotations_project j ON j.id = p.project_id,
LATERAL (SELECT count(*) AS n FROM annotations_prediction a WHERE a.page_id = p.id) answers
WHERE j.slug = ANY(%s) GROUP BY 1
"""


def test_every_real_page_is_read_once_whatever_dies(
    installation: Installation, shared: Path
) -> None:
    for slug in PROJECTS:
        installation.manage("create_project", slug, "--name", slug)
        installation.manage("add_engine", "tesseract", "--preset", "tesseract", "--project", slug)
        pages = str(shared / "data" / "dev")
        installation.manage("ingest", "--project", slug, pages, "--recursive")
    for _ in range(2):
        installation.start_worker()
    begun, kills = time.monotonic(), 0
    while (left := installation.sql(ENDED)[0][0]) > LAST_PAGES:
        assert time.monotonic() < begun + UNDER_FIRE_S, f"{left} pages left after {kills} kills"
        time.sleep(KILL_EVERY_S)
        victim = random.choice(installation.workers)
        victim.kill()
        installation.workers.remove(victim)
        installation.start_worker()
        kills += 1
    kill_everything(installation)
    for _ in range(2):
        installation.start_worker()
    took = installation.wait_for(lambda: installation.sql(ENDED) == [(0,)], BACK_S)
    print(f"{kills} kills, then all at once with {left} pages left: all read {took:.0f} s later")
    assert took <= BACK_S
    assert installation.sql(BY_PAGE, list(PROJECTS)) == [("done", 108, 108, 1)]


def kill_everything(installation: Installation) -> None:
    for worker in list(installation.workers):
        worker.kill()
    installation.workers.clear()
    server = keeper.server_pid(find(installation.data_dir).data)
    assert server is not None
    os.kill(server, signal.SIGKILL)
