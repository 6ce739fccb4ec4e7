"""What a model wrote in a zone and once more in the text is told, never removed."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.content import PageContent, read_ground_truth_json, repeated_zones


def told(content: PageContent) -> list[tuple[str, str]]:
    text = content.text or ""
    return [(text[one.start : one.end], one.repeats) for one in repeated_zones(content)]


def test_lines_of_header_margin_and_footer_are_found() -> None:
    content = PageContent(
        header="ESTADO DE SÃO PAULO\nCartório",
        margin="fls. 12",
        footer="3",
        text="ESTADO DE SÃO  PAULO\nCartório\n\nCorpo do Cartório\n3\nfls. 12 v\n fls. 12 \n3\n",
    )
    assert told(content) == [
        ("ESTADO DE SÃO  PAULO\nCartório", "header"),
        ("fls. 12", "margin"),
        ("3", "footer"),
    ]


def test_a_zone_is_found_over_line_ends_and_within_a_line() -> None:
    content = PageContent(
        footer="Rua das Flores, 12 -\nSão Paulo",
        text="a Rua das Flores,\n12 - São Paulo b; Rua das Flores, 12 - São Paulo, b",
    )
    assert told(content) == [("Rua das Flores,\n12 - São Paulo", "footer")]


def test_what_is_told_can_be_stored() -> None:
    (found,) = repeated_zones(PageContent(header="Cartório", text="Cartório\nCorpo"))
    assert found.to_json() == {"zone": "text", "start": 0, "end": 8, "repeats": "header"}


@pytest.mark.parametrize(
    "content",
    [
        PageContent(header="Cartório", text="O Cartório diz"),
        PageContent(footer="-", text="a\n-\n-\nb"),
        PageContent(header="", footer="  ", text="a\n\nb"),
        PageContent(header="Cartório"),
        PageContent(text="Cartório\nCartório"),
    ],
)
def test_what_a_page_may_well_say_is_not_told(content: PageContent) -> None:
    assert repeated_zones(content) == ()


def test_no_true_page_is_said_to_repeat_itself(shared: Path) -> None:
    pages = [
        content
        for path in sorted((shared / "data" / "dev").rglob("*.json"))
        for content in read_ground_truth_json(path.read_bytes())
    ]
    assert len(pages) >= 54
    assert [content for content in pages if repeated_zones(content)] == []


@given(*(st.text(st.sampled_from("abcd12 \n\t-ã"), max_size=60) for _ in range(4)))
def test_stretches_are_in_order_apart_and_say_what_the_zone_says(
    header: str, margin: str, footer: str, text: str
) -> None:
    content = PageContent(header=header, margin=margin, footer=footer, text=text + "\n" + header)
    end = 0
    for one in repeated_zones(content):
        assert end <= one.start < one.end
        end = one.end
        words = (content.text or "")[one.start : one.end].split()
        assert set(words) <= set((content.zone(one.repeats) or "").split())


@pytest.mark.parametrize(
    ("zone", "text"),
    [
        ("a " * 100_000, "a " * 300_000),
        ("abcd\n" * 50_000, "abcd\n" * 160_000),
        ("a " * 30 + "b", "a " * 400_000),
        ("x y" * 100_000 + "z", "x y" * 200_000),
        ("a", "a" + " " * 800_000),
    ],
    ids=range(5),
)
def test_the_largest_contents_are_searched_in_a_second(zone: str, text: str) -> None:
    start = time.process_time()
    repeated_zones(PageContent(header=zone, margin=zone, footer=zone, text=text))
    assert time.process_time() - start < 1.5
