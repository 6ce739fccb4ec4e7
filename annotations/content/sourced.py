"""Text that remembers where each of its characters comes from."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

# Start of a run whose characters nobody wrote; its width is 0.
INSERTED: Final = -1

# Escapes whose meaning is remembered: a page has some tens of different ones.
REMEMBERED_ESCAPES: Final = 4096
CODE_DIGITS: Final = 4

_ESCAPE = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|\\u[0-9a-fA-F]{4}|\\u[0-9a-fA-F]{0,3}\Z|\\.",
    re.DOTALL,
)
_SPACE: Final = " \t\r\n"
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


# `(size, start, width)`: `size` characters that come, one after the other, from stretches of equal
# width: character i from `[start + i·width, start + (i + 1)·width)`; from none where `start` is
# `INSERTED`.
Run = tuple[int, int, int]


class Runs:
    """A list of runs in the making: what goes on where the last one ends makes it longer."""

    def __init__(self) -> None:
        self._done: list[Run] = []
        self._size = self._start = self._width = self._end = 0

    def add(self, size: int, start: int, width: int, end: int) -> None:
        """Append characters that come from `[start, end)` together."""
        if start == self._end and width == self._width:
            self._size += size
        else:
            self._done.append((self._size, self._start, self._width))
            self._size, self._start, self._width = size, start, width
        self._end = end

    def insert(self, count: int) -> None:
        """Append characters without a source."""
        self.add(count, INSERTED, 0, INSERTED)

    def done(self) -> tuple[Run, ...]:
        """Return what was appended."""
        # The first of all runs is empty: it is what the first append could not go on with.
        return (*self._done[1:], (self._size, self._start, self._width)) if self._done else ()


class Sourced(NamedTuple):
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
                runs.add(1, first, last - first, last)
            at = end
        if not parts:
            return self
        parts.append(self.text[at:])
        reader.copy(len(self.text) - at, runs)
        return Sourced("".join(parts), runs.done(), self.end)

    def respelled(self, text: str) -> "Sourced":
        """Replace the text by one of the same length, character by character."""
        return self._replace(text=text)

    def stripped(self) -> "Sourced":
        """Drop white space around the text, which ends with the last character that is left."""
        length = len(self.text)
        first, last = length - len(self.text.lstrip(_SPACE)), len(self.text.rstrip(_SPACE))
        if first == length or (first, last) == (0, length):
            return self if first < length else self.cut(0)
        kept = self.edited([(0, first, ""), (last, length, "")])
        size, start, width = kept.runs[-1]
        return kept._replace(end=start + size * width)

    def cut(self, length: int) -> "Sourced":
        """Return the first `length` characters, whose end is nobody's."""
        runs = Runs()
        _Reader(self.runs).copy(length, runs)
        return Sourced(self.text[:length], runs.done())


class _Reader:
    """Goes through the runs of a text once, some characters at a time."""

    def __init__(self, runs: tuple[Run, ...]) -> None:
        self._runs = iter(runs)
        self._size = self._start = self._width = 0

    def copy(self, count: int, to: Runs) -> None:
        """Append the sources of the next `count` characters."""
        while count:
            if not self._size:
                self._size, self._start, self._width = next(self._runs)
            taken = min(count, self._size)
            start = self._start
            self._start = end = start + taken * self._width
            self._size -= taken
            count -= taken
            to.add(taken, start, self._width, end)

    def union(self, count: int) -> tuple[int, int]:
        """Return the stretch that the next `count` characters come from together."""
        first = last = INSERTED
        while count:
            if not self._size:
                self._size, self._start, self._width = next(self._runs)
            taken = min(count, self._size)
            start = self._start
            self._start += taken * self._width
            self._size -= taken
            count -= taken
            if start != INSERTED:
                first = start if first == INSERTED else min(first, start)
                last = max(last, self._start)
        return first, last


def verbatim(raw: str, start: int, end: int) -> Sourced:
    """Return a stretch of the source as it stands."""
    count = end - start
    return Sourced(raw[start:end], ((count, start, 1),) if count else (), end)


def unescaped(raw: str, start: int, end: int) -> Sourced:
    """Return the text of a JSON string's body; an escape that means nothing loses its backslash."""
    parts: list[str] = []
    runs, at = Runs(), start
    for match in _ESCAPE.finditer(raw, start, end):
        escape, after = match.span()
        if escape > at:
            parts.append(raw[at:escape])
            runs.add(escape - at, at, 1, escape)
        if char := _unescape(match[0]):
            parts.append(char)
            runs.add(1, escape, after - escape, after)
        at = after
    if end > at:
        parts.append(raw[at:end])
        runs.add(end - at, at, 1, end)
    return Sourced("".join(parts), runs.done(), end)


def joined(pieces: Sequence[Sourced]) -> Sourced:
    """Join texts by line ends, which nobody wrote; the end is the last one's."""
    if len(pieces) == 1:
        return pieces[0]
    runs = Runs()
    texts: list[str] = []
    end: int | None = None
    for piece in pieces:
        if texts:
            runs.insert(1)
        texts.append(piece.text)
        for size, start, width in piece.runs:
            runs.add(size, start, width, start + size * width)
        end = piece.end
    return Sourced("\n".join(texts), runs.done(), end)


@lru_cache(REMEMBERED_ESCAPES)
def _unescape(escape: str) -> str:
    if escape[1] != "u":
        return _ESCAPED.get(escape[1], escape[1])
    codes = [int(code, 16) for code in escape.split("\\u")[1:] if len(code) == CODE_DIGITS]
    if len(codes) > 1:  # two escaped surrogates are one character
        return chr(0x10000 + ((codes[0] - 0xD800) << 10) + codes[1] - 0xDC00)
    return chr(codes[0]) if codes else ""
