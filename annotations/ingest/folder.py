"""Take in files and whole folders, one transaction a file, so that a second run adds nothing."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from django.db import transaction

from annotations.content import (
    ContentError,
    PageContent,
    read_ground_truth_json,
    read_ground_truth_text,
)
from annotations.errors import DomainError
from annotations.ingest.errors import FormatNotAllowed, GroundTruthInvalid, StorageFull, Unreadable
from annotations.ingest.receive import receive_document
from annotations.ingest.sniff import SNIFF_BYTES, sniff
from annotations.ingest.truth import attach_ground_truth
from annotations.models import Project, User

# Names that promise a page: what they hold is refused aloud when it is none.
PROMISING: Final = frozenset(
    {".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".tif", ".tiff", ".webp", ".pdf"}
)
TRUTH_READERS: Final = {".json": read_ground_truth_json, ".txt": read_ground_truth_text}


class Result(StrEnum):
    """What became of one file."""

    NEW = "new"
    PRESENT = "present"
    REFUSED = "refused"
    IGNORED = "ignored"


@dataclass(frozen=True)
class Found:
    """A file to take in; `named` when it was given itself and not met in a folder."""

    path: Path
    named: bool


@dataclass(frozen=True)
class Outcome:
    """One file's result; `code` and `reason` where it was refused or ignored."""

    path: Path
    result: Result
    code: str = ""
    reason: str = ""
    has_truth: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """For whom and how files are taken in."""

    actor: User
    project: Project
    ground_truth: bool = False
    group: str | None = None
    kind: str | None = None

    def take(self, found: Found) -> Outcome:
        """Take one file in. Raises `StorageFull`, since no later file would fare better."""
        if not found.named and not _is_promising(found.path):
            return Outcome(found.path, Result.IGNORED, FormatNotAllowed.code)
        try:
            return self._receive(found.path)
        except StorageFull:
            raise
        except DomainError as error:
            return Outcome(found.path, Result.REFUSED, error.code, error.detail)
        except OSError as error:
            refusal = Unreadable(error.strerror or type(error).__name__)
            return Outcome(found.path, Result.REFUSED, refusal.code, refusal.detail)

    def _receive(self, path: Path) -> Outcome:
        truth = _truth_beside(path) if self.ground_truth else None
        contents = _read_truth(truth) if truth else None
        with path.open("rb") as stream, transaction.atomic():
            document, created = receive_document(
                actor=self.actor,
                project=self.project,
                stream=stream,
                filename=path.name,
                group=self.group,
                kind=self.kind,
            )
            if contents is not None:
                attach_ground_truth(actor=self.actor, document=document, contents=contents)
        result = Result.NEW if created else Result.PRESENT
        return Outcome(path, result, has_truth=contents is not None)


def find_files(paths: Sequence[Path], *, recursive: bool) -> Iterator[Found]:
    """Yield the files that are named, and those in named folders, in a stable order."""
    for path in paths:
        if path.is_dir():
            yield from (Found(file, named=False) for file in _files_in(path, recursive=recursive))
        else:
            yield Found(path, named=True)


def _files_in(folder: Path, *, recursive: bool) -> Iterator[Path]:
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(folders) if recursive else []
        yield from (Path(root, name) for name in sorted(names))


def _is_promising(path: Path) -> bool:
    if path.suffix.lower() in PROMISING:
        return True
    try:
        with path.open("rb") as file:
            sniff(file.read(SNIFF_BYTES))
    except (DomainError, OSError):
        return False
    return True


def _truth_beside(path: Path) -> Path | None:
    beside = (path.with_suffix(suffix) for suffix in TRUTH_READERS)
    return next((truth for truth in beside if truth.is_file()), None)


def _read_truth(truth: Path) -> list[PageContent]:
    try:
        return TRUTH_READERS[truth.suffix](truth.read_bytes())
    except ContentError as error:
        raise GroundTruthInvalid(f"{truth.name}: {error}") from error
