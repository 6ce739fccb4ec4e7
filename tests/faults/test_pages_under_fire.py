"""Promises 1 and 7 on the product itself: real pages, a real engine, a real web server."""

import io
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
import requests
from PIL import Image, ImageDraw

from tests.faults.brokers import free_port
from tests.faults.installation import CHECKOUT, Installation

PAGES = 24
KILL_EVERY_S, KILLS = 2.5, 4
UPLOAD_BYTES = 100_000_000
UNREAD = """
SELECT (SELECT count(*) FROM annotations_document WHERE state NOT IN ('ready', 'failed'))
     + (SELECT count(*) FROM annotations_page WHERE prelabel_state IN ('none', 'queued', 'running'))
"""


def draw_pages(folder: Path) -> None:
    folder.mkdir()
    for number in range(PAGES):
        page = Image.new("L", (900, 400), 255)
        draw = ImageDraw.Draw(page)
        for line in range(6):
            draw.text((40, 30 + 55 * line), f"Certidao {number} linha {line}", 0, font_size=36)
        page.save(folder / f"pagina-{number:02}.png")


@pytest.fixture
def project(installation: Installation, request: pytest.FixtureRequest) -> str:
    """Return the slug of a fresh project whose pages Tesseract reads."""
    slug = f"fogo-{len(installation.sql('SELECT 1 FROM annotations_project'))}"
    installation.manage("create_project", slug, "--name", "Fogo")
    installation.manage("add_engine", "tesseract", "--preset", "tesseract", "--project", slug)
    return slug


def ingest(installation: Installation, project: str, folder: Path) -> None:
    draw_pages(folder)
    installation.manage("ingest", "--project", project, str(folder))


def is_read(installation: Installation) -> bool:
    return installation.sql(UNREAD) == [(0,)]


def has_answers(installation: Installation, project: str) -> bool:
    found = installation.sql(
        "SELECT 1 FROM annotations_prediction a JOIN annotations_page g ON g.id = a.page_id"
        " JOIN annotations_project p ON p.id = g.project_id WHERE p.slug = %s LIMIT 1",
        project,
    )
    return bool(found)


def assert_read_once(installation: Installation, project: str) -> None:
    found = installation.sql(
        "SELECT g.prelabel_state, count(*), count(g.current_prediction_id),"
        " count(DISTINCT a.page_id), count(a.id)"
        " FROM annotations_page g JOIN annotations_project p ON p.id = g.project_id"
        " LEFT JOIN annotations_prediction a ON a.page_id = g.id"
        " WHERE p.slug = %s GROUP BY 1",
        project,
    )
    assert found == [("done", PAGES, PAGES, PAGES, PAGES)]


def test_pages_survive_workers_that_are_killed(
    installation: Installation, project: str, tmp_path: Path
) -> None:
    ingest(installation, project, tmp_path / "pages")
    for _ in range(2):
        installation.start_worker()
    installation.wait_for(lambda: has_answers(installation, project), 60)
    for _ in range(KILLS):
        victim = random.choice(installation.workers)
        victim.kill()
        installation.workers.remove(victim)
        installation.start_worker()
        time.sleep(KILL_EVERY_S)  # the rhythm of the promise
    took = installation.wait_for(lambda: is_read(installation), 120)
    print(f"all read {took:.1f} s after the last kill")
    assert_read_once(installation, project)


def test_pages_survive_the_end_of_everything(
    installation: Installation, project: str, tmp_path: Path
) -> None:
    ingest(installation, project, tmp_path / "pages")
    for _ in range(2):
        installation.start_worker()
    installation.wait_for(lambda: has_answers(installation, project), 60)
    for worker in list(installation.workers):
        worker.kill()
    installation.workers.clear()
    installation.kill_database()
    installation.start_worker()
    installation.wait_for(lambda: is_read(installation), 120)
    assert_read_once(installation, project)


@pytest.fixture
def web(installation: Installation) -> Iterator["Web"]:
    made = Web(installation)
    yield made
    made.kill()


class Web:
    """The web server of the installation; killed and started again on one port."""

    def __init__(self, installation: Installation) -> None:
        self.installation, self.port = installation, free_port()
        self.start()

    def start(self) -> None:
        command = [
            sys.executable, "-m", "gunicorn", "ocrlab.wsgi", "--worker-class", "gthread",
            "--threads", "4", "--bind", f"127.0.0.1:{self.port}", "--log-level", "critical",
        ]  # fmt: skip
        environ = self.installation.environment(OCRLAB_WEB_THREADS="4")
        self.process = subprocess.Popen(
            command, cwd=CHECKOUT, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self.installation.wait_for(self.answers, 60)

    def answers(self) -> bool:
        try:
            return requests.get(f"{self.address}/healthz", timeout=5).ok
        except requests.RequestException:
            return False

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def kill(self) -> None:
        main = psutil.Process(self.process.pid)
        for each in [*main.children(recursive=True), main]:
            with suppress(psutil.NoSuchProcess):
                each.kill()
        self.process.wait()


class Cut:
    """A body that calls `at_offset` once, when that much of it was sent."""

    def __init__(self, body: bytes, offset: int, at_offset: Callable[[], None]) -> None:
        self.body, self.offset, self.at_offset = io.BytesIO(body), offset, at_offset
        self.length = len(body)

    def __len__(self) -> int:
        return self.length

    def read(self, size: int) -> bytes:
        if self.offset >= 0 and self.body.tell() >= self.offset:
            self.offset = -1
            self.at_offset()
        return self.body.read(size)


def token(installation: Installation, project: str) -> dict[str, str]:
    """Return the header of somebody who may upload."""
    script = (
        "import django; django.setup(); from annotations.models import *;"
        f"p = Project.objects.get(slug={project!r});"
        "u = User.objects.create_user(username='u' + str(User.objects.count()));"
        "Membership.objects.create(project=p, user=u, role='manager'); print(u.username)"
    )
    made = installation.python("-c", script)
    assert made.returncode == 0, made.stderr
    secret = installation.python("manage.py", "create_token", made.stdout.strip())
    assert secret.returncode == 0, secret.stderr
    return {"Authorization": f"Bearer {secret.stdout.strip()}"}


def test_an_upload_cut_off_by_a_killed_server_is_whole_or_absent(
    installation: Installation, project: str, web: Web
) -> None:
    headers = {**token(installation, project), "Idempotency-Key": "one-upload"}
    content = b"\x89PNG\r\n\x1a\n" + random.randbytes(UPLOAD_BYTES)
    boundary = "cut"
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
    ).encode()
    body = head + content + f"\r\n--{boundary}--\r\n".encode()
    headers["Content-Type"] = f"multipart/form-data; boundary={boundary}"
    route = f"{web.address}/api/v1/projects/{project}/documents/"

    for share in (0.05, random.random(), 0.999):
        cut = Cut(body, int(len(body) * share), web.kill)
        with pytest.raises(requests.RequestException):
            requests.post(route, headers=headers, data=cut, timeout=60)
        web.start()
    answer = requests.post(route, headers=headers, data=body, timeout=60)
    assert answer.status_code == 201, answer.text
    again = requests.post(route, headers=headers, data=body, timeout=60)
    assert again.json()["id"] == answer.json()["id"]
    counted = installation.sql(
        "SELECT count(*) FROM annotations_document d JOIN annotations_project p"
        " ON p.id = d.project_id WHERE p.slug = %s",
        project,
    )
    assert counted == [(1,)]


def test_requests_during_a_restart_of_the_database_are_told_to_come_again(
    installation: Installation, project: str, web: Web
) -> None:
    headers = token(installation, project)
    route = f"{web.address}/api/v1/projects/"
    assert requests.get(route, headers=headers, timeout=20).status_code == 200
    installation.restart_database()
    begun = time.monotonic()
    answers = [requests.get(route, headers=headers, timeout=20) for _ in range(4)]
    while answers[-1].status_code != 200:
        assert time.monotonic() < begun + 10, answers[-1].text
        answers.append(requests.get(route, headers=headers, timeout=20))
    for answer in answers:
        assert answer.status_code in {200, 503}, answer.text
        assert answer.status_code == 200 or answer.headers["Retry-After"]
