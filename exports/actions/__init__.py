"""What people do with releases, and the job that builds one."""

from exports.actions.requesting import (
    CONFIGS,
    NothingApproved,
    cancel_release,
    read_options,
    request_release,
    withdraw_release,
)

__all__ = [
    "CONFIGS",
    "NothingApproved",
    "cancel_release",
    "read_options",
    "request_release",
    "withdraw_release",
]
