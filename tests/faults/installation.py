"""A private installation: its own data folder, database and workers, ended by process id."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import psycopg

from ocrlab import embedded
from ocrlab.embedded import keeper
from ocrlab.embedded.home import find

CHECKOUT = Path(embedded.__file__).parents[2]
# Times the limits of these tests, which tell a hang from slowness, on a machine with other work.
# With OCRLAB_FAULTS=full the promises' own figures are measured, and hold as they are.
FULL = os.environ.get("OCRLAB_FAULTS") == "full"
PATIENCE = 1 if FULL else 3
PIECE = """
INSERT INTO workshop_piece
    (queue, state, priority, errors, losses, token, worker, error_code, error_detail,
     behaviour, seconds)
SELECT 'cpu', 'queued', 0, 0, 0, 0, '', '', '', %s, %s FROM generate_series(1, %s)
"""


@dataclass
class Worker:
    """One `celery worker` with its pool."""

    process: subprocess.Popen[bytes]
    log: Path

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def kill(self) -> None:
        """End it and its pool as a power cut would."""
        with suppress(psutil.NoSuchProcess):
            psutil.Process(self.process.pid).suspend()  # it forks no child while they are counted
            for each in [*self.children(), psutil.Process(self.process.pid)]:
                with suppress(psutil.NoSuchProcess):
                    each.kill()
        self.process.wait()

    def terminate(self) -> None:
        self.process.terminate()


@dataclass(eq=False)
class Installation:
    """Where the product runs for one test."""

    data_dir: Path
    environ: dict[str, str] = field(default_factory=dict)
    workers: list[Worker] = field(default_factory=list)

    def environment(self, **more: str) -> dict[str, str]:
        return {
            **os.environ,
            "DEBUG": "1",
            "OCRLAB_DATA_DIR": str(self.data_dir),
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            **self.environ,
            **more,
        }

    def python(self, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=CHECKOUT,
            env=self.environment(**environ),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def manage(self, *arguments: str) -> None:
        result = self.python("manage.py", *arguments)
        assert result.returncode == 0, result.stdout + result.stderr

    def start_worker(self, **environ: str) -> Worker:
        log = self.data_dir / f"worker-{len(list(self.data_dir.glob('worker-*')))}.log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "celery", "--quiet", "-A", "ocrlab", "worker", "-Q", "cpu",
                 "-c", "1", "-n", f"{log.stem}@test", "-l", "WARNING"],
                cwd=CHECKOUT, env=self.environment(**environ), stdin=subprocess.DEVNULL,
                stdout=out, stderr=out,
            )  # fmt: skip
        worker = Worker(process, log)
        self.workers.append(worker)
        return worker

    def end_workers(self) -> None:
        for worker in self.workers:
            if worker.process.poll() is None:
                worker.kill()
        self.workers.clear()

    def logs(self) -> str:
        return "\n".join(worker.log.read_text() for worker in self.workers)

    def sql(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        found = embedded.ensure(self.data_dir)
        with psycopg.connect(dbname="ocrlab", autocommit=True, **found) as connection:
            cursor = connection.execute(query, values)
            return cursor.fetchall() if cursor.description else []

    def add_pieces(self, count: int, behaviour: str = "good", seconds: float = 0.0) -> None:
        self.sql(PIECE, behaviour, seconds, count)

    def states(self) -> dict[str, int]:
        return dict(self.sql("SELECT state, count(*) FROM workshop_piece GROUP BY state"))

    def all_done(self) -> bool:
        return set(self.states()) == {"done"}

    def restart_database(self) -> None:
        """Cut every connection without a checkpoint, as after a crash, and start again."""
        home = find(self.data_dir)
        before = keeper.server_pid(home.data)
        # Without a check of its success: a worker that needs the server may start it first.
        subprocess.run(
            [str(home.bin / "pg_ctl"), "restart", "-w", "-t", "5", "-m", "immediate", "-D", str(home.data),
             "-l", str(home.log)],
            cwd="/", user=home.owner, check=False, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        self.wait_for(lambda: keeper.server_pid(home.data) not in {None, before}, 60)

    def kill_database(self) -> None:
        """End the server as a power cut would."""
        home = find(self.data_dir)
        server = keeper.server_pid(home.data)
        assert server is not None
        os.kill(server, signal.SIGKILL)
        self.wait_for(lambda: keeper.server_pid(home.data) != server, 10)

    def wait_for(self, condition: Callable[[], bool], limit_s: float) -> float:
        """Wait until `condition()`; return the seconds it took, fail with the workers' words."""
        begun = time.monotonic()
        while not condition():
            if time.monotonic() > begun + limit_s * PATIENCE:
                raise AssertionError(f"{self.states()} after {limit_s} s\n{self.logs()[-4000:]}")
            time.sleep(0.1)
        return time.monotonic() - begun


def pause(process: psutil.Process) -> None:
    """Stop a process where it is, as a laptop lid or a slow disk does."""
    os.kill(process.pid, signal.SIGSTOP)


def resume(process: psutil.Process) -> None:
    os.kill(process.pid, signal.SIGCONT)
