"""Which bytes of a raw answer each character of a content comes from."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Final, TypedDict

from annotations.content.page import PageContent
from annotations.content.sourced import INSERTED, Run, Runs, Sourced

# Width of a run whose characters are those of the source: each takes its own bytes of UTF-8, which
# is one where the source is ASCII.
VERBATIM: Final = 1
# Bytes by which U+FFFD, which stands for NUL in storage, is longer.
NUL_GROWTH: Final = len("\ufffd".encode()) - 1

Bytes = tuple[int, int]


class ZoneJson(TypedDict):
    """One zone of a map, stored."""

    end: int | None
    runs: list[int]


@dataclass(frozen=True)
class ZoneSource:
    """The sources of one zone's characters; `end` is the byte after its writer's last."""

    text: str
    runs: tuple[Run, ...]
    end: int | None

    def span(self, index: int) -> Bytes | None:
        """Return the bytes that a character comes from, None where nobody wrote it."""
        if not 0 <= index < len(self.text):
            raise IndexError(f"the zone has {len(self.text)} characters, and none at {index}")
        number = bisect_right(self._firsts, index) - 1
        first, (_, start, width) = self._firsts[number], self.runs[number]
        if start == INSERTED:
            return None
        if width != VERBATIM:
            return start + (index - first) * width, start + (index - first + 1) * width
        before = start + len(self.text[first:index].encode())
        return before, before + len(self.text[index].encode())

    def spans(self) -> Iterator[Bytes | None]:
        """Yield the bytes of each character in turn."""
        for first, run in zip(self._firsts, self.runs, strict=True):
            if run[1] == INSERTED:
                yield from (None for _ in range(run[0]))
            else:
                yield from _spans_of(run, self.text[first : first + run[0]])

    def length(self, number: int) -> int:
        """Return how many bytes a run takes."""
        size, _, width = self.runs[number]
        if width != VERBATIM:
            return size * width
        first = self._firsts[number]
        return len(self.text[first : first + size].encode())

    @cached_property
    def _firsts(self) -> list[int]:
        return [0, *accumulate(size for size, _, _ in self.runs)][:-1]


@dataclass(frozen=True)
class SourceMap:
    """The sources of the zones that are there.

    Bytes are those of the raw answer's UTF-8, a lone surrogate counting as U+FFFD; spans are
    half-open.
    """

    zones: Mapping[str, ZoneSource]

    def span(self, zone: str, index: int) -> Bytes | None:
        """Return the bytes of one character of a zone, None where it was repaired or inserted.

        Raises KeyError for a zone that is not there, IndexError outside of it.
        """
        return self.zones[zone].span(index)

    @property
    def size(self) -> int:
        """Return the number of runs."""
        return sum(len(zone.runs) for zone in self.zones.values())

    def stored(self, nuls: Sequence[int], limit: int) -> "SourceMap":
        """Return the map to a copy of the answer whose NULs, at these bytes, became U+FFFD.

        The copy ends before the byte `limit`: what comes from beyond has no source.
        """
        return SourceMap({name: _stored(zone, nuls, limit) for name, zone in self.zones.items()})

    def to_json(self) -> dict[str, ZoneJson]:
        """Return `{zone: {end, runs}}`; `runs` is flat: gap, count, width, gap, count, width, …

        `gap` is in bytes from the end of the run before; `width` 1 stands for a character's own
        bytes, 0 for none.
        """
        return {name: _flat(zone) for name, zone in self.zones.items()}

    @classmethod
    def from_json(cls, obj: Mapping[str, ZoneJson], content: PageContent) -> "SourceMap":
        """Read what `to_json` wrote of the map to this content."""
        return cls({name: _unflat(obj[name], content.zone(name) or "") for name in obj})


def map_to_bytes(zones: Mapping[str, Sourced], raw: str, offset: int) -> SourceMap:
    """Return the map of zones whose sources are characters of `raw`, which begins at a byte."""
    return SourceMap({name: _in_bytes(zone, raw, offset) for name, zone in zones.items()})


class _Place:
    """A place in a text, known as character and as byte."""

    def __init__(self, raw: str, offset: int) -> None:
        self._raw, self._char, self._byte = raw, 0, offset

    def byte(self, char: int) -> int:
        """Go to a character and return its byte; takes time linear in the way."""
        if char >= self._char:
            self._byte += len(self._raw[self._char : char].encode())
        else:
            self._byte -= len(self._raw[char : self._char].encode())
        self._char = char
        return self._byte


def _in_bytes(zone: Sourced, raw: str, offset: int) -> ZoneSource:
    if raw.isascii() and not offset:
        return ZoneSource(*zone)
    runs, place, first = Runs(), _Place(raw, offset), 0
    for size, start, width in zone.runs:
        if start == INSERTED:
            runs.insert(size)
        else:
            source, at = raw[start : start + size * width], place.byte(start)
            verbatim = width == VERBATIM and source == zone.text[first : first + size]
            if verbatim or source.isascii():
                runs.add(size, at, width, at + len(source.encode()))
            else:
                _add_each(runs, at, source, width)
        first += size
    end = place.byte(zone.end) if zone.end is not None else None
    return ZoneSource(zone.text, runs.done(), end)


def _add_each(runs: Runs, at: int, source: str, width: int) -> None:
    for index in range(0, len(source), width):
        end = at + len(source[index : index + width].encode())
        runs.add(1, at, end - at, end)
        at = end


def _spans_of(run: Run, text: str) -> Iterator[Bytes]:
    size, at, width = run
    if width == VERBATIM and not text.isascii():
        for char in text:
            yield at, (at := at + len(char.encode()))
    else:
        yield from ((byte, byte + width) for byte in range(at, at + size * width, width))


def _stored(zone: ZoneSource, nuls: Sequence[int], limit: int) -> ZoneSource:
    def moved(byte: int) -> int:
        return byte + NUL_GROWTH * bisect_left(nuls, byte)

    runs, index = Runs(), 0
    for number, run in enumerate(zone.runs):
        size, start, width = run
        length = zone.length(number)
        first, last = moved(start), moved(start + length)
        if start == INSERTED or first >= limit:
            runs.insert(size)
        elif last - first == length and last <= limit:
            runs.add(size, first, width, last)
        else:
            for span in _spans_of(run, zone.text[index : index + size]):
                _add_moved(runs, span, moved, limit)
        index += size
    end = None if zone.end is None or moved(zone.end) > limit else moved(zone.end)
    return ZoneSource(zone.text, runs.done(), end)


def _add_moved(runs: Runs, span: Bytes, moved: Callable[[int], int], limit: int) -> None:
    first, last = moved(span[0]), moved(span[1])
    if last > limit:
        runs.insert(1)
    else:
        runs.add(1, first, last - first, last)


def _flat(zone: ZoneSource) -> ZoneJson:
    flat, at = [], 0
    for number, (count, start, width) in enumerate(zone.runs):
        gap = 0 if start == INSERTED else start - at
        flat += [gap, count, width]
        at += gap + zone.length(number)
    return {"end": zone.end, "runs": flat}


def _unflat(obj: ZoneJson, text: str) -> ZoneSource:
    runs, at, first = [], 0, 0
    flat = iter(obj["runs"])
    for gap, count, width in zip(flat, flat, flat, strict=True):
        at += gap
        runs.append((count, at if width else INSERTED, width))
        verbatim = width == VERBATIM
        at += len(text[first : first + count].encode()) if verbatim else count * width
        first += count
    return ZoneSource(text, tuple(runs), obj["end"])
