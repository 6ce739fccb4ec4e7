"""The geometric rule, on pages made of boxes."""

import json
from pathlib import Path

import pytest

from annotations.content import ZONES
from annotations.engines.tsv import Layout, Line, parse_tsv
from annotations.engines.words import Box, Word
from annotations.engines.zones import Zoned, sort_into_zones

WIDTH, HEIGHT = 1000, 1400


def line(text: str, left: float, top: float, *, slope: float = 0.0, block: int = 1) -> Line:
    words = []
    for number, word in enumerate(text.split()):
        x = left + 100 * number
        words.append(Word(word, x, top + slope * (x - 500), 90, 20, 0.9))
    return Line(tuple(words), block)


def body(start: float = 300, count: int = 20, *, slope: float = 0.0) -> list[Line]:
    return [line("a b c d e f g h", 120, start + 40 * n, slope=slope) for n in range(count)]


def rule(y: float, *, left: float = 120, width: float = 780, slope: float = 0.0) -> Box:
    rise = slope * width
    return Box(left, y - abs(rise) / 2 + slope * (left + width / 2 - 500), width, abs(rise) + 2)


def texts(zoned: Zoned, zone: str) -> list[str]:
    return [item.line.text for item in getattr(zoned, zone)]


@pytest.mark.parametrize("slope", [0.0, 0.05, -0.05])
def test_drawn_lines_part_header_and_footer_also_on_a_tilted_page(slope: float) -> None:
    lines = [
        line("ESTADO DE ZZ", 350, 80, slope=slope),
        line("Secretaria", 400, 110, slope=slope),
        *body(slope=slope),
        line("Rua das Amostras", 300, 1320, slope=slope),
    ]
    rules = [rule(160, slope=slope), rule(1290, slope=slope)]
    zoned = sort_into_zones(Layout(lines, rules), WIDTH, HEIGHT)
    assert texts(zoned, "header") == ["ESTADO DE ZZ", "Secretaria"]
    assert texts(zoned, "footer") == ["Rua das Amostras"]
    assert len(zoned.text) == 20
    assert zoned.upright.slope == pytest.approx(slope, abs=0.002)


def test_a_drawn_line_may_come_in_fragments() -> None:
    lines = [line("ESTADO DE ZZ", 350, 80), *body()]
    rules = [rule(160, width=250), rule(163, left=500, width=250)]
    assert texts(sort_into_zones(Layout(lines, rules), WIDTH, HEIGHT), "header") == ["ESTADO DE ZZ"]
    short = [rule(160, width=250)]
    assert not sort_into_zones(Layout(lines, short), WIDTH, HEIGHT).header


def test_ruled_paper_has_no_header() -> None:
    lines = [line("Nova Hipótese 21 de maio", 400, 118), *body(158)]
    rules = [rule(140 + 40 * n) for n in range(21)]
    zoned = sort_into_zones(Layout(lines, rules), WIDTH, HEIGHT)
    assert not zoned.header
    assert not zoned.footer


def test_a_page_number_that_stands_clear_is_a_footer() -> None:
    lines = [*body(), line("21", 800, 1340)]
    assert texts(sort_into_zones(Layout(lines, []), WIDTH, HEIGHT), "footer") == ["21"]
    assert not sort_into_zones(Layout([*body(), line("21", 800, 1100)], []), WIDTH, HEIGHT).footer


def test_a_running_title_that_stands_clear_is_a_header() -> None:
    lines = [line("Diário Oficial", 400, 40), *body(200)]
    assert texts(sort_into_zones(Layout(lines, []), WIDTH, HEIGHT), "header") == ["Diário Oficial"]


def test_what_stands_beside_the_body_is_margin() -> None:
    note = Line((Word("Visto", 20, 600, 20, 90, 0.9),), 9)
    zoned = sort_into_zones(Layout([note, *body(), line("Fls.", 915, 500)], []), WIDTH, HEIGHT)
    assert sorted(texts(zoned, "margin")) == ["Fls.", "Visto"]


def test_a_page_without_lines_has_empty_zones() -> None:
    zoned = sort_into_zones(Layout([], [rule(100)]), WIDTH, HEIGHT)
    assert not any(getattr(zoned, zone) for zone in ZONES)


def test_tsv_is_read_as_lines_and_rules() -> None:
    rows = [
        "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext",
        "4\t1\t1\t1\t1\t0\t10\t10\t80\t20\t-1\t",
        "5\t1\t1\t1\t1\t1\t10\t10\t30\t20\t96.5\tac\u0327a\u0303o",
        "5\t1\t1\t1\t1\t2\t50\t10\t30\t20\t101\tfim",
        "5\t1\t2\t1\t1\t1\t0\t50\t900\t2\t95\t ",
        "5\t1\t3\tbroken",
    ]
    layout = parse_tsv("\n".join(rows))
    assert [line.text for line in layout.lines] == ["ação fim"]
    assert [word.confidence for word in layout.lines[0].words] == [0.965, 1.0]
    assert layout.rules == [Box(0, 50, 900, 2)]
    json.dumps(layout.rules)


def test_the_rule_is_documented_where_it_is_written() -> None:
    source = Path(sort_into_zones.__code__.co_filename).read_text()
    for zone in ("Body", "Margin", "Header", "Footer", "Text"):
        assert f"**{zone}.**" in source


def test_a_footer_row_that_was_broken_into_pieces_counts_as_one_row() -> None:
    pieces = [line("autenticidade", 120 + 110 * n, 1300 + n % 2) for n in range(7)]
    zoned = sort_into_zones(Layout([*body(), *pieces], [rule(1290)]), WIDTH, HEIGHT)
    assert len(zoned.footer) == 7
    many = [line("Linha de texto", 120, 1180 + 25 * n) for n in range(8)]
    zoned = sort_into_zones(Layout([*body(count=19), *many], [rule(1160)]), WIDTH, HEIGHT)
    assert not zoned.footer
