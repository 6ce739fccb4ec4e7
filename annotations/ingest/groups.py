"""Which split a group of documents belongs to: drawn once, before anybody sees a page."""

import hashlib
from typing import Final

from annotations.models import Project, SplitAssignment
from annotations.states import Split

# Shares of train, validation and test, in thousandths of the groups.
VALIDATION_SHARE: Final = 100
TEST_SHARE: Final = 100
WHOLE: Final = 1000


def assign_split(project: Project, group_key: str) -> None:
    """Draw the group's split unless it has one; the draw depends on nothing but its name."""
    SplitAssignment.objects.bulk_create(
        [SplitAssignment(project=project, group_key=group_key, split=_drawn(project, group_key))],
        ignore_conflicts=True,
    )


def _drawn(project: Project, group_key: str) -> Split:
    digest = hashlib.sha256(f"{project.id}\0{group_key}".encode()).digest()
    place = int.from_bytes(digest[:8]) % WHOLE
    if place < TEST_SHARE:
        return Split.TEST
    return Split.VALIDATION if place < TEST_SHARE + VALIDATION_SHARE else Split.TRAIN
