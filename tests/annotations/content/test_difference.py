"""What changed, character by character."""

import time

from hypothesis import given
from hypothesis import strategies as st

from annotations.content import ChangeKind, diff
from annotations.content import difference as difference_module


def kinds(before: str, after: str) -> list[tuple[ChangeKind, str, str]]:
    return [(change.kind, change.before, change.after) for change in diff(before, after)]


def test_equal_texts_have_no_changes() -> None:
    assert diff("ação", "ação") == []


def test_neighbouring_characters_form_one_change() -> None:
    assert kinds("certidao", "certidão") == [(ChangeKind.REPLACE, "a", "ã")]
    assert kinds("nº 12", "nº 9876") == [(ChangeKind.REPLACE, "12", "9876")]
    assert kinds("um dois", "um") == [(ChangeKind.DELETE, " dois", "")]
    assert kinds("um", "um dois") == [(ChangeKind.INSERT, "", " dois")]


def test_white_space_is_a_class_of_its_own() -> None:
    assert kinds("a b\nc", "a  b c") == [
        (ChangeKind.WHITESPACE, "", " "),
        (ChangeKind.WHITESPACE, "\n", " "),
    ]


def test_what_only_unicode_tells_apart_is_a_class_of_its_own() -> None:
    assert kinds("1º – “a”", '1º - "a"') == [
        (ChangeKind.UNICODE, "–", "-"),
        (ChangeKind.UNICODE, "“", '"'),
        (ChangeKind.UNICODE, "”", '"'),
    ]
    assert kinds("a\u0303o", "ão") == [(ChangeKind.UNICODE, "a\u0303", "ã")]
    assert kinds("n\u00ba", "n\u00b0") == [(ChangeKind.REPLACE, "º", "°")]


def rebuilt(before: str, after: str) -> str:
    text, position = "", 0
    for change in diff(before, after):
        assert before[change.before_start : change.before_end] == change.before
        assert after[change.after_start : change.after_end] == change.after
        text += before[position : change.before_start] + change.after
        position = change.before_end
    return text + before[position:]


ALPHABET = st.text("ab c\nã–-", max_size=60)


@given(ALPHABET, ALPHABET)
def test_the_changes_turn_one_text_into_the_other(before: str, after: str) -> None:
    assert rebuilt(before, after) == after


@given(ALPHABET, ALPHABET)
def test_long_texts_are_compared_by_line_first(before: str, after: str) -> None:
    limit = difference_module.MAX_CELLS
    difference_module.MAX_CELLS = 4
    try:
        assert rebuilt(before, after) == after
    finally:
        difference_module.MAX_CELLS = limit


def test_the_largest_contents_are_compared_in_bounded_time() -> None:
    start = time.process_time()
    diff("abcdefghi\n" * 100_000, "jklmnopqr\n" * 100_000)
    assert time.process_time() - start < 5
