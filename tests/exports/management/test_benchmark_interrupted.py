"""A benchmark that is interrupted in the middle: what was answered is kept and not asked again."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from annotations.models import Engine, Page
from exports.models import EvaluationItem

pytestmark = pytest.mark.alone

Approve = Callable[..., Page]
CHECKOUT = Path(__file__).resolve().parents[3]
PAGES, STOPPED_AT, SECONDS = 6, 3, 60

# `benchmark` in a process of its own, with an engine that says which page it is asked for and stops
# at one of them until it is killed.
COMMAND = """
import sys, time, django
django.setup()
from django.core.management import execute_from_command_line
from django.db import connection
from annotations.engines import base, registry

name, dataset, stop_at = sys.argv[1], sys.argv[2], int(sys.argv[3])
connection.settings_dict["NAME"] = name

class Telling:
    facts = base.EngineFacts("telling", "1")
    asked = 0

    def read(self, requests):
        return [self.answer(request) for request in requests]

    def answer(self, request):
        self.asked += 1
        print("asked", request.page_id, flush=True)
        if self.asked == stop_at:
            print("stopped", flush=True)
            sys.stdin.read()
        assert request.image_path.read_bytes().startswith(b"\\x89PNG")
        raw = '{"text": "Certidão lavrada em %d de março."}' % int(request.page_id[:2], 16)
        return base.EngineAnswer(raw, seconds=1.0 + int(request.page_id[:2], 16) / 100)

registry.build = lambda *given, **more: Telling()
execute_from_command_line(["manage.py", "benchmark", *sys.argv[4:], "--dataset", dataset, "--json"])
"""


@pytest.fixture
def dataset(transactional_db: None, approve: Approve, tmp_path: Path) -> Path:
    for seed in range(PAGES):
        approve(seed, split="test")
    call_command("export_dataset", project="acervo", output=tmp_path / "out")
    return tmp_path / "out"


def start(dataset: Path, engine: str, *, stop_at: int = 0) -> subprocess.Popen[str]:
    database = str(connection.settings_dict["NAME"])
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, database, str(dataset), str(stop_at), "--engine", engine],
        cwd=CHECKOUT,
        env={
            **os.environ,
            "DEBUG": "1",
            "DJANGO_SETTINGS_MODULE": "ocrlab.settings",
            "OCRLAB_LANGUAGE": "en",
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def whole(dataset: Path, engine: str) -> tuple[list[str], dict[str, Any]]:
    """Return the rows that were asked for, and the figures, of a run that ends by itself."""
    out, err = start(dataset, engine).communicate(timeout=SECONDS)
    *lines, answer = out.splitlines() or [err]
    (told,) = json.loads(answer)["engines"]
    return [line.split()[1] for line in lines], told


def same(told: dict[str, Any]) -> dict[str, Any]:
    return {
        key: value for key, value in told.items() if key not in ("name", "engine", "evaluation")
    }


@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGINT])
def test_an_interrupted_run_goes_on_where_it_stood(by: signal.Signals, dataset: Path) -> None:
    for name in ("inteiro", "partido"):
        Engine.objects.create(
            name=name, version=1, adapter="telling", adapter_version="1", identity=name
        )
    asked, expected = whole(dataset, "inteiro")
    assert len(asked) == PAGES

    process = start(dataset, "partido", stop_at=STOPPED_AT)
    assert process.stdout is not None
    first = []
    while (line := process.stdout.readline().strip()) not in ("stopped", ""):
        first.append(line.split()[1])
    assert line == "stopped"
    process.send_signal(by)
    _out, err = process.communicate(timeout=SECONDS)
    assert process.returncode == (3 if by is signal.SIGINT else -by)
    if by is signal.SIGINT:
        assert err.strip().endswith("the same command goes on from there.")
        assert "Traceback" not in err
    kept = EvaluationItem.objects.filter(evaluation__engine__name="partido")
    assert sorted(kept.values_list("row_id", flat=True)) == sorted(first[:-1])

    second, told = whole(dataset, "partido")
    assert sorted(first[:-1] + second) == sorted(asked)
    assert same(told) == same(expected)
    assert whole(dataset, "partido") == ([], told)
