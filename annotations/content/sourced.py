"""Text that remembers where each of its characters comes from."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

# Start of a run whose characters nobody wrote.
INSERTED: Final = -1

_ESCAPE = re.compile(
    r"\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})|\\u([0-9a-f]{4})|\\u[0-9a-f]{0,3}\Z|\\(.)",
    re.DOTALL | re.IGNORECASE,
)
_SPACE: Final = " \t\r\n"
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "", "f": "\n"}


class Run(NamedTuple):
    """`size` characters that come, one after the other, from stretches of equal width.

    Character i comes from `[start + i·width, start + (i + 1)·width)` of the source; none does
    where `start` is `INSERTED`.
    """

    size: int
    start: int
    width: int


class Runs:
    """A list of runs in the making: what goes on where the last one ends makes it longer."""

    def __init__(self) -> None:
        self._done: list[Run] = []
        self._count = self._start = self._width = self._end = 0

    def add(self, count: int, start: int, width: int, length: int) -> None:
        """Append characters that take `length` of the source together."""
        if width == self._width and self._count and (start == self._end or width < 0):
            self._count += count
        else:
            if self._count:
                self._done.append(Run(self._count, self._start, self._width))
            self._count, self._start, self._width = count, start, width
        self._end = start + length

    def insert(self, count: int) -> None:
        """Append characters without a source."""
        self.add(count, INSERTED, INSERTED, 0)

    def done(self) -> tuple[Run, ...]:
        """Return what was appended."""
        last = [Run(self._count, self._start, self._width)] if self._count else []
        return (*self._done, *last)


@dataclass(frozen=True)
class Sourced:
    """A text and, in code points, its source; `end` is where in the source its writer ended it.

    Every operation keeps text and source in step, in time linear in both.
    """

    text: str
    runs: tuple[Run, ...]
    end: int | None = None

    def edited(self, edits: Iterable[tuple[int, int, str]]) -> "Sourced":
        """Replace ordered stretches `(start, end, new)`: all of `new` comes from all of each."""
        parts: list[str] = []
        runs, reader, at = Runs(), _Reader(self.runs), 0
        for start, end, new in edits:
            parts += (self.text[at:start], new)
            reader.copy(start - at, runs)
            first, last = reader.union(end - start)
            for _ in new:
                runs.add(1, first, last - first, last - first)
            at = end
        if not parts:
            return self
        parts.append(self.text[at:])
        reader.copy(len(self.text) - at, runs)
        return Sourced("".join(parts), runs.done(), self.end)

    def respelled(self, text: str) -> "Sourced":
        """Replace the text by one of the same length, character by character."""
        return replace(self, text=text)

    def stripped(self) -> "Sourced":
        """Drop white space around the text, which ends with the last character that is left."""
        length = len(self.text)
        first, last = length - len(self.text.lstrip(_SPACE)), len(self.text.rstrip(_SPACE))
        if first == length or (first, last) == (0, length):
            return self if first < length else self.cut(0)
        kept = self.edited([(0, first, ""), (last, length, "")])
        size, start, width = kept.runs[-1]
        return replace(kept, end=start + size * width)

    def cut(self, length: int) -> "Sourced":
        """Return the first `length` characters, whose end is nobody's."""
        runs = Runs()
        _Reader(self.runs).copy(length, runs)
        return Sourced(self.text[:length], runs.done())


class _Reader:
    """Goes through the runs of a text once, some characters at a time."""

    def __init__(self, runs: tuple[Run, ...]) -> None:
        self._runs = iter(runs)
        self._count, self._start, self._width = 0, 0, 0

    def copy(self, count: int, to: Runs) -> None:
        """Append the sources of the next `count` characters."""
        while count:
            taken, start = self._take(count)
            to.add(taken, start, self._width, max(taken * self._width, 0))
            count -= taken

    def union(self, count: int) -> tuple[int, int]:
        """Return the stretch that the next `count` characters come from together."""
        first, last = INSERTED, INSERTED - 1
        while count:
            taken, start = self._take(count)
            count -= taken
            if start != INSERTED:
                first = start if first == INSERTED else min(first, start)
                last = max(last, start + taken * self._width)
        return first, last

    def _take(self, count: int) -> tuple[int, int]:
        if not self._count:
            self._count, self._start, self._width = next(self._runs)
        taken, start = min(count, self._count), self._start
        self._count -= taken
        if start != INSERTED:
            self._start += taken * self._width
        return taken, start


def verbatim(raw: str, start: int, end: int) -> Sourced:
    """Return a stretch of the source as it stands."""
    count = end - start
    return Sourced(raw[start:end], (Run(count, start, 1),) if count else (), end)


def unescaped(raw: str, start: int, end: int) -> Sourced:
    """Return the text of a JSON string's body; an escape that means nothing loses its backslash."""
    parts: list[str] = []
    runs, at = Runs(), start
    for match in _ESCAPE.finditer(raw, start, end):
        escape, after = match.span()
        if escape > at:
            parts.append(raw[at:escape])
            runs.add(escape - at, at, 1, escape - at)
        if char := _unescape(match):
            parts.append(char)
            runs.add(1, escape, after - escape, after - escape)
        at = after
    if end > at:
        parts.append(raw[at:end])
        runs.add(end - at, at, 1, end - at)
    return Sourced("".join(parts), runs.done(), end)


def joined(pieces: Iterable[Sourced]) -> Sourced:
    """Join texts by line ends, which nobody wrote; the end is the last one's."""
    runs = Runs()
    texts: list[str] = []
    end: int | None = None
    for piece in pieces:
        if texts:
            runs.insert(1)
        texts.append(piece.text)
        for run in piece.runs:
            runs.add(*run, max(run.size * run.width, 0))
        end = piece.end
    return Sourced("\n".join(texts), runs.done(), end)


def _unescape(match: re.Match[str]) -> str:
    high, low, code, char = match.groups()
    if high is not None:  # two escaped surrogates are one character
        return chr(0x10000 + ((int(high, 16) - 0xD800) << 10) + int(low, 16) - 0xDC00)
    if code is not None:
        return chr(int(code, 16))
    return _ESCAPED.get(char, char) if char is not None else ""
