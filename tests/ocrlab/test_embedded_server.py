"""The embedded PostgreSQL: private, one a checkout, alive exactly as long as somebody uses it."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from ocrlab import embedded
from ocrlab.embedded import EmbeddedError, keeper
from ocrlab.embedded.home import Home, find

pytestmark = pytest.mark.alone

CHECKOUT = Path(embedded.__file__).parents[2]
USE = """
import sys, time
from pathlib import Path
from ocrlab import embedded
import psycopg
found = embedded.ensure(Path(sys.argv[1]))
with psycopg.connect(dbname="ocrlab", **found) as connection:
    print(connection.execute("SELECT pg_postmaster_start_time()").fetchone()[0], flush=True)
time.sleep(float(sys.argv[2]))
"""


def use(data_dir: Path, stay_s: float = 0, **environ: str) -> subprocess.Popen[str]:
    """Start a process that uses the server of `data_dir`, says since when it runs, and stays."""
    return subprocess.Popen(
        [sys.executable, "-c", USE, str(data_dir), str(stay_s)],
        cwd=CHECKOUT,
        env={**os.environ, **environ},
        stdout=subprocess.PIPE,
        text=True,
    )


def said(process: subprocess.Popen[str]) -> str:
    with process:
        assert process.stdout is not None
        return process.stdout.readline()


def wait_for(condition: Callable[[], bool], limit_s: float = 30) -> None:
    until = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < until, "it did not come to pass"
        time.sleep(0.05)


def stops(home: Home) -> None:
    wait_for(lambda: keeper.server_pid(home.data) is None)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Return a data folder with a short path, whose server is stopped at the end."""
    made = Path(tempfile.mkdtemp(prefix="ocr-"))
    home = find(made)
    yield made
    embedded.stop_if_idle(made)
    keeper.stop(home.data)
    shutil.rmtree(home.root, ignore_errors=True)
    shutil.rmtree(made, ignore_errors=True)


def test_it_lowers_portuguese_letters_in_the_bare_locale(folder: Path) -> None:
    with said_connection(folder) as connection:
        assert connection.execute("SELECT lower('SÃO'), 'Ç' ~ '[[:alpha:]]'").fetchone() == (
            "são",
            True,
        )
        assert connection.execute("SHOW fsync").fetchone() == ("on",)


def said_connection(folder: Path) -> psycopg.Connection[tuple[object, ...]]:
    assert said(use(folder, LC_ALL="C"))  # made and started where the locale knows no letters
    return psycopg.connect(dbname="ocrlab", **embedded.ensure(folder))


def test_nobody_else_gets_in(folder: Path) -> None:
    found = embedded.ensure(folder)
    home = find(folder)
    for path in (home.root, home.run, home.data):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
    assert stat.S_IMODE(home.password.stat().st_mode) == 0o600
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(dbname="ocrlab", **{**found, "password": "guessed"})
    with psycopg.connect(dbname="ocrlab", **found) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    assert len(bytes(home.run / ".s.PGSQL.5432")) <= 100


@pytest.mark.skipif(os.geteuid() != 0, reason="only root must run it as somebody else")
def test_root_runs_it_as_an_unprivileged_user_outside_the_home(folder: Path) -> None:
    embedded.ensure(folder)
    home = find(folder)
    pid = keeper.server_pid(home.data)
    assert Path(f"/proc/{pid}").stat().st_uid != 0
    assert home.root.parent == Path("/var/lib/ocrlab")
    assert not Path(os.path.realpath(f"/proc/{pid}/exe")).is_relative_to(sys.prefix)


def test_racing_processes_share_one_server(folder: Path) -> None:
    embedded.stop_if_idle(folder)
    stops(find(folder))
    racers = [use(folder) for _ in range(5)]
    assert len({said(racer) for racer in racers}) == 1


def test_one_command_after_another_finds_it_running(folder: Path) -> None:
    embedded.release(folder)
    assert said(use(folder)) == said(use(folder))


def test_the_last_to_leave_stops_it_even_when_killed(folder: Path) -> None:
    embedded.release(folder)
    with use(folder, 600) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        os.kill(process.pid, signal.SIGKILL)
    stops(find(folder))


def test_it_is_not_stopped_while_somebody_uses_it(folder: Path) -> None:
    embedded.ensure(folder)
    with use(folder, 600) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        assert not embedded.stop_if_idle(folder)
        assert keeper.server_pid(find(folder).data) is not None
        process.kill()


def test_a_killed_server_is_started_again_and_keeps_what_was_committed(folder: Path) -> None:
    with psycopg.connect(dbname="ocrlab", **embedded.ensure(folder)) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept AS SELECT 1 AS one")
    pid = keeper.server_pid(find(folder).data)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: keeper.server_pid(find(folder).data) != pid)
    with psycopg.connect(dbname="ocrlab", **embedded.ensure(folder)) as connection:
        assert connection.execute("SELECT one FROM kept").fetchone() == (1,)


def test_a_pid_file_that_names_another_process_is_forgotten(folder: Path) -> None:
    embedded.stop_if_idle(folder)
    home = find(folder)
    stops(home)
    (home.data / "postmaster.pid").write_text(
        f"{os.getpid()}\n{home.data}\n1\n5432\n\n\n0 0\nready\n"
    )
    embedded.ensure(folder)
    assert keeper.server_pid(home.data) != os.getpid()


def test_data_of_another_version_is_refused_with_the_cure(folder: Path) -> None:
    embedded.ensure(folder)
    embedded.release(folder)
    embedded.stop_if_idle(folder)
    home = find(folder)
    stops(home)
    marker = home.data / "PG_VERSION"
    before = marker.read_text()
    marker.write_text("15\n")
    try:
        with pytest.raises(EmbeddedError, match="pg_dumpall"):
            embedded.ensure(folder)
    finally:
        marker.write_text(before)
        embedded.release(folder)


def test_a_command_says_the_cure_in_one_line(tmp_path: Path) -> None:
    home = find(tmp_path / "var")
    home.data.mkdir(mode=0o700)
    (home.data / "PG_VERSION").write_text("15\n")
    result = subprocess.run(
        [sys.executable, "manage.py", "migrate"],
        cwd=CHECKOUT,
        env={**os.environ, "OCRLAB_DATA_DIR": str(tmp_path / "var")},
        capture_output=True,
        text=True,
        check=False,
    )
    shutil.rmtree(home.root)
    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 1
    assert "pg_dumpall" in result.stderr


def test_two_checkouts_never_meet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ocrlab.embedded.home.ROOT_HOMES", tmp_path / "homes")
    one, two = find(tmp_path / "one"), find(tmp_path / "two")
    shutil.copytree(tmp_path / "one", tmp_path / "copy", ignore=shutil.ignore_patterns("postgres"))
    copied = find(tmp_path / "copy")
    (tmp_path / "one" / "instance").unlink()  # deleted and cloned again in the same place
    again = find(tmp_path / "one")
    names = {one.root, two.root, copied.root}
    assert len(names) == 3
    if os.geteuid() == 0:
        assert again.root not in names
