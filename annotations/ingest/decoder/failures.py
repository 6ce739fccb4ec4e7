"""The answers a decoder gives instead of a page."""

from enum import StrEnum


class Reason(StrEnum):
    """Why a file or a page could not be decoded; the parent holds the sentence for each."""

    CORRUPT = "corrupt"
    EMPTY = "no_pages"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_MANY_PAGES = "too_many_pages"
    PASSWORD = "password_protected"  # noqa: S105  a reason, no password
    UNSUPPORTED_PIXELS = "unsupported_pixels"
    OUTPUT_TOO_LARGE = "output_too_large"


class DiskFull(Exception):
    """There is no room for the decoded page; no fault of the file."""


class DecodeFailure(Exception):
    """A final answer about this file or page: trying again would not change it."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason
