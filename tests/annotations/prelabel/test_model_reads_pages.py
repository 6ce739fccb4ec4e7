"""A vision-language model pre-labels pages through the queue of the GPU's worker."""

from pathlib import Path

import pytest
from django.core.management import call_command

from annotations.jobs import drain
from annotations.models import Page, Prediction, Project, User
from annotations.prelabel.runs import start_run
from tests.annotations.engines.tiny_checkpoint import SMALL, build_checkpoint
from tests.rows import make_document, make_page

pytestmark = pytest.mark.alone


def test_pages_are_read_by_the_queue_of_the_gpu_alone(
    cast: dict[str, User], project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotations.prelabel.reading.ask_for_words", lambda _page: None)
    folder = build_checkpoint(tmp_path / "tiny")
    call_command(
        *("add_engine", "tiny", "--adapter", "transformers", "--model", str(folder)),
        *(f"--param={name}={value}" for name, value in SMALL.items()),
        *("--price-per-hour", "2", "--project", "acervo"),
    )
    pages = [make_page(make_document(project, number), state="waiting") for number in (1, 2, 3)]
    start_run(actor=cast["gerente"], project=project, only="")
    assert drain("cpu") == 0
    assert drain("gpu") == 3
    read = Prediction.objects.filter(page__in=pages)
    assert read.count() == 3
    assert {prediction.truncated for prediction in read} == {True}
    assert {page.prelabel_state for page in Page.objects.filter(project=project)} == {"done"}
