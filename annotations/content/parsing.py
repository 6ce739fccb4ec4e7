"""From a model's raw answer to a content: recover what is there, say how, never raise."""

from dataclasses import dataclass
from typing import Final

from annotations.content.errors import ContentError
from annotations.content.json_answer import read_json
from annotations.content.markdown_answer import begins_with_front_matter, read_markdown
from annotations.content.page import MAX_CONTENT_BYTES, ZONES, PageContent
from annotations.content.recovery import Found, Recovery, unfenced
from annotations.content.source_map import SourceMap, map_to_bytes
from annotations.content.sourced import Sourced, verbatim
from annotations.content.sourced_cleaning import clean_sourced

# Bytes of an answer that are looked at: a content cannot hold more.
MAX_ANSWER_BYTES: Final = MAX_CONTENT_BYTES
# What an engine may say that its model writes.
PARSERS: Final = ("json", "markdown")

_AROUND: Final = "\ufeff \t\r\n"


@dataclass(frozen=True)
class ParsedAnswer:
    """A content, how it was recovered, and the bytes that its characters come from."""

    content: PageContent
    recovered: Recovery
    source: SourceMap


def parse_answer(raw: str, parser: str = "json") -> ParsedAnswer:
    """Read any answer as a content; never raises for one, and takes time linear in its length.

    `json` reads an object with zones (`read_json`); where it cannot be read without losing text,
    the whole answer is kept as `text`, or as Markdown when it begins with front matter.
    `markdown` reads zones from tags (`read_markdown`).
    Raises ContentError `parser` for a parser that is not in `PARSERS`.
    """
    if parser not in PARSERS:
        raise ContentError("parser", f"answers are read as {' or '.join(PARSERS)}, not {parser}")
    data = well_encoded(raw[:MAX_ANSWER_BYTES]).encode()
    looked_at = data[:MAX_ANSWER_BYTES].decode(errors="ignore")
    answer = looked_at.strip(_AROUND)
    offset = len(looked_at) - len(looked_at.lstrip(_AROUND)) if answer else 0
    found = _found(answer, parser)
    zones = _fitting(found.zones)
    return ParsedAnswer(
        _content(zones),
        found.recovered,
        map_to_bytes(zones, answer, len(looked_at[:offset].encode())),
    )


def well_encoded(raw: str) -> str:
    """Return an answer that has a UTF-8 form: a lone surrogate becomes U+FFFD.

    Both take three bytes; two surrogates that are one character become that character.
    """
    try:
        raw.encode()
    except UnicodeEncodeError:
        return raw.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return raw


def _found(raw: str, parser: str) -> Found:
    if parser == "markdown":
        return read_markdown(raw)
    if found := read_json(raw):
        return found
    if begins_with_front_matter(raw):
        return read_markdown(raw)
    return Found({"text": verbatim(raw, *unfenced(raw))}, Recovery.PLAIN)


def _fitting(zones: dict[str, Sourced | None]) -> dict[str, Sourced]:
    """Return the clean zones that are there, cut where a content is full."""
    left = MAX_CONTENT_BYTES
    fitted = {}
    for zone, written in zones.items():
        if written is not None:
            text = clean_sourced(written)
            data = text.text.encode()
            whole = len(data) <= left
            fitted[zone] = text if whole else text.cut(len(data[:left].decode(errors="ignore")))
            left = max(0, left - len(data))
    return fitted


def _content(zones: dict[str, Sourced]) -> PageContent:
    header, margin, footer, text = (zones[zone].text if zone in zones else None for zone in ZONES)
    return PageContent(header=header, margin=margin, footer=footer, text=text)
