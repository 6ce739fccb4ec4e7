"""Answers in Markdown or HTML, as Nanonets-OCR2 and olmOCR-2 give them."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from annotations.content.recovery import Found, Recovery, unfenced
from annotations.content.sourced import Sourced, joined, verbatim

# Lines of front matter: olmOCR writes five. More would be a page that begins with a rule.
MAX_FRONT_MATTER_LINES: Final = 40
# The zone that a tag's text belongs to; every other tag stays in the text.
ZONE_OF_TAG: Final = {"header": "header", "footer": "footer", "page_number": "footer"}

_FRONT_MATTER = re.compile(
    rf"---[ \t]*\r?\n(?:[a-z][a-z0-9_]*:[^\n]*\n){{1,{MAX_FRONT_MATTER_LINES}}}"
    r"---[ \t]*(?:\r?\n|\Z)"
)
_TAG = re.compile(rf"<(/?)({'|'.join(ZONE_OF_TAG)})>", re.IGNORECASE)
_LINE_REST = re.compile(r"[ \t\r]*\n|[ \t\r]*\Z")


class _Tag(NamedTuple):
    name: str
    closing: bool
    start: int
    end: int


class _Element(NamedTuple):
    opening: _Tag
    closing: _Tag
    inner: list[_Tag]


def begins_with_front_matter(raw: str) -> bool:
    """Tell whether an answer begins as olmOCR's do."""
    return _FRONT_MATTER.match(raw, *unfenced(raw)) is not None


def read_markdown(raw: str) -> Found:
    """Read zones from the tags that name one; all else stays as the model wrote it, as `text`.

    Front matter is dropped: it says nothing of the page. A tag without its partner is text.
    """
    start, end = unfenced(raw)
    if front := _FRONT_MATTER.match(raw, start, end):
        start = front.end()
    zones: dict[str, list[Sourced]] = {}
    cuts: list[tuple[int, int, str]] = []
    for element in _elements(raw, start, end):
        zones.setdefault(ZONE_OF_TAG[element.opening.name], []).append(_body(raw, element))
        cuts.append((element.opening.start - start, _after(raw, element, end) - start, ""))
    text = verbatim(raw, start, end).edited(cuts).stripped()
    found: dict[str, Sourced | None] = {zone: joined(bodies) for zone, bodies in zones.items()}
    return Found({**found, "text": text}, Recovery.MARKDOWN)


def _elements(raw: str, start: int, end: int) -> Iterator[_Element]:
    """Yield the outermost tags that have a partner; one that opens twice opens anew."""
    tags = [_tag(match) for match in _TAG.finditer(raw, start, end)]
    last_closing = {tag.name: tag.start for tag in tags if tag.closing}
    opening: _Tag | None = None
    inner: list[_Tag] = []
    for tag in tags:
        if opening is None or (tag.name == opening.name and not tag.closing):
            closes = not tag.closing and last_closing.get(tag.name, start) > tag.start
            opening, inner = (tag if closes else None), []
        elif tag.name == opening.name:
            yield _Element(opening, tag, inner)
            opening = None
        else:
            inner.append(tag)


def _tag(match: re.Match[str]) -> _Tag:
    return _Tag(match[2].lower(), bool(match[1]), *match.span())


def _body(raw: str, element: _Element) -> Sourced:
    start = element.opening.end
    tags = ((tag.start - start, tag.end - start, "") for tag in element.inner)
    return verbatim(raw, start, element.closing.start).edited(tags).stripped()


def _after(raw: str, element: _Element, end: int) -> int:
    """Return where an element ends: a line that it has for itself goes with it."""
    start = element.opening.start
    alone = start == 0 or raw[start - 1] == "\n"
    rest = _LINE_REST.match(raw, element.closing.end, end) if alone else None
    return rest.end() if rest else element.closing.end
