"""Header, footer or margin text that a model wrote once more inside `text`."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from annotations.content.page import PageContent

# The zones whose text may come again, in the order in which they claim a stretch.
REPEATABLE: Final = ("header", "footer", "margin")
# Characters from which a zone is known wherever its words come again; a shorter one, and a part of
# one, only by whole lines, for the body of a page may well name what its header says.
TELLING_CHARACTERS: Final = 20
# Letters and digits below which even a whole line tells nothing (`3`, `-`, `R$`), but at the top or
# the foot of the text, where page numbers stand.
MIN_LINE_CHARACTERS: Final = 4

_WORD = re.compile(r"\S+")
# What a line says, without the white space around it.
_LINE = re.compile(r"\S(?:[^\n]*\S)?")


@dataclass(frozen=True)
class Repetition:
    """A half-open stretch of a zone, in code points, that says what the zone `repeats` says."""

    start: int
    end: int
    repeats: str
    zone: str = "text"

    def to_json(self) -> dict[str, object]:
        """Return `{zone, start, end, repeats}`."""
        return {
            "zone": self.zone,
            "start": self.start,
            "end": self.end,
            "repeats": self.repeats,
        }


def repeated_zones(content: PageContent) -> tuple[Repetition, ...]:
    """Return where `text` repeats another zone, in order and without overlap.

    A zone is looked for as a whole and line by line, whatever its white space; nothing is removed.
    Takes time linear in the content.
    """
    text = content.text or ""
    zones = {zone: _collapsed(written) for zone in REPEATABLE if (written := content.zone(zone))}
    found = [*_whole(text, zones), *_by_line(text, content)]
    apart: list[Repetition] = []
    for repetition in sorted(found, key=lambda one: (one.start, -one.end)):
        if not apart or repetition.start >= apart[-1].end:
            apart.append(repetition)
    return tuple(apart)


def _whole(text: str, zones: dict[str, str]) -> Iterator[Repetition]:
    """Find whole zones among the words of the text, over line ends."""
    places = [match.span() for match in _WORD.finditer(text)]
    firsts = list(accumulate((end - start + 1 for start, end in places), initial=0))
    spaced = f" {' '.join(text[start:end] for start, end in places)} "
    for zone, words in zones.items():
        if len(words) < TELLING_CHARACTERS:
            continue
        at = spaced.find(f" {words} ")
        while at >= 0:
            after = at + len(words) + 1
            first, last = bisect_left(firsts, at), bisect_left(firsts, after) - 1
            yield Repetition(places[first][0], places[last][1], zone)
            at = spaced.find(f" {words} ", after)


def _by_line(text: str, content: PageContent) -> Iterator[Repetition]:
    """Find lines of zones among the lines of the text; lines that follow one another are one."""
    zone_of = {
        _collapsed(line): zone
        for zone in reversed(REPEATABLE)
        for line in (content.zone(zone) or "").split("\n")
    }
    lines = [match.span() for match in _LINE.finditer(text)]
    open_one: Repetition | None = None
    for number, (start, end) in enumerate(lines):
        line = _collapsed(text[start:end])
        telling = number in (0, len(lines) - 1) or _telling(line)
        zone = zone_of.get(line) if telling else None
        if open_one is not None and zone != open_one.repeats:
            yield open_one
            open_one = None
        if zone is not None:
            open_one = Repetition(open_one.start if open_one else start, end, zone)
    if open_one is not None:
        yield open_one


def _telling(line: str) -> bool:
    return sum(map(str.isalnum, line)) >= MIN_LINE_CHARACTERS


def _collapsed(text: str) -> str:
    return " ".join(text.split())
