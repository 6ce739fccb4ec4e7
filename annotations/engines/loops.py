"""Notice a model that repeats itself without end, while it writes and afterwards.

Healthy pages repeat too: leaders of 147 dots, columns of `0,00`, 35 lines of `-`. So repetition
alone is never enough (domain.md §4). With a word layout, from which the page's ink is known:

- **Repetition.** The tail repeats with a period of at most 8 tokens for 256 tokens, of 9 to 64
  tokens six times, of more three times, **and** the output exceeds 1.5 times the ink's budget.
- **Counting.** "Item 41, Item 42…" repeats nothing: beyond six times the budget whatever comes is
  a loop. Six, since a table written as HTML takes five tokens and more for a cell of one digit.

Without a layout the limits of repetition are doubled, long periods need four repeats and 700
tokens, and counting is not noticed. A period above 1,024 tokens never is.

Cost: a check after every 16 tokens searches the last 4,096 for earlier places of their last eight
and compares slices, in C: constant, so the whole grows linearly with the output. Measured for
8,192 tokens fed one by one: 4 ms, on one core.
"""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Final, NamedTuple

# Tokens between two checks: a loop runs on for so many at most after it can be told.
CHECK_EVERY: Final = 16
# Periods up to which a loop is short or middling, in tokens, and what each has to repeat.
SHORT_PERIOD, MIDDLING_PERIOD, LONGEST_PERIOD = 8, 64, 1024
SHORT_TOKENS, MIDDLING_REPEATS, LONG_REPEATS = 256, 6, 3
# Without a layout: limits are doubled; a form in three copies is healthy, four of 700 tokens not.
BLIND_FACTOR: Final = 2
BLIND_LONG_REPEATS, BLIND_LONG_TOKENS = 4, 700
# Output beyond which a repetition, or anything at all, is more than the ink can mean.
REPETITION_BUDGETS, COUNTING_BUDGETS = 1.5, 6
# Portuguese prose has about so many characters a token. (Digits are a token each: see above.)
CHARACTERS_PER_TOKEN: Final = 3
# Least budget, in tokens. Of printed pages Tesseract sees all the text (0.99 to 1.0 of the gold's
# length), of handwriting down to nothing where 1,194 characters stand: a dense page of them has to
# pass below six times this.
LEAST_BUDGET: Final = 512
# Tokens by whose earlier places periods are looked for.
_KEY: Final = 8
# Token ids are kept as code points, that text and tokens are searched alike.
_CODE_POINTS: Final = 0x110000


class Stop(StrEnum):
    """Why an answer was cut."""

    REPETITION = "repetition"
    COUNTING = "counting"


class Loop(NamedTuple):
    """A repetition that reaches the end of a text: where its first copy starts, and its period.

    Both in code points.
    """

    start: int
    period: int


class LoopGuard:
    """Tells, while an answer is written, that it has become a loop.

    `ink_characters` is what the page's word layout amounts to, None without a layout. Feed
    tokens or text, not both; how the output is cut into pieces changes nothing.
    """

    def __init__(self, ink_characters: int | None = None, *, characters: bool = False) -> None:
        """Guard an answer of tokens, or of `characters` where a server streams text."""
        self.stopped: Stop | None = None
        self.fed = 0
        self._scale = CHARACTERS_PER_TOKEN if characters else 1
        self._budget = _budget(ink_characters, self._scale)
        self._window = LONGEST_PERIOD * BLIND_LONG_REPEATS * self._scale
        self._tail = ""
        self._pending: list[str] = []
        self._until_check = CHECK_EVERY * self._scale

    def feed(self, tokens: Iterable[int]) -> bool:
        """Take the next token ids; tell whether the answer is to be stopped, now or before."""
        return self.feed_text("".join([chr(token % _CODE_POINTS) for token in tokens]))

    def feed_text(self, text: str) -> bool:
        """Take the next characters; tell whether the answer is to be stopped, now or before."""
        while text and self.stopped is None:
            piece, text = text[: self._until_check], text[self._until_check :]
            self._pending.append(piece)
            self.fed += len(piece)
            self._until_check -= len(piece)
            if not self._until_check:
                self._check()
        return self.stopped is not None

    def _check(self) -> None:
        self._tail = (self._tail + "".join(self._pending))[-self._window :]
        self._pending.clear()
        self._until_check = CHECK_EVERY * self._scale
        if self._budget is not None and self.fed > COUNTING_BUDGETS * self._budget:
            self.stopped = Stop.COUNTING
        elif self._budget is None or self.fed > REPETITION_BUDGETS * self._budget:
            blind = self._budget is None
            longest = LONGEST_PERIOD * self._scale
            if _period(self._tail, self._scale, longest, blind=blind) is not None:
                self.stopped = Stop.REPETITION


def find_loop(text: str) -> Loop | None:
    """Return the repetition that a cut-off answer ends in; None where it ends in anything else.

    The limits count characters as tokens, so that whatever the guard cut is found. Linear time.
    """
    longest = LONGEST_PERIOD * CHARACTERS_PER_TOKEN
    period = _period(text[-longest * LONG_REPEATS :], 1, longest, blind=False)
    if period is None:
        return None
    known, beyond = period, len(text) + 1
    while beyond - known > 1:
        length = (known + beyond) // 2
        known, beyond = (length, beyond) if _repeats(text, period, length) else (known, length)
    return Loop(len(text) - known, period)


def loop_start(text: str) -> int | None:
    """Return where the repetition that a text ends in began, in code points; None without one."""
    loop = find_loop(text)
    return None if loop is None else loop.start


def _budget(ink_characters: int | None, scale: int) -> float | None:
    if ink_characters is None:
        return None
    return max(ink_characters / CHARACTERS_PER_TOKEN, LEAST_BUDGET) * scale


def _period(tail: str, scale: int, longest: int, *, blind: bool) -> int | None:
    """Return the period, `longest` at most, in which `tail` repeats beyond the limit, if any."""
    for period in _candidates(tail, _KEY * scale, longest):
        length = _limit(period, scale, blind=blind)
        if length <= len(tail) and _repeats(tail, period, length) and _is_primitive(tail, period):
            return period
    return None


def _candidates(tail: str, width: int, longest: int) -> Iterator[int]:
    """Yield the distances, ascending, at which the last `width` of `tail` stood before."""
    key = tail[-width:]
    end = len(tail) - len(key)
    found, furthest = end, max(0, end - longest)
    while key and (found := tail.rfind(key, furthest, found + len(key) - 1)) >= 0:
        yield end - found


def _limit(period: int, scale: int, *, blind: bool) -> int:
    """Return how long a tail with this period is a loop."""
    factor = BLIND_FACTOR if blind else 1
    if period <= SHORT_PERIOD * scale:
        return SHORT_TOKENS * scale * factor
    if period <= MIDDLING_PERIOD * scale:
        return MIDDLING_REPEATS * period * factor
    longest = LONG_REPEATS * period * factor
    if not blind:
        return longest
    return max(BLIND_LONG_REPEATS * period, min(longest, BLIND_LONG_TOKENS * scale))


def _repeats(text: str, period: int, length: int) -> bool:
    tail = text[len(text) - length :]
    return tail[period:] == tail[:-period]


def _is_primitive(tail: str, period: int) -> bool:
    """Tell whether one period repeats nothing shorter, whose own limit would count."""
    once = tail[-period:]
    return (once + once).find(once, 1) == period
