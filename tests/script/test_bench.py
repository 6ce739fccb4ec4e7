"""`script/bench` at its smallest size: that it runs, not how fast."""

import json
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.faults
def test_bench_measures_and_explains_what_it_promises(tmp_path: Path) -> None:
    figures, plans = tmp_path / "figures.json", tmp_path / "plans.md"
    done = subprocess.run(
        [ROOT / "script" / "bench", "--sizes", "1000", "--json", figures, "--plans", plans],
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    names = {one["name"] for one in json.loads(figures.read_text())["1000"]}
    assert {"next page", "open a page", "list 100 pages", "submit, 8 clients"} <= names
    assert "| next page |" in done.stdout
    assert "## search, word of one page" in plans.read_text()
