"""`script/demo --once`, but for the set-up that these tests have run already."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES_SQL = """
import json
from annotations.models import Document, Page, Prediction
print(json.dumps({
    "documents": Document.objects.count(),
    "failed": list(Document.objects.filter(state="failed").values_list("error_code", flat=True)),
    "states": list(Page.objects.order_by("id").values_list("state", flat=True)),
    "predictions": Prediction.objects.count(),
    "loops": list(Prediction.objects.filter(degenerate=True).values_list("engine__name", flat=True)),
}))
"""


def run(data_dir: Path, *arguments: str) -> str:
    environment = {
        **os.environ,
        "LC_ALL": "C",
        "DEBUG": "1",
        "OCRLAB_DATA_DIR": str(data_dir),
        "PYTHONPATH": f"{ROOT / 'script'}:{ROOT}",
    }
    environment.pop("DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def books(data_dir: Path) -> dict[str, object]:
    out = run(data_dir, "manage.py", "shell", "--no-imports", "--command", PAGES_SQL)
    return json.loads(out)


@pytest.mark.faults
def test_demo_fills_a_project_once_and_doubles_nothing(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    first = run(data_dir, "-m", "demonstration", "--once").splitlines()
    found = books(data_dir)
    assert first[-1] == f"release: {data_dir / 'demo' / 'release-1'}"
    assert found["documents"] == 13
    assert found["failed"] == ["password_protected"]
    assert Counter(found["states"]) == {"open": 7, "corrected": 2, "approved": 6}
    assert found["predictions"] == 2 * 15
    assert found["loops"] == ["gravado"]
    second = run(data_dir, "-m", "demonstration", "--once").splitlines()
    assert second[-1] == first[-1]
    assert books(data_dir) == found
    old, new = (
        {line.split()[0]: line.split()[1] for line in out if line.startswith("  ")}
        for out in (first, second)
    )
    assert old.keys() == new.keys() == {"gerente", "revisora", "aprovadora"}
    assert all(old[name] != new[name] for name in old)
