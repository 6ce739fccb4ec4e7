"""Background work: rows are the truth, messages are doorbells (architecture.md, law 1).

A room registers a `JobKind` when the app is ready. Its actions create rows of the kind's model and
call `ring(queue)`; its `run(jobs)` ends each by `with finishing(job): …` or `fail(job, code=…)`.
"""

from annotations.jobs.chores import Chore, register_chore
from annotations.jobs.claim import claim
from annotations.jobs.kinds import JobKind, register
from annotations.jobs.outcome import LeaseLost, fail, finishing, hand_back
from annotations.jobs.ring import ring
from annotations.jobs.sweep import has_waiting, sweep
from annotations.jobs.work import drain, work_until

__all__ = [
    "Chore",
    "JobKind",
    "LeaseLost",
    "claim",
    "drain",
    "fail",
    "finishing",
    "hand_back",
    "has_waiting",
    "register",
    "register_chore",
    "ring",
    "sweep",
    "work_until",
]
