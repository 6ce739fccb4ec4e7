"""Puts the figures of all sizes beside each other and says how cost grows."""

from math import log10

from benchmarks.figures import Figure

# A cost is called flat while ten times the pages cost less than this factor.
FLAT, LINEAR = 1.6, 7.0
GOALS = {  # what the product promises: milliseconds at p95, or requests a second
    "next page": "p95 ≤ 15 ms",
    "open a page": "p95 ≤ 15 ms",
    "list 100 pages": "p50 ≤ 30 ms",
    "search, common word": "p50 ≤ 200 ms",
    "submit, 8 clients": "≥ 150/s",
}


def table(sizes: list[int], measured: list[list[Figure]]) -> str:
    """Return a Markdown table: a row a kind of request, a column a size."""
    heads = [f"{size:,} pages" for size in sizes]
    lines = [
        "| request | " + " | ".join(heads) + " | growth | promise |",
        "|---" * (len(sizes) + 3) + "|",
    ]
    for kind in zip(*measured, strict=True):
        name = kind[0].name
        cells = " | ".join(_cell(one) for one in kind)
        growth = _growth(sizes, kind) if len(sizes) > 1 else ""
        lines.append(f"| {name} | {cells} | {growth} | {GOALS.get(name, '')} |")
    return "\n".join(lines) + "\n"


def _cell(one: Figure) -> str:
    rate = f", {one.per_second:.0f}/s" if one.per_second else ""
    return f"{one.p50:.1f} / {one.p95:.1f} ms{rate}"


def _growth(sizes: list[int], kind: tuple[Figure, ...]) -> str:
    tens = log10(sizes[-1] / sizes[0])
    factor = (kind[-1].p50 / kind[0].p50) ** (1 / tens)
    if factor <= FLAT:
        return "flat"
    return "below linear" if factor < LINEAR else "linear or worse"
