"""What a card needs to know of the rows, counted as they are written and kept with each shard."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from exports.types import Sample

NOT_STATED = "not stated"


@dataclass(slots=True)
class Tally:
    """Counts of rows by what they are; two tallies can be added, so a build can be taken up again.

    `edits` and `length` are grapheme clusters over the pages that have an engine's answer.
    """

    kinds: Counter[str] = field(default_factory=Counter)
    measured: Counter[str] = field(default_factory=Counter)
    edits: Counter[str] = field(default_factory=Counter)
    length: Counter[str] = field(default_factory=Counter)
    approvals: Counter[str] = field(default_factory=Counter)
    verifications: Counter[str] = field(default_factory=Counter)
    licenses: Counter[str] = field(default_factory=Counter)
    engines: Counter[str] = field(default_factory=Counter)
    models: Counter[str] = field(default_factory=Counter)
    reviewers: Counter[str] = field(default_factory=Counter)
    degenerate: int = 0
    untrainable: int = 0

    def add(self, sample: Sample) -> None:
        """Count one row."""
        kind = sample.kind or NOT_STATED
        self.kinds[kind] += 1
        if sample.edits is not None and sample.length is not None:
            self.measured[kind] += 1
            self.edits[kind] += sample.edits
            self.length[kind] += sample.length
        self.approvals[sample.approval] += 1
        self.verifications[sample.verification] += 1
        self.licenses[sample.license or NOT_STATED] += 1
        if sample.engine is not None:
            self.engines[sample.engine] += 1
            self.models[sample.model_id or sample.engine] += 1
        self.reviewers[sample.reviewer] += 1
        self.degenerate += bool(sample.degenerate)
        self.untrainable += not sample.trainable

    def merge(self, other: Self) -> None:
        """Add the counts of `other` to these."""
        for name in _COUNTERS:
            getattr(self, name).update(getattr(other, name))
        self.degenerate += other.degenerate
        self.untrainable += other.untrainable

    @property
    def rows(self) -> int:
        """Return the number of rows counted."""
        return self.kinds.total()

    def to_json(self) -> dict[str, object]:
        """Return the counts as plain JSON, keys sorted."""
        counters = {name: dict(sorted(getattr(self, name).items())) for name in _COUNTERS}
        return {**counters, "degenerate": self.degenerate, "untrainable": self.untrainable}

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> Self:
        """Read what `to_json` wrote."""
        tally = cls()
        for name in _COUNTERS:
            counts = data[name]
            if isinstance(counts, dict):
                getattr(tally, name).update(counts)
        for name in ("degenerate", "untrainable"):
            count = data[name]
            if isinstance(count, int):
                setattr(tally, name, count)
        return tally


_COUNTERS = (
    "kinds", "measured", "edits", "length", "approvals", "verifications", "licenses", "engines",
    "models", "reviewers",
)  # fmt: skip
