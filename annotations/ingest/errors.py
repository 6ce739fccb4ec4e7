"""Refusals of an upload, each with a sentence for the person who can act on it."""

from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from annotations.errors import DomainError

MAX_FILE_BYTES = 500_000_000  # a bound volume at 300 dpi; sent in parts beyond that


class Refusal(DomainError):
    """A refusal whose sentence never varies."""

    status: ClassVar[int] = 422
    sentence: ClassVar[str | Promise] = ""

    def __init__(self, **extra: Any) -> None:
        super().__init__(self.sentence, **extra)


class EmptyFile(Refusal):
    """There are no bytes."""

    code = "empty_file"
    sentence = _("The file is empty. Send it again from where it was made.")


class FormatNotAllowed(Refusal):
    """The first bytes are of no format that may enter."""

    code = "format_not_allowed"
    sentence = _("This is not a JPEG, PNG, TIFF, WebP or PDF. Convert it to one of them.")


class FileTooLarge(Refusal):
    """More bytes than one file may have."""

    code = "file_too_large"
    sentence = _("The file is larger than 500 MB. Split it into parts.")


class StorageFull(Refusal):
    """The disk or bucket took no more bytes."""

    status = 507
    code = "storage_full"
    sentence = _("There is no room left to store files. Ask the operator to make some.")


class ExternalIdTaken(Refusal):
    """Other bytes hold this external id."""

    status = 409
    code = "external_id_taken"
    sentence = _("Another file already has this external id. Use a new id for other bytes.")


class AlreadyHereOtherwise(Refusal):
    """The same bytes are here with another group, kind or metadata."""

    status = 409
    code = "already_here_otherwise"
    sentence = _(
        "This file is already here with another group, kind or metadata. "
        "Change the document, or send an external id to add it once more."
    )


class NotFailed(Refusal):
    """Only a failed document can be tried again."""

    status = 409
    code = "not_failed"
    sentence = _("Only a document that failed can be tried again.")


class GroundTruthInvalid(DomainError):
    """The known text beside a file cannot be used; the file was not taken in."""

    status = 422
    code = "ground_truth_invalid"


class Unreadable(DomainError):
    """A file of this machine cannot be opened."""

    code = "unreadable"
