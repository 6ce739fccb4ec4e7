"""Stand-off marks over stretches of a zone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from annotations.content.errors import ContentError
from annotations.content.page import ZONES, PageContent
from annotations.states import SpanKind

# A charter has tens of doubtful stretches; the text of a page bounds sensible marks.
MAX_SPANS = 2_000


@dataclass(frozen=True)
class Span:
    """A half-open stretch `[start, end)` of one zone, in code points of the stored string."""

    zone: str
    start: int
    end: int
    kind: SpanKind

    def to_json(self) -> dict[str, object]:
        """Return `{zone, start, end, kind}`."""
        return {"zone": self.zone, "start": self.start, "end": self.end, "kind": self.kind.value}


def read_spans(obj: object, content: PageContent) -> list[Span]:
    """Read a list of spans and hold each against the zone it marks. Raises ContentError."""
    if obj is None:
        return []
    if not isinstance(obj, Sequence) or isinstance(obj, str):
        raise ContentError("spans_type", "spans are a list", path="spans")
    if len(obj) > MAX_SPANS:
        raise ContentError(
            "too_many_spans", f"a page holds at most {MAX_SPANS} marks", path="spans"
        )
    return [_read_span(item, content, f"spans[{index}]") for index, item in enumerate(obj)]


def _read_span(obj: object, content: PageContent, path: str) -> Span:
    if not isinstance(obj, Mapping) or set(obj) != {"zone", "start", "end", "kind"}:
        raise ContentError("span_type", "a span has zone, start, end and kind", path=path)
    zone, start, end, kind = obj["zone"], obj["start"], obj["end"], obj["kind"]
    text = content.zone(zone) if isinstance(zone, str) and zone in ZONES else None
    if text is None:
        raise ContentError("span_zone", "the zone that it marks is not there", path=path)
    if not (type(start) is int and type(end) is int and 0 <= start < end <= len(text)):
        raise ContentError(
            "span_range", f"0 ≤ start < end ≤ {len(text)} code points of {zone}", path=path
        )
    if not isinstance(kind, str) or kind not in set(SpanKind):
        raise ContentError("span_kind", f"kind is one of {', '.join(SpanKind)}", path=path)
    return Span(zone, start, end, SpanKind(kind))
