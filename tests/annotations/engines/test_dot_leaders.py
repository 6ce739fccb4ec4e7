"""Leaders of a table of contents: every dot counted, and nothing else taken for one."""

import io
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from annotations.engines.leaders import find_leaders
from annotations.engines.reader import read_words

FONT = next(
    Path(__file__).parents[3].glob("script/fictitious/fonts/source-serif-4-latin-400*.woff")
)
ENTRIES = {"Poder Executivo": 61, "Casa Civil": 70, "Secretaria de Estado de Fazenda": 34}


def contents(size: int, *, tilt: float = 0.0, quality: int = 85) -> Image.Image:
    """Draw a table of contents as a scanner would give it."""
    page = Image.new("L", (size * 60, size * 22), 246)
    draw, font = ImageDraw.Draw(page), ImageFont.truetype(FONT, size)
    draw.text((size * 3, size), "Sumário do Diário Oficial de segunda-feira", 30, font)
    for row, (entry, dots) in enumerate(ENTRIES.items()):
        text = f"{entry} {'.' * dots} {13 + row}"
        draw.text((size * 3, size * (4 + 2 * row)), text, 30, font)
    draw.text((size * 3, size * 12), "." * 80, 30, font)
    for row in range(3):
        draw.text((size * 3, size * (15 + 2 * row)), f"Art. {row}º Este decreto vigora.", 30, font)
    scan = io.BytesIO()
    page.rotate(tilt, Image.Resampling.BICUBIC, fillcolor=246).save(scan, "JPEG", quality=quality)
    return Image.open(scan)


@pytest.mark.parametrize(("size", "tilt"), [(18, 0.0), (28, 0.0), (28, 0.7), (44, 0.7)])
def test_leaders_are_counted_at_any_size_and_tilt(size: int, tilt: float) -> None:
    page = contents(size, tilt=tilt, quality=70)
    leaders, clean = find_leaders(page, 0.75 * size)
    counts = sorted(leader.count for leader in leaders)
    assert counts == pytest.approx(sorted([*ENTRIES.values(), 80]), abs=1)
    assert find_leaders(clean, 0.75 * size)[0] == []


def test_a_table_of_contents_is_read_with_its_leaders(tmp_path: Path) -> None:
    contents(28).save(tmp_path / "sumario.png")
    text = read_words(tmp_path / "sumario.png").zones.plain_text()
    for row, (entry, dots) in enumerate(ENTRIES.items()):
        assert f"{entry} {'.' * dots} {13 + row}" in text
    assert f"\n{'.' * 80}\n" in text
    assert "aaa" not in text


def test_a_screened_picture_is_no_leader() -> None:
    page = Image.new("L", (900, 600), 250)
    draw = ImageDraw.Draw(page)
    for y in range(100, 400, 8):
        for x in range(100, 800, 8):
            draw.ellipse((x, y, x + 3, y + 3), fill=20)
    assert find_leaders(page, 20)[0] == []


def test_a_pale_drawn_line_is_no_leader() -> None:
    page = Image.new("L", (900, 300), 240)
    draw = ImageDraw.Draw(page)
    for x in range(100, 800):
        draw.line((x, 150, x, 152), 175 if x % 6 < 2 else 188)
    assert find_leaders(page, 21)[0] == []


def test_print_far_smaller_than_the_rest_is_no_leader() -> None:
    page = Image.new("L", (1200, 400), 230)
    draw = ImageDraw.Draw(page)
    small = "DOCUMENTO FICTÍCIO GERADO PARA TESTES — SEM VALOR LEGAL"
    draw.text((60, 300), small, 30, ImageFont.truetype(FONT, 12))
    assert find_leaders(page, 40)[0] == []


def test_pages_without_leaders_are_left_as_they_are(shared: Path) -> None:
    with Image.open(shared / "data/dev/printed/pr-constituicao-mg-p21.jpg") as image:
        page = image.convert("L")
    leaders, clean = find_leaders(page, 25)
    assert leaders == []
    assert clean.tobytes() == page.tobytes()
