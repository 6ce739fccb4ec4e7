"""What changed between two texts, character by character."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz.distance import Levenshtein

# Product of the two lengths up to which characters are aligned at once (0.5 s at 10^10).
# Longer texts are aligned by line first.
MAX_CELLS = 4_000_000_000

# Glyphs that look alike and differ in Unicode alone; NFKC does not join them.
_LOOK_ALIKE = str.maketrans("‐‑‒–—―−‘’‚‛“”„‟´`", "-------''''\"\"\"\"''")


class ChangeKind(StrEnum):
    """Classes of change; the last two do not alter what is read."""

    INSERT = "insert"
    DELETE = "delete"
    REPLACE = "replace"
    WHITESPACE = "whitespace"
    UNICODE = "unicode"


@dataclass(frozen=True)
class Change:
    """One contiguous change; offsets are half-open, in code points of either text."""

    kind: ChangeKind
    before: str
    after: str
    before_start: int
    after_start: int

    @property
    def before_end(self) -> int:
        """Return the end of the stretch in the earlier text."""
        return self.before_start + len(self.before)

    @property
    def after_end(self) -> int:
        """Return the end of the stretch in the later text."""
        return self.after_start + len(self.after)


def diff(before: str, after: str) -> list[Change]:
    """Return the changes that turn `before` into `after`, in order, neighbours grouped."""
    if len(before) * len(after) <= MAX_CELLS:
        return _changes(before, after, 0, 0)
    return _changes_by_line(before, after)


def _changes(before: str, after: str, offset_before: int, offset_after: int) -> list[Change]:
    return [
        _change(before[i:j], after[k:m], offset_before + i, offset_after + k)
        for i, j, k, m in _stretches(before, after)
    ]


def _changes_by_line(before: str, after: str) -> list[Change]:
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    old_at, new_at = _offsets(old), _offsets(new)
    changes: list[Change] = []
    for i, j, k, m in _stretches(old, new):
        left, right = "".join(old[i:j]), "".join(new[k:m])
        if len(left) * len(right) <= MAX_CELLS:
            changes += _changes(left, right, old_at[i], new_at[k])
        else:
            changes.append(_change(left, right, old_at[i], new_at[k]))
    return changes


def _stretches(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int, int, int]]:
    """Return the unequal stretches as (start, end, start, end), neighbours joined."""
    joined: list[tuple[int, int, int, int]] = []
    for op in Levenshtein.opcodes(before, after):
        if op.tag == "equal":
            continue
        start, end, after_start, after_end = op.src_start, op.src_end, op.dest_start, op.dest_end
        if joined and joined[-1][1] == start and joined[-1][3] == after_start:
            start, _, after_start, _ = joined.pop()
        joined.append((start, end, after_start, after_end))
    return joined


def _change(before: str, after: str, before_start: int, after_start: int) -> Change:
    return Change(_kind(before, after), before, after, before_start, after_start)


def _kind(before: str, after: str) -> ChangeKind:
    if "".join(before.split()) == "".join(after.split()):
        return ChangeKind.WHITESPACE
    if _looks(before) == _looks(after):
        return ChangeKind.UNICODE
    if not before:
        return ChangeKind.INSERT
    return ChangeKind.REPLACE if after else ChangeKind.DELETE


def _looks(text: str) -> str:
    return unicodedata.normalize("NFKC", text.translate(_LOOK_ALIKE)).translate(_LOOK_ALIKE)


def _offsets(lines: list[str]) -> list[int]:
    offsets = [0]
    for line in lines:
        offsets.append(offsets[-1] + len(line))
    return offsets
