"""From a model's raw answer to a content: recover what is there, say how, never raise."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from annotations.content.cleaning import clean_text
from annotations.content.page import MAX_CONTENT_BYTES, ZONES, PageContent

# Characters of an answer that are looked at: a content cannot hold more bytes.
MAX_ANSWER_CHARACTERS = MAX_CONTENT_BYTES

_OBJECT_START = re.compile(rf'\{{\s*"(?:{"|".join(ZONES)})"\s*:')
# A JSON string that may lack its end, and the colon that makes it a key.
_STRING = re.compile(r'"([^"\\]*(?:\\.[^"\\]*)*)("?)(\s*:)?', re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|u[0-9a-fA-F]{0,3}\Z|(.))", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "", "f": "\n"}
_FENCE = re.compile(r"```[\w-]*")


class Recovery(StrEnum):
    """How the content came out of the answer."""

    EXACT = "exact"  # a JSON object with zones, and nothing else
    FENCED = "fenced"  # the same inside a code fence
    CHATTER = "chatter"  # an object with other text around it, which is dropped
    TRUNCATED = "truncated"  # an object without its end: what stands before the cut
    REPAIRED = "repaired"  # a closed object that is not quite JSON
    PLAIN = "plain"  # no object to be read: the whole answer is the page's text


@dataclass(frozen=True)
class ParsedAnswer:
    """A content and how it was recovered."""

    content: PageContent
    recovered: Recovery


class _Found(NamedTuple):
    zones: dict[str, str | None]
    recovered: Recovery


def parse_answer(raw: str) -> ParsedAnswer:
    """Read any answer as a content; never raises, and takes time linear in its length.

    Members other than the four zones are passed over; a zone given twice keeps both texts; a
    zone that is not a string becomes the strings in it. Where an object cannot be read without
    losing text, the whole answer is kept as `text`.
    """
    raw = raw[:MAX_ANSWER_CHARACTERS].strip("\ufeff \t\r\n")
    found = _well_formed(raw) or _damaged(raw) or _Found({"text": _unfenced(raw)}, Recovery.PLAIN)
    return ParsedAnswer(_fitting(found.zones), found.recovered)


def _well_formed(raw: str) -> _Found | None:
    starts = [0] if raw.startswith("{") else []
    if (match := _OBJECT_START.search(raw)) and match.start() not in starts:
        starts.append(match.start())
    for start in starts:
        try:
            obj, end = _DECODER.raw_decode(raw, start)
        except (ValueError, RecursionError):
            continue
        if isinstance(obj, dict) and any(zone in obj for zone in ZONES):
            zones = {zone: _text_in(obj[zone]) for zone in ZONES if zone in obj}
            return _Found(zones, _surroundings(raw[:start].strip(), raw[end:].strip()))
    return None


def _surroundings(before: str, after: str) -> Recovery:
    if not before and not after:
        return Recovery.EXACT
    if _FENCE.fullmatch(before) and after in ("```", ""):
        return Recovery.FENCED
    return Recovery.CHATTER


def _damaged(raw: str) -> _Found | None:
    """Read zones string by string; None when a string would be lost."""
    start = _OBJECT_START.search(raw)
    if start is None:
        return None
    zones: dict[str, str | None] = {}
    key: str | None = None
    for match in _STRING.finditer(raw, start.start()):
        body, _, colon = match.groups()
        if colon:
            key = _unescape(body)
            if key in ZONES:
                zones.setdefault(key, None)
        elif key is None and match.end() == len(raw):
            break  # the answer ends within a key
        elif key is None:
            return None
        else:
            if key in ZONES:
                zones[key] = _both(zones.get(key), _unescape(body))
            key = None
    closed = raw.rstrip("` \t\r\n").endswith("}")
    return _Found(zones, Recovery.REPAIRED if closed else Recovery.TRUNCATED)


def _merged(pairs: list[tuple[str, object]]) -> dict[str, object]:
    merged: dict[str, object] = {}
    for key, value in pairs:
        known = merged.get(key)
        both = isinstance(known, str) and isinstance(value, str)
        merged[key] = _both(str(known), str(value)) if both else value
    return merged


# Numbers stay as they were printed.
_DECODER = json.JSONDecoder(
    strict=False,
    parse_int=str,
    parse_float=str,
    parse_constant=str,
    object_pairs_hook=_merged,
)


def _both(first: str | None, second: str) -> str:
    return second if first in (None, "", second) else f"{first}\n{second}"


def _text_in(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return "\n".join(_strings(value))


def _strings(value: object) -> Iterator[str]:
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            waiting += reversed(item.values())
        elif isinstance(item, list):
            waiting += reversed(item)


def _unescape(body: str) -> str:
    def plain(match: re.Match[str]) -> str:
        code, char = match.groups()
        if code is not None:
            return chr(int(code, 16))
        return _ESCAPED.get(char, char) if char is not None else ""

    text = _ESCAPE.sub(plain, body)
    # Two escaped surrogates are one character.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _unfenced(raw: str) -> str:
    opening = _FENCE.match(raw)
    if opening is None or not raw.endswith("```") or len(raw) < opening.end() + 3:
        return raw
    return raw[opening.end() : -3].strip("\r\n")


def _fitting(zones: dict[str, str | None]) -> PageContent:
    left = MAX_CONTENT_BYTES
    fitted: dict[str, str | None] = dict.fromkeys(ZONES)
    for zone, text in zones.items():
        if text is not None:
            data = clean_text(text).encode()[:left]
            left -= len(data)
            fitted[zone] = data.decode(errors="ignore")
    return PageContent(
        header=fitted["header"],
        margin=fitted["margin"],
        footer=fitted["footer"],
        text=fitted["text"],
    )
