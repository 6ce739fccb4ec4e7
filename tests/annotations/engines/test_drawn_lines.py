"""Drawn lines that Tesseract does not see."""

import pytest
from PIL import Image, ImageDraw, ImageFilter

from annotations.engines.rules import find_rules
from annotations.engines.tsv import Layout, Line
from annotations.engines.upright import Upright
from annotations.engines.words import Box, Word
from annotations.engines.zones import sort_into_zones

BODY = Box(90, 0, 720, 1200)


@pytest.mark.parametrize("slope", [0.0, 0.04, -0.04])
def test_a_thin_blurred_line_is_found_on_a_tilted_page(slope: float) -> None:
    image = Image.new("L", (900, 1200), 250)
    draw = ImageDraw.Draw(image)
    for y in (150, 1100):
        ends = [(x, y + slope * (x - 450)) for x in (90, 810)]
        draw.line(ends, fill=90, width=1)
    found = find_rules(
        image.filter(ImageFilter.GaussianBlur(0.8)), Upright(900, 1200, slope), BODY, 20, 0.2
    )
    assert [rule.top for rule in found] == pytest.approx([150, 1100], abs=5)
    assert all(rule.width > 0.8 * BODY.width for rule in found)


def test_paper_and_short_strokes_are_no_drawn_lines() -> None:
    image = Image.new("L", (900, 1200), "white")
    assert find_rules(image, Upright(900, 1200), BODY, 20, 0.2) == []
    draw = ImageDraw.Draw(image)
    draw.line([(90, 100), (300, 100)], fill=0, width=2)
    draw.rectangle([(90, 150), (810, 190)], fill=0)
    assert find_rules(image, Upright(900, 1200), BODY, 20, 0.2) == []
    assert find_rules(image, Upright(900, 1200), Box(0, 0, 20, 1200), 26, 0.2) == []


def test_what_is_found_within_print_is_print_and_parts_nothing() -> None:
    def line(top: float) -> Line:
        words = [Word("palavra", 120 + 100 * n, top, 90, 20, 0.9) for n in range(8)]
        return Line(tuple(words), 1)

    def found(at: float) -> list[Box]:
        return [Box(120, at, 780, 1)]

    layout = Layout([line(80), *(line(300 + 40 * n) for n in range(20))], [])
    between = sort_into_zones(layout, 1000, 1400, lambda _upright, _body: found(160))
    assert len(between.header) == 1
    low = Layout([line(120), *layout.lines[1:]], [])
    within = sort_into_zones(low, 1000, 1400, lambda _upright, _body: found(130))
    assert not within.header
    assert len(within.text) == 21


def test_a_drawn_line_that_is_known_is_not_looked_for_again() -> None:
    layout = Layout([], [Box(0, 10, 900, 2), Box(0, 1390, 900, 2)])

    def look(_upright: Upright, _body: Box) -> list[Box]:
        raise AssertionError("both ends of the page have their drawn line")

    sort_into_zones(layout, 900, 1400, look)
