"""Every hostile file through the product: none is stuck, and each ends soon after it is taken."""

import io
from collections import Counter
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db.models import F

from annotations.jobs import drain
from annotations.models import DecodeJob, Document, Project

LONGEST_S = 1.0


@pytest.mark.django_db(transaction=True)  # the clock of the database stands still in a transaction
def test_every_odd_file_has_its_final_state_within_a_second(project: Project, shared: Path) -> None:
    out = io.StringIO()
    with pytest.raises(SystemExit):  # some are refused at the door, and the command says so
        call_command("ingest", "--project", "acervo", str(shared / "data" / "odd"), stdout=out)
    received = Document.objects.count()
    assert received >= 45
    drain("cpu")
    assert set(Document.objects.values_list("state", flat=True)) == {"ready", "failed"}
    jobs = DecodeJob.objects.annotate(took=F("finished_at") - F("started_at"))
    assert Counter(job.errors for job in jobs) == {0: received}
    slowest = max(jobs, key=lambda job: job.took)
    print(f"{received} files; the slowest took {slowest.took.total_seconds():.2f} s")
    assert slowest.took.total_seconds() <= LONGEST_S, slowest.document.filename
