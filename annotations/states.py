"""State machines of the domain: enums and the moves they allow. Labels live in the models."""

from enum import StrEnum


class Role(StrEnum):
    """What a person may do in one project; each role includes those before it."""

    VIEWER = "viewer"
    REVIEWER = "reviewer"
    APPROVER = "approver"
    MANAGER = "manager"


ROLE_ORDER: tuple[Role, ...] = (Role.VIEWER, Role.REVIEWER, Role.APPROVER, Role.MANAGER)


class Scope(StrEnum):
    """What a token may be used for, on top of its user's roles."""

    READ = "read"
    ANNOTATE = "annotate"
    INGEST = "ingest"
    EXPORT = "export"
    ADMIN = "admin"


class ReviewPolicy(StrEnum):
    """How many people stand behind an approved page."""

    SINGLE = "single"
    SECOND_PERSON = "second_person"


class DocumentState(StrEnum):
    """From received bytes to pages."""

    RECEIVED = "received"
    SPLITTING = "splitting"
    READY = "ready"
    FAILED = "failed"


class PageState(StrEnum):
    """Human progress of a page."""

    WAITING = "waiting"
    OPEN = "open"
    CORRECTED = "corrected"
    APPROVED = "approved"
    EXCLUDED = "excluded"


class PrelabelState(StrEnum):
    """Machine progress of a page; never mixed with the human one."""

    NONE = "none"
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    DEAD = "dead"


class JobState(StrEnum):
    """Life of a leased job: `failed` is a final answer, `dead` means its limits are spent."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    DEAD = "dead"
    CANCELLED = "cancelled"


class RunState(StrEnum):
    """State of a pre-labelling run, derived from its jobs except for `cancelled`."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"


class ReleaseState(StrEnum):
    """From a snapshot of approved pages to a directory that a trainer loads."""

    QUEUED = "queued"
    BUILDING = "building"
    READY = "ready"
    FAILED = "failed"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"


class Split(StrEnum):
    """Share of a project's groups, drawn when the group first arrives."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


class FieldType(StrEnum):
    """Types of the fields a project asks for."""

    TEXT = "text"
    CPF = "cpf"
    CNPJ = "cnpj"
    DATE = "date"
    MONEY = "money"
    CNJ = "cnj"
    CHOICE = "choice"


class FieldStatus(StrEnum):
    """What is known of a field's value; absent, empty, unreadable and unseen are four things."""

    PRESENT = "present"
    EMPTY = "empty"
    ABSENT = "absent"
    UNREADABLE = "unreadable"
    UNCHECKED = "unchecked"


class FieldSource(StrEnum):
    """Who gave a field its value."""

    ENGINE = "engine"
    PATTERN = "pattern"
    PERSON = "person"


class Approval(StrEnum):
    """Which kind of judgement stands behind an approved page."""

    PERSON = "person"
    SINGLE = "single"
    LOT = "lot"
    GROUND_TRUTH = "ground-truth"


class Verification(StrEnum):
    """How closely the approved text was looked at."""

    BLIND = "blind"
    DOUBLE = "double"
    ALL_DOUBTS_VISITED = "all-doubts-visited"
    ACCEPTED = "accepted"


class Decision(StrEnum):
    """An approver's answer to a corrected page."""

    APPROVE = "approve"
    SEND_BACK = "send_back"


class WorkKind(StrEnum):
    """What a person asks the queue for."""

    CORRECT = "correct"
    APPROVE = "approve"


class SpanKind(StrEnum):
    """Stand-off marks over stretches of a zone."""

    ILLEGIBLE = "illegible"
    DAMAGED = "damaged"
    DOUBTFUL = "doubtful"
    RECONSTRUCTED = "reconstructed"
    STRUCK = "struck"
    SIC = "sic"
    SIGNATURE = "signature"
    INITIALS = "initials"
    STAMP = "stamp"
    REDACT = "redact"


DOCUMENT_MOVES: dict[DocumentState, frozenset[DocumentState]] = {
    DocumentState.RECEIVED: frozenset({DocumentState.SPLITTING, DocumentState.FAILED}),
    DocumentState.SPLITTING: frozenset(
        {DocumentState.READY, DocumentState.FAILED, DocumentState.RECEIVED}
    ),
    DocumentState.READY: frozenset(),
    DocumentState.FAILED: frozenset({DocumentState.RECEIVED}),
}

PAGE_MOVES: dict[PageState, frozenset[PageState]] = {
    PageState.WAITING: frozenset({PageState.OPEN, PageState.EXCLUDED, PageState.APPROVED}),
    PageState.OPEN: frozenset({PageState.CORRECTED, PageState.APPROVED, PageState.EXCLUDED}),
    PageState.CORRECTED: frozenset({PageState.APPROVED, PageState.OPEN, PageState.EXCLUDED}),
    PageState.APPROVED: frozenset({PageState.OPEN, PageState.EXCLUDED}),
    # Leaving `excluded` returns to where the page's work stood.
    PageState.EXCLUDED: frozenset(
        {PageState.WAITING, PageState.OPEN, PageState.CORRECTED, PageState.APPROVED}
    ),
}

JOB_MOVES: dict[JobState, frozenset[JobState]] = {
    JobState.QUEUED: frozenset({JobState.RUNNING, JobState.CANCELLED}),
    JobState.RUNNING: frozenset(
        {JobState.QUEUED, JobState.DONE, JobState.FAILED, JobState.DEAD, JobState.CANCELLED}
    ),
    JobState.DONE: frozenset(),
    JobState.FAILED: frozenset(),
    JobState.DEAD: frozenset(),
    JobState.CANCELLED: frozenset(),
}

RELEASE_MOVES: dict[ReleaseState, frozenset[ReleaseState]] = {
    ReleaseState.QUEUED: frozenset(
        {ReleaseState.BUILDING, ReleaseState.CANCELLED, ReleaseState.FAILED}
    ),
    ReleaseState.BUILDING: frozenset(
        {ReleaseState.READY, ReleaseState.FAILED, ReleaseState.CANCELLED}
    ),
    ReleaseState.READY: frozenset({ReleaseState.WITHDRAWN}),
    ReleaseState.FAILED: frozenset(),
    ReleaseState.CANCELLED: frozenset(),
    ReleaseState.WITHDRAWN: frozenset(),
}

LIVE_JOB_STATES: tuple[JobState, ...] = (JobState.QUEUED, JobState.RUNNING)
