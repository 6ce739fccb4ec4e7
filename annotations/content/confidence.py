"""How sure a model was of each character that it wrote, and where it nearly wrote more."""

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, groupby, repeat
from typing import Final, TypedDict

from annotations.content.parsing import ParsedAnswer
from annotations.content.source_map import Bytes, ZoneSource
from annotations.content.tokens import Token

# Decimals of a stored probability: nobody acts on less.
DECIMALS: Final = 3

Probability = float | None


class ZoneConfidencesJson(TypedDict):
    """The confidences of one zone, stored."""

    characters: list[Probability | int]
    ends: list[int | float]


@dataclass(frozen=True)
class ZoneConfidences:
    """The confidences of one zone.

    `runs` are `(probability, number of characters)`: the least probability among the tokens that
    wrote a character, None where none is known. `ends` are `(index, probability)` of each line end
    and, at the index after the last character, of what ends the zone (a closing quote or tag, the
    end of the answer): signs of omission, for a low one says that the model nearly wrote more.
    """

    runs: tuple[tuple[Probability, int], ...]
    ends: tuple[tuple[int, float], ...]

    def characters(self) -> list[Probability]:
        """Return the confidence of each character of the zone."""
        return list(chain.from_iterable(repeat(*run) for run in self.runs))

    def to_json(self) -> ZoneConfidencesJson:
        """Return both flat: probability, count, …; index, probability, …; rounded."""
        rounded = ((_rounded(value), count) for value, count in self.runs)
        ends = [(index, round(value, DECIMALS)) for index, value in self.ends]
        return {
            "characters": list(chain.from_iterable(_merged(rounded))),
            "ends": list(chain.from_iterable(ends)),
        }


@dataclass(frozen=True)
class Confidences:
    """The confidences of the zones that are there."""

    zones: Mapping[str, ZoneConfidences]

    def to_json(self) -> dict[str, ZoneConfidencesJson]:
        """Return `{zone: {characters, ends}}`."""
        return {name: zone.to_json() for name, zone in self.zones.items()}

    @classmethod
    def from_json(cls, obj: Mapping[str, ZoneConfidencesJson]) -> "Confidences":
        """Read what `to_json` wrote."""
        return cls({name: _read_zone(zone) for name, zone in obj.items()})


def character_confidences(parsed: ParsedAnswer, tokens: Sequence[Token]) -> Confidences:
    """Return the confidence of each character of an answer whose tokens are known.

    The tokens lie end to end over the UTF-8 bytes of the raw answer, from its first byte; a
    character between two tokens has the lesser probability. Time is linear in both.
    """
    written = _Written(tokens)
    return Confidences(
        {name: _zone_confidences(zone, written) for name, zone in parsed.source.zones.items()}
    )


class _Written:
    """The probabilities of tokens by the bytes that they wrote."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        visible = [token for token in tokens if token.length > 0]
        self._probabilities = [_probability(token) for token in visible]
        self._ends = list(accumulate(token.length for token in visible))
        # What wrote nothing after the last byte: the token that ended the answer.
        silent = list(_last_silent(tokens))
        self._ending = min(map(_probability, silent), default=None)
        self._last: tuple[int, int, Probability] = (0, 0, None)

    def least(self, span: Bytes | None) -> Probability:
        """Return the least probability among the tokens that touch a stretch of bytes."""
        if span is None:
            return None
        start, end = span
        first, last, known = self._last
        if first <= start and end <= last:
            return known
        number = bisect_right(self._ends, start)
        if number == len(self._ends):
            return None
        least = self._probabilities[number]
        if end <= self._ends[number]:
            self._last = (start, self._ends[number], least)
        while self._ends[number] < end and number + 1 < len(self._ends):
            number += 1
            least = min(least, self._probabilities[number])
        return least

    def ending(self, byte: int) -> Probability:
        """Return the probability of what follows a zone's last byte."""
        if self._ends and byte == self._ends[-1]:
            return self._ending
        return self.least((byte, byte + 1))


def _zone_confidences(zone: ZoneSource, written: _Written) -> ZoneConfidences:
    values = [written.least(span) for span in zone.spans()]
    ends = [
        (index, value)
        for index, (char, value) in enumerate(zip(zone.text, values, strict=True))
        if char == "\n" and value is not None
    ]
    closing = written.ending(zone.end) if zone.end is not None else None
    if closing is not None:
        ends.append((len(values), closing))
    return ZoneConfidences(tuple(_merged((value, 1) for value in values)), tuple(ends))


def _last_silent(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in reversed(tokens):
        if token.length > 0:
            return
        yield token


def _probability(token: Token) -> float:
    """Return a probability; a logarithm that is none counts as doubt, not as certainty."""
    return 0.0 if math.isnan(token.logprob) else math.exp(min(token.logprob, 0.0))


def _rounded(value: Probability) -> Probability:
    return None if value is None else round(value, DECIMALS)


def _merged(runs: Iterable[tuple[Probability, int]]) -> Iterator[tuple[Probability, int]]:
    for value, group in groupby(runs, key=lambda run: run[0]):
        yield value, sum(count for _, count in group)


def _read_zone(obj: ZoneConfidencesJson) -> ZoneConfidences:
    flat, ends = iter(obj["characters"]), iter(obj["ends"])
    return ZoneConfidences(
        tuple((value, int(count or 0)) for value, count in zip(flat, flat, strict=True)),
        tuple((int(index), value) for index, value in zip(ends, ends, strict=True)),
    )
