"""`kill -9` in the middle of a release: taken up again, it is the same bytes."""

import io
import json
from pathlib import Path

import pytest
from PIL import Image

from tests.faults.installation import Installation

PAGES = 5
# Shards of one page, and a process that ends as a power cut would once two are finished.
BUILD = """
import os, sys, django
django.setup()
from django.core.management import call_command
from exports.formats import directory
from exports.samples import plan
plan.SHARD_BYTES = 1
keep, kept = directory.PartialRelease.keep, []
def keep_then_die(self, shard):
    keep(self, shard)
    kept.append(shard.name)
    if len(kept) == int(sys.argv[2]):
        os.kill(os.getpid(), 9)
directory.PartialRelease.keep = keep_then_die
call_command("export_dataset", "--project", "killed", "--output", sys.argv[1], "--json")
print("shards written:", len(kept), file=sys.stderr)
"""

TAKE_UP = """
import django
django.setup()
from annotations.jobs import work_until
from exports.models import Release
from exports.samples import plan
plan.SHARD_BYTES = 1
work_until(lambda: not Release.objects.filter(state="building").exists())
"""


@pytest.fixture
def approved(installation: Installation, tmp_path: Path) -> Installation:
    """Return the installation with a project of approved pages."""
    for number in range(PAGES):
        picture = io.BytesIO()
        Image.new("RGB", (200 + number, 280), "white").save(picture, "PNG")
        (tmp_path / f"p{number}.png").write_bytes(picture.getvalue())
        (tmp_path / f"p{number}.txt").write_text(f"Certidão nº {number}")
    installation.manage("create_project", "killed", "--name", "Killed")
    installation.manage(
        "ingest", "--project", "killed", str(tmp_path), "--recursive", "--ground-truth"
    )
    code = "import django; django.setup(); from annotations.jobs import drain; drain('cpu')"
    assert installation.python("-c", code).returncode == 0
    return installation


def test_a_killed_build_is_taken_up_again_and_ends_in_the_same_bytes(
    approved: Installation, tmp_path: Path
) -> None:
    killed = approved.python("-c", BUILD, str(tmp_path / "first"), "2")
    assert killed.returncode == -9, killed.stdout + killed.stderr
    assert not (tmp_path / "first").exists()
    releases = approved.data_dir / "releases"
    assert len(list(releases.rglob("data/raw/*.parquet"))) == 2
    # Its lease runs out at once instead of in a minute and a half.
    approved.sql("UPDATE exports_buildjob SET leased_until = now() - interval '1 s'")
    whole = approved.python("-c", BUILD, str(tmp_path / "second"), "99")
    assert whole.returncode == 0, whole.stdout + whole.stderr
    taken_up = approved.python("-c", TAKE_UP)
    assert taken_up.returncode == 0, taken_up.stderr
    rows = approved.sql("SELECT number, state, sha256 FROM exports_release ORDER BY number")
    assert [row[1] for row in rows] == ["ready", "ready"]
    assert rows[0][2] == rows[1][2] == json.loads(whole.stdout)["sha256"]
    data = [
        {p.relative_to(folder): p.read_bytes() for p in sorted(folder.rglob("*.parquet"))}
        for folder in sorted(next(releases.iterdir()).iterdir())
    ]
    assert len(data[0]) == 2 * PAGES
    assert data[0] == data[1]
