"""Hostile files over REST: each gets a clear answer at once, and the web process stays small."""

import resource
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from annotations.models import Document, Project

if TYPE_CHECKING:
    from tests.annotations.api.conftest import ProgramFor

pytestmark = pytest.mark.django_db

FIRST_BYTES = {"empty_file", "format_not_allowed", "file_too_large"}
GROWTH_KB = 20 * 1024
SLOWEST_S = 1.0


def test_every_odd_file_is_received_or_refused_by_its_first_bytes(
    project: Project, program: "ProgramFor", shared: Path
) -> None:
    folder = shared / "data" / "odd"
    files = sorted(path for path in folder.iterdir() if path.name != "MANIFEST.csv")
    assert len(files) == 75
    sender = program("revisora")
    sender.get("me/")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    slowest = 0.0
    for path in files:
        upload = SimpleUploadedFile(path.name, path.read_bytes(), "image/jpeg")
        began = time.process_time()
        answer = sender.upload("projects/acervo/documents/", {"file": upload})
        slowest = max(slowest, time.process_time() - began)
        told = answer.json()
        if answer.status_code == 422:
            assert told["code"] in FIRST_BYTES, path.name
        else:
            assert answer.status_code == 201, (path.name, told)
            assert told["media_type"] in {
                "image/jpeg", "image/png", "image/tiff", "image/webp", "application/pdf",
            }  # fmt: skip
    assert Document.objects.filter(state="received").count() >= 45
    assert slowest <= SLOWEST_S
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before <= GROWTH_KB
