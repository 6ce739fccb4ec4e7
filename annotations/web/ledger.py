"""A document's pages as one bar: approved, corrected, open, and the rest."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import ngettext

from annotations.states import PageState

WIDTH = 96  # units of the drawing; it is stretched to its cell


@dataclass(frozen=True, slots=True)
class Bar:
    """One stretch of the ledger, in units of the drawing, written for SVG in any language."""

    css: str
    left: str
    width: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """The drawing and the sentence that says the same."""

    bars: list[Bar]
    words: str


def draw_ledger(counts: Mapping[str, int]) -> Ledger:
    """Draw the pages of one document; excluded ones are no work and have no share."""
    total = sum(n for state, n in counts.items() if state != PageState.EXCLUDED)
    bars: list[Bar] = []
    left = 0.0
    for state in (PageState.APPROVED, PageState.CORRECTED, PageState.OPEN):
        share = WIDTH * counts.get(state, 0) / total if total else 0
        if share:
            bars.append(Bar(state, f"{left:.1f}", f"{share:.1f}"))
        left += share
    return Ledger(bars, _words(counts))


def _words(counts: Mapping[str, int]) -> str:
    said = [
        (PageState.APPROVED, ngettext("%(n)d approved", "%(n)d approved", _n(counts, "approved"))),
        (
            PageState.CORRECTED,
            ngettext("%(n)d corrected", "%(n)d corrected", _n(counts, "corrected")),
        ),
        (PageState.OPEN, ngettext("%(n)d open", "%(n)d open", _n(counts, "open"))),
        (PageState.WAITING, ngettext("%(n)d waiting", "%(n)d waiting", _n(counts, "waiting"))),
        (PageState.EXCLUDED, ngettext("%(n)d excluded", "%(n)d excluded", _n(counts, "excluded"))),
    ]
    return ", ".join(text % {"n": _n(counts, state)} for state, text in said if _n(counts, state))


def _n(counts: Mapping[str, int], state: str) -> int:
    return counts.get(state, 0)
