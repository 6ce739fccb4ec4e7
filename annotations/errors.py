"""What can go wrong, as named classes with a sentence for the person who can act on it.

`status` and `code` are what the API answers; `detail` is localised by whoever raises.
"""

from typing import Any, ClassVar


class DomainError(Exception):
    """A refusal that people and programs are told about."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "invalid"

    def __init__(self, detail: object = "", **extra: Any) -> None:
        super().__init__(str(detail))
        self.detail = str(detail)
        # Members added to the problem document, for example `current` of a stale write.
        self.extra = extra


class Invalid(DomainError):
    """The request can be understood but not accepted; `errors` names the members at fault."""

    status = 422
    code = "invalid"


class NotFound(DomainError):
    """It is not there, or the caller may not know that it is."""

    status = 404
    code = "not_found"


class Forbidden(DomainError):
    """The caller knows of it but may not do this."""

    status = 403
    code = "forbidden"


class Conflict(DomainError):
    """It stands in a state in which this cannot be done."""

    status = 409
    code = "conflict"


class Stale(DomainError):
    """Somebody else was faster; `current` holds what stands there now."""

    status = 412
    code = "stale"


class PreconditionRequired(DomainError):
    """The request must say which version it was made for."""

    status = 428
    code = "precondition_required"
