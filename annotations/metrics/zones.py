"""Whether text landed in the zone where it belongs."""

from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from annotations.content import ZONES, PageContent

# Shortest run of equal characters that counts as found: shorter ones match anywhere.
MIN_RUN = 4


@dataclass(frozen=True)
class ZoneCounts:
    """Characters of one zone of the reference, white space collapsed; `a + b` sums pages."""

    right: int = 0
    elsewhere: int = 0
    length: int = 0

    def __add__(self, other: "ZoneCounts") -> "ZoneCounts":
        return ZoneCounts(
            self.right + other.right, self.elsewhere + other.elsewhere, self.length + other.length
        )

    @property
    def share(self) -> float:
        """Return the share of characters found in the right zone, unread ones counted against."""
        return self.right / self.length if self.length else 1.0

    @property
    def share_of_read(self) -> float:
        """Return the same share among the characters that were read at all."""
        read = self.right + self.elsewhere
        return self.right / read if read else 1.0


def zone_counts(reference: PageContent, hypothesis: PageContent) -> dict[str, ZoneCounts]:
    """Count, for each zone of the reference, where its characters are found.

    A character is found when it belongs to a run of at least four that an alignment holds equal;
    what is not in its own zone is looked for in the other zones.
    """
    expected = {zone: _flat(reference.zone(zone)) for zone in ZONES}
    found = {zone: _flat(hypothesis.zone(zone)) for zone in ZONES}
    return {zone: _counts(expected[zone], zone, found) for zone in ZONES}


def _counts(expected: str, zone: str, found: dict[str, str]) -> ZoneCounts:
    missing, right = _align(expected, found[zone])
    others = [text for name, text in found.items() if name != zone and text]
    elsewhere = 0
    for text in others:
        missing, here = _align(missing, text)
        elsewhere += here
    return ZoneCounts(right, elsewhere, len(expected))


def _align(expected: str, found: str) -> tuple[str, int]:
    """Return what of `expected` is not found, and how many characters are."""
    missing: list[str] = []
    count = 0
    shortest = min(MIN_RUN, len(expected))
    for op in Levenshtein.opcodes(expected, found):
        length = op.src_end - op.src_start
        if op.tag == "equal" and length >= shortest:
            count += length
        else:
            missing.append(expected[op.src_start : op.src_end])
    return "".join(missing), count


def _flat(text: str | None) -> str:
    return " ".join((text or "").split())
