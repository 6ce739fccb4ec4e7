"""What kinds of work there are; rooms register theirs when the app is ready."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from annotations.models.leased_job import LeasedJob

J = TypeVar("J", bound=LeasedJob)


def _one(_: LeasedJob) -> int:
    return 1


def _nothing(_: Sequence[LeasedJob]) -> None:
    return None


@dataclass(frozen=True)
class JobKind(Generic[J]):
    """One kind of work: its rows and the code that works on a claimed batch.

    `run(jobs)` ends each job by `with finishing(job): …` or `fail(job, …)`. What it raises counts
    as an error of every job it has not ended yet; so does ending without having ended one.
    `limit_s` is the time a batch may take, at most `MAX_LIMIT_S`. `batch_size(job)` says how many
    go with a first job, which must share its `batch_by` columns. `ended(jobs)` is called inside the
    transaction in which jobs end without a result (`failed` or `dead`), wherever that happens.
    """

    name: str
    model: type[J]
    run: Callable[[Sequence[J]], None]
    limit_s: int
    batch_size: Callable[[J], int] = _one
    batch_by: tuple[str, ...] = ()
    ended: Callable[[Sequence[J]], None] = _nothing


# Below the hard limit of a Celery task, which also waits for its turn to end.
MAX_LIMIT_S = 5 * 3600

_kinds: dict[str, JobKind[Any]] = {}


def register(kind: JobKind[Any]) -> None:
    """Make `kind` known to every worker. Raises ValueError for a limit that could not be held."""
    if not 0 < kind.limit_s <= MAX_LIMIT_S:
        raise ValueError(f"{kind.name}: a limit of {kind.limit_s} s cannot be held")
    _kinds[kind.name] = kind


def kinds() -> list[JobKind[Any]]:
    """Return every kind, in the order of registration, which is the order of work."""
    return list(_kinds.values())


def kind_of(job: J) -> JobKind[J]:
    """Return the kind whose rows `job` is one of."""
    return next(kind for kind in _kinds.values() if kind.model is type(job))
