"""Any answer of any model becomes a content."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.content import ContentError, PageContent, Recovery, parse_answer

ZONES = st.dictionaries(
    st.sampled_from(["header", "margin", "footer", "text"]), st.none() | st.text(), min_size=1
)


def test_any_subset_in_any_order_is_exact() -> None:
    answer = parse_answer('{"text": "a\\nb", "header": "c"}')
    assert answer.content == PageContent(header="c", text="a\nb")
    assert answer.recovered is Recovery.EXACT


@given(ZONES)
def test_canonical_answers_are_read_back(zones: dict[str, str | None]) -> None:
    content = PageContent.from_json(zones)
    present = {zone: text for zone, text in zones.items() if text is not None}
    if present:
        answer = parse_answer(content.canonical_json())
        assert (answer.content, answer.recovered) == (content, Recovery.EXACT)


@pytest.mark.parametrize(
    ("raw", "content", "recovered"),
    [
        ('```json\n{"text": "a"}\n```', {"text": "a"}, Recovery.FENCED),
        ('```json\n{"text": "a"}', {"text": "a"}, Recovery.FENCED),
        ('Here it is:\n{"text": "a"} Done.', {"text": "a"}, Recovery.CHATTER),
        ('{"id": 1, "text": "a"}', {"text": "a"}, Recovery.EXACT),
        ('{"page": {"text": "a"}}', {"text": "a"}, Recovery.CHATTER),
        ('{"text": "```\\ncode"}', {"text": "```\ncode"}, Recovery.EXACT),
        ('{"text": "a\nb"}', {"text": "a\nb"}, Recovery.EXACT),
        ('{"text": null, "header": "a"}', {"header": "a"}, Recovery.EXACT),
        ('{"text": "a", "text": "b"}', {"text": "a\nb"}, Recovery.EXACT),
        ('{"text": ["a", {"x": "b"}, 3]}', {"text": "a\nb\n3"}, Recovery.EXACT),
        (
            '{"header": "h", "text": "a\\nb\\u00e',
            {"header": "h", "text": "a\nb"},
            Recovery.TRUNCATED,
        ),
        ('{"header": "h", "text": "a\\\\', {"header": "h", "text": "a\\"}, Recovery.TRUNCATED),
        ('{"header": "h", "te', {"header": "h"}, Recovery.TRUNCATED),
        ('{"header": "h", "text": ', {"header": "h"}, Recovery.TRUNCATED),
        ('{"text": "\\ud835\\udd38', {"text": "𝔸"}, Recovery.TRUNCATED),
        ('{"text": "a", "header": "h",}', {"text": "a", "header": "h"}, Recovery.REPAIRED),
        ('{"text": "a \\"b\\" \\q"}', {"text": 'a "b" q'}, Recovery.REPAIRED),
        ('{"text": "he said "no" twice"}', None, Recovery.PLAIN),
        ("```markdown\n# Título\n```", {"text": "# Título"}, Recovery.PLAIN),
        ('{"natural_text": "a"}', None, Recovery.PLAIN),
        ("Ofício nº 1", None, Recovery.PLAIN),
        ("", {"text": ""}, Recovery.PLAIN),
        ("```", None, Recovery.PLAIN),
        ('"texto"', None, Recovery.PLAIN),
        ("[]", None, Recovery.PLAIN),
    ],
)
def test_what_was_recovered_and_how(
    raw: str, content: dict[str, str] | None, recovered: Recovery
) -> None:
    answer = parse_answer(raw)
    assert answer.recovered is recovered
    assert answer.content == PageContent(**(content or {"text": raw}))


PIECES = st.sampled_from(
    ['{', '}', '"', '\\', '\\u12', '\\ud800', ':', ',', '[', ']', '"text"', '"header": "a"', 'null',
     '```json\n', '```', '\x00', '\ud800', 'ã', ' ', '\n', '1e999', '-', 'true']
)  # fmt: skip


@given(st.lists(PIECES | st.text(max_size=3), max_size=40).map("".join))
def test_no_answer_breaks_the_parser(raw: str) -> None:
    content = parse_answer(raw).content
    assert PageContent.from_json(content.to_json()) == content


HUGE = 10_000_000


@pytest.mark.parametrize(
    "raw",
    [
        '{"text": "' + "abc " * (HUGE // 4),
        '{"text": "' + "\\" * HUGE,
        '{"text":' * (HUGE // 8),
        '{"text": [' + "[" * HUGE,
        '{"text": ' + "9" * HUGE,
        "{" * HUGE,
        '"' * HUGE,
        '{"text": "a", ' + '"b" ' * (HUGE // 4),
        "```" * (HUGE // 3),
        '{ "header"' + " " * HUGE,
        "a" + "\u0301\u0316" * (HUGE // 2),
        "𝔸" * HUGE,
    ],
    ids=range(12),
)
def test_ten_million_characters_take_no_more_than_two_seconds(raw: str) -> None:
    start = time.process_time()
    content = parse_answer(raw).content
    assert time.process_time() - start < 2
    try:
        content.refuse_oversize()
    except ContentError:
        pytest.fail("the recovered content is larger than a content may be")


@pytest.mark.parametrize(
    ("raw", "recovered"),
    [("{}", Recovery.EXACT), ("{ \n}", Recovery.EXACT), ("```json\n{}\n```", Recovery.FENCED)],
)
def test_an_empty_object_is_a_blank_page(raw: str, recovered: Recovery) -> None:
    parsed = parse_answer(raw)
    assert (parsed.content, parsed.recovered) == (PageContent(), recovered)


def test_an_empty_object_before_text_loses_none_of_it() -> None:
    assert parse_answer("{} Certidão").content.text == "{} Certidão"
