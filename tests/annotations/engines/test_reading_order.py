"""Lines in reading order, on pages made of boxes."""

from annotations.engines.order import in_reading_order
from annotations.engines.placed import Placed
from annotations.engines.tsv import Line
from annotations.engines.words import Box, Word

HEIGHT = 20.0
FULL = "uma linha de texto corrido que enche a sua coluna"


def placed(text: str, left: float, top: float, width: float) -> Placed:
    box = Box(left, top, width, HEIGHT)
    return Placed(Line((Word(text, *box, 0.9),), 1), box, top + HEIGHT / 2)


def order(*lines: Placed) -> list[str]:
    return [item.line.text for item in in_reading_order(lines, HEIGHT)]


def column(name: str, left: float, top: float, count: int = 8, width: float = 380) -> list[Placed]:
    return [placed(f"{name}{n} {FULL}", left, top + 30 * n, width) for n in range(count)]


def test_two_columns_are_read_one_after_the_other() -> None:
    found = order(*column("b", 500, 100), *column("a", 100, 105))
    assert [text[:2] for text in found] == [f"a{n}" for n in range(8)] + [f"b{n}" for n in range(8)]


def test_a_title_over_both_columns_is_read_where_it_stands() -> None:
    above = [*column("a", 100, 100), *column("b", 500, 100)]
    below = [*column("c", 100, 400), *column("d", 500, 400)]
    title = placed("TÍTULO", 300, 360, 400)
    found = "".join(text[0] for text in order(*below, *above, title))
    assert found == "a" * 8 + "b" * 8 + "T" + "c" * 8 + "d" * 8


def test_three_columns_are_read_in_turn() -> None:
    lines = [
        *column("c", 700, 100, width=280),
        *column("a", 100, 100, width=280),
        *column("b", 400, 100, width=280),
    ]
    assert "".join(text[0] for text in order(*lines)) == "a" * 8 + "b" * 8 + "c" * 8


def test_the_cells_of_a_table_are_read_row_by_row() -> None:
    cells = [
        placed(f"{name}{row}", left, 100 + 30 * row + drift, width)
        for name, left, width, drift in (
            ("q", 500, 40, 4),
            ("nome", 100, 150, 0),
            ("v", 700, 60, 2),
        )
        for row in range(8)
    ]
    assert order(*cells)[:6] == ["nome0", "q0", "v0", "nome1", "q1", "v1"]


def test_a_short_letter_has_no_columns() -> None:
    lines = column("a", 100, 100, 4)
    assert order(*reversed(lines)) == [item.line.text for item in lines]
    assert order() == []
