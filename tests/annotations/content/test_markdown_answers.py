"""Answers in Markdown and HTML, as Nanonets-OCR2 and olmOCR-2 give them."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.content import ContentError, PageContent, Recovery, parse_answer

FRONT = "---\nprimary_language: pt\nis_rotation_valid: True\nrotation_correction: 0\nis_table: False\nis_diagram: False\n---\n"
TABLE = "<table><tr><td>1</td><td>R$ 3,00</td></tr></table>"


@pytest.mark.parametrize(
    ("raw", "content"),
    [
        (FRONT + "# Título\n\nTexto", {"text": "# Título\n\nTexto"}),
        (FRONT.replace("\n", "\r\n") + "Texto", {"text": "Texto"}),
        (FRONT.strip(), {"text": ""}),
        ("```markdown\n" + FRONT + "Texto\n```", {"text": "Texto"}),
        ("---\nNome: João\n---\nTexto", {"text": "---\nNome: João\n---\nTexto"}),
        ("---\n\nTexto\n---\n", {"text": "---\n\nTexto\n---"}),
        ("Texto\n" + FRONT, {"text": "Texto\n" + FRONT.strip()}),
        (
            "<header>ESTADO\nCartório</header>\n\nTexto\n\n<page_number>3</page_number>",
            {"header": "ESTADO\nCartório", "text": "Texto", "footer": "3"},
        ),
        (
            "a\n<footer>Rua X <page_number>3</page_number></footer>\nb",
            {"footer": "Rua X 3", "text": "a\nb"},
        ),
        ("a <page_number> 3 </page_number> b", {"footer": "3", "text": "a  b"}),
        ("<FOOTER>x</Footer><page_number>3</page_number>", {"footer": "x\n3", "text": ""}),
        ("<header>a\nb", {"text": "<header>a\nb"}),
        ("<header>a\n<header>b</header>\nc", {"header": "b", "text": "<header>a\nc"}),
        ("a</header><page_number>1</page_number>", {"footer": "1", "text": "a</header>"}),
        (
            f"<watermark>CÓPIA</watermark>\n{TABLE}\n<signature>Ana</signature><img>brasão</img>",
            None,
        ),
        ("<thead><th>a</th></thead> &amp; <b>x</b> ![](figura.png)", None),
        ('{"text": "a"}', None),
        ("", None),
    ],
)
def test_what_markdown_says(raw: str, content: dict[str, str] | None) -> None:
    answer = parse_answer(raw, "markdown")
    assert answer.content == PageContent(**(content or {"text": raw}))
    assert answer.recovered is Recovery.MARKDOWN


def test_an_answer_that_was_to_be_json_and_has_front_matter_is_read_as_markdown() -> None:
    answer = parse_answer(FRONT + "Texto <page_number>3</page_number>")
    assert answer.content == PageContent(footer="3", text="Texto")
    assert answer.recovered is Recovery.MARKDOWN
    assert parse_answer("<page_number>3</page_number>").recovered is Recovery.PLAIN
    assert parse_answer(FRONT + '{"text": "a"}').recovered is Recovery.CHATTER


def test_the_text_between_tags_keeps_its_place_in_the_answer() -> None:
    raw = FRONT + "<header> Ação\x00 </header>\nção <b>\n<page_number>3</page_number>\nfim\n"
    source, data = parse_answer(raw, "markdown").source, raw.encode()
    for zone, expected in (("header", "Ação"), ("text", "ção <b>\nfim"), ("footer", "3")):
        spans = [source.span(zone, index) for index in range(len(source.zones[zone].text))]
        assert [span and data[slice(*span)].decode() for span in spans] == list(expected)
    ends = {zone: data[found.end :][:4] for zone, found in source.zones.items()}
    assert ends == {"header": b" </h", "text": b"\n", "footer": b"</pa"}


def test_a_parser_that_is_not_there_is_named() -> None:
    with pytest.raises(ContentError, match="read as json or markdown, not html"):
        parse_answer("a", "html")


PIECES = st.sampled_from(
    ["<header>", "</header>", "<footer>", "</footer>", "<page_number>", "</page_number>", "<", "---\n",
     "a: b\n", "```", "\n", " ", "ã", "\x00", "\ud800", FRONT, "{", '"text":']
)  # fmt: skip


@given(st.lists(PIECES | st.text(max_size=3), max_size=30).map("".join))
def test_no_markdown_breaks_the_parser(raw: str) -> None:
    answer = parse_answer(raw, "markdown")
    assert PageContent.from_json(answer.content.to_json()) == answer.content
    for zone in answer.source.zones.values():
        assert len(list(zone.spans())) == len(zone.text)


HUGE = 10_000_000


@pytest.mark.parametrize(
    "raw",
    [
        "<header>" * (HUGE // 8),
        "<header>a</header>\n" * (HUGE // 19),
        "<header>a<footer>" * (HUGE // 17) + "</header>",
        "<header>" + "</footer>" * (HUGE // 9) + "</header>",
        "---\n" + "a: b\n" * (HUGE // 5),
        FRONT + "a mesma frase outra vez " * (HUGE // 24),
        "<header>a</header>" + " " * HUGE,
    ],
    ids=range(7),
)
def test_ten_million_characters_of_markdown_take_no_more_than_two_seconds(raw: str) -> None:
    start = time.process_time()
    parse_answer(raw, "markdown")
    assert time.process_time() - start < 2
