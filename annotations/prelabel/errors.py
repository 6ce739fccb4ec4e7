"""Refusals of this room."""

from annotations.errors import Conflict, Forbidden, Invalid


class EngineRefused(Invalid):
    """The engine cannot be built from what was given."""

    code = "engine_refused"


class EngineUnknown(Invalid):
    """No engine has this name, or none this version."""

    code = "engine_unknown"


class EngineNotUsed(Invalid):
    """The project does not use this engine, or none at all."""

    code = "engine_not_used"


class ConsentMissing(Forbidden):
    """The engine would send pages to a third party and the project has not agreed."""

    code = "consent_missing"


class BudgetUnknown(Invalid):
    """A budget was set for an engine whose answers have no known cost."""

    code = "budget_unknown"


class RunEnded(Conflict):
    """The run has ended already."""

    code = "run_ended"
