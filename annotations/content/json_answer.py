"""Answers that are, or were to be, a JSON object of zones."""

import json
import re
from dataclasses import dataclass, field

from annotations.content.page import ZONES
from annotations.content.recovery import FENCE, Found, Recovery, unfenced
from annotations.content.sourced import Sourced, joined, unescaped

_OBJECT_START = re.compile(rf'\{{\s*"(?:{"|".join(ZONES)})"\s*:')
_NOTHING = re.compile(r"\{\s*\}")
# A JSON string that may lack its end, and the colon that makes it a key; brackets; a bare word.
_TOKEN = re.compile(
    r'"(?P<body>[^"\\]*(?:\\.[^"\\]*)*)(?P<quote>"?)(?P<colon>\s*:)?'
    r"|(?P<open>[\[{]+)|(?P<close>[\]}]+)"
    r"|(?P<word>-?\d[\d.eE+-]*|-?Infinity|NaN|null|true|false)",
    re.DOTALL,
)
# What may stand between tokens; in a cut answer also a fence, and a backslash without its letter.
_BETWEEN = " ,:\t\r\n"
_AFTER = _BETWEEN + "`\\"
# Words that are not text.
_NO_TEXT = ("null", "true", "false")
# Numbers stay as they were printed: the decoder only tells whether it is JSON, and where it ends.
_DECODER = json.JSONDecoder(strict=False, parse_int=str, parse_float=str, parse_constant=str)


def read_json(raw: str) -> Found | None:
    """Read an object with zones, whole or damaged; None where there is none without loss.

    Members other than the four zones are passed over; a zone given twice keeps both texts; a
    zone that is not a string becomes the strings and numbers in it. An empty object is a blank
    page.
    """
    return _blank(raw) or _well_formed(raw) or _damaged(raw)


def _blank(raw: str) -> Found | None:
    start, end = unfenced(raw)
    if not _NOTHING.fullmatch(raw, start, end):
        return None
    return Found({}, Recovery.EXACT if (start, end) == (0, len(raw)) else Recovery.FENCED)


def _well_formed(raw: str) -> Found | None:
    starts = [0] if raw.startswith("{") else []
    if (match := _OBJECT_START.search(raw)) and match.start() not in starts:
        starts.append(match.start())
    for start in starts:
        try:
            obj, end = _DECODER.raw_decode(raw, start)
        except (ValueError, RecursionError):
            continue
        if isinstance(obj, dict) and any(zone in obj for zone in ZONES):
            members = _Members(raw)
            members.read(start, end)
            around = _surroundings(raw[:start].strip(), raw[end:].strip())
            return Found(members.zones(), around)
    return None


def _surroundings(before: str, after: str) -> Recovery:
    if not before and not after:
        return Recovery.EXACT
    if FENCE.fullmatch(before) and after in ("```", ""):
        return Recovery.FENCED
    return Recovery.CHATTER


def _damaged(raw: str) -> Found | None:
    """Read zones token by token; None when text would be lost."""
    start = _OBJECT_START.search(raw)
    members = _Members(raw)
    if start is None or not members.read(start.start(), len(raw)):
        return None
    closed = raw.rstrip("` \t\r\n").endswith("}")
    return Found(members.zones(), Recovery.REPAIRED if closed else Recovery.TRUNCATED)


@dataclass
class _Members:
    """The zones among the members of an object, read token by token, damaged or not."""

    raw: str
    _found: dict[str, list[list[Sourced]]] = field(default_factory=dict)
    _zone: str | None = None  # whose value is being read, when it is a zone's
    _awaited: bool = False  # a key stands without its value, or within it
    _begun: bool = False  # the value has begun
    _depth: int = 0

    def read(self, start: int, end: int) -> bool:
        """Read a stretch; False as soon as a string belongs to no key, or text to no string."""
        at = start
        for match in _TOKEN.finditer(self.raw, start, end):
            if self._depth and self.raw[at : match.start()].strip(_BETWEEN):
                return False
            at = match.end()
            if match.lastgroup == "word":
                self._word(match)
            elif match.lastgroup in ("open", "close"):
                self._bracket(match)
            elif not self._string(match):
                return at == len(self.raw)  # within a key that was cut
        # A value that was cut before it told what it is.
        return self._awaited or not self._depth or not self.raw[at:end].strip(_AFTER)

    def zones(self) -> dict[str, Sourced | None]:
        """Return the zones in the order of their first keys, None where the value is null."""
        return {zone: _one(values) for zone, values in self._found.items()}

    def _bracket(self, match: re.Match[str]) -> None:
        brackets = match[0]
        if match["open"]:
            self._depth += len(brackets)
            if self._depth > 1:
                self._begin()
        else:
            self._depth = max(0, self._depth - len(brackets))
            self._ended()

    def _string(self, match: re.Match[str]) -> bool:
        start, end = match.span("body")
        if match["colon"]:
            if self._depth <= 1:
                self._key(unescaped(self.raw, start, end).text)
            return True
        if not self._awaited:
            return False
        if self._zone is not None:
            text = unescaped(self.raw, start, end)
            self._add(text if match["quote"] else text._replace(end=None))
        self._ended()
        return True

    def _word(self, match: re.Match[str]) -> None:
        word = match["word"]
        if self._awaited and self._zone is not None:
            if word not in _NO_TEXT:
                self._add(Sourced(word, ((len(word), match.start(), 1),)))
            elif word != "null":
                self._begin()
        self._ended()

    def _key(self, name: str) -> None:
        self._zone = name if name in ZONES else None
        self._awaited, self._begun = True, False
        if self._zone is not None:
            self._found.setdefault(self._zone, [])

    def _begin(self) -> None:
        if self._zone is not None and self._awaited and not self._begun:
            self._found[self._zone].append([])
            self._begun = True

    def _add(self, text: Sourced) -> None:
        self._begin()
        if self._zone is not None:
            self._found[self._zone][-1].append(text)

    def _ended(self) -> None:
        if self._depth <= 1:
            self._awaited = False


def _one(values: list[list[Sourced]]) -> Sourced | None:
    if not values:
        return None
    texts: list[Sourced] = []
    for text in map(joined, values):
        if not texts or text.text not in ("", texts[-1].text):
            if texts and not texts[0].text:
                texts.clear()
            texts.append(text)
    return joined(texts)
