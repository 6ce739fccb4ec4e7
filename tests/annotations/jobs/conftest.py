"""The registered kind under test and rows of it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from annotations.jobs import kinds, stopping
from annotations.models import Project, WordsJob
from tests.job_bench import Bench
from tests.rows import make_document, make_page


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setattr(kinds, "_kinds", {})
    made = Bench()
    made.register()
    yield made
    stopping.withdraw()


@pytest.fixture
def make_jobs(project: Project) -> Callable[..., list[WordsJob]]:
    def make(count: int = 1, **columns: Any) -> list[WordsJob]:
        document = make_document(project)
        return [
            WordsJob.objects.create(page=make_page(document, number), **columns)
            for number in range(1, count + 1)
        ]

    return make
