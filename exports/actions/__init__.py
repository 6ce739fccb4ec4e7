"""What people do with releases, and the job that builds one."""

from exports.actions.requesting import (
    NothingApproved,
    cancel_release,
    read_options,
    request_release,
    withdraw_release,
)

__all__ = [
    "NothingApproved",
    "cancel_release",
    "read_options",
    "request_release",
    "withdraw_release",
]
