"""The import contracts hold, and each type of contract catches a planted violation."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
LINT = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(LINT, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("checkout")
    shutil.copy(CHECKOUT / "pyproject.toml", folder)
    for package in ("ocrlab", "annotations", "exports"):
        shutil.copytree(
            CHECKOUT / package,
            folder / package,
            ignore=shutil.ignore_patterns("static", "templates", "locale", "__pycache__"),
        )
    return folder


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("annotations/models/planted.py", "import annotations.review", "Rooms of annotations"),
        ("annotations/review/planted.py", "import annotations.people", "Rooms of annotations"),
        ("annotations/planted/__init__.py", "", "Rooms of annotations"),
        ("exports/formats/planted.py", "import exports.models", "Rooms of exports"),
        ("annotations/web/planted.py", "import exports", "The composition root"),
        ("exports/planted_actions.py", "", "Rooms of exports"),
        ("exports/samples_planted/__init__.py", "import annotations.review", "Exports sees rows"),
        ("annotations/content/planted.py", "import django", "Pure rooms know no framework"),
        ("annotations/review/planted.py", "import celery", "Celery is a doorbell"),
        ("annotations/quality/planted.py", "import torch", "No torch outside"),
        ("annotations/engines/planted.py", "import transformers", "No torch outside"),
    ],
)
def test_a_planted_violation_is_caught(copy: Path, module: str, line: str, contract: str) -> None:
    planted = copy / module
    planted.parent.mkdir(exist_ok=True)
    planted.write_text(f"{line}\n")
    try:
        done = lint(copy)
    finally:
        planted.unlink()
        if planted.name == "__init__.py":
            planted.parent.rmdir()
    assert done.returncode == 1, done.stdout
    broken = [row for row in done.stdout.splitlines() if "BROKEN" in row]
    assert any(contract in row for row in broken) or contract in done.stdout


def test_all_contracts_hold() -> None:
    done = lint(CHECKOUT)
    assert done.returncode == 0, done.stdout
