"""One kind of work on real rows for tests of the jobs room: finding words, without finding any."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from annotations.jobs import JobKind, finishing, kinds
from annotations.models import WordsJob


def finish_all(jobs: Sequence[WordsJob]) -> None:
    for job in jobs:
        with finishing(job):
            pass


@dataclass
class Bench:
    """The kind under test; `run` may be replaced, `ended` remembers."""

    run: Callable[[Sequence[WordsJob]], None] = finish_all
    ended: list[tuple[int, str]] = field(default_factory=list)
    batches: list[list[int]] = field(default_factory=list)
    batch_size: int = 1
    limit_s: int = 60

    def kind(self) -> JobKind[WordsJob]:
        return JobKind(
            name="words",
            model=WordsJob,
            run=self._run,
            limit_s=self.limit_s,
            batch_size=lambda _: self.batch_size,
            ended=lambda jobs: self.ended.extend((job.pk, job.state) for job in jobs),
        )

    def register(self, **changes: Any) -> None:
        kinds.register(replace(self.kind(), **changes))

    def _run(self, jobs: Sequence[WordsJob]) -> None:
        self.batches.append([job.pk for job in jobs])
        self.run(jobs)
