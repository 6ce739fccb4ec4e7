"""The guard tells a model that repeats itself from a page that does."""

import random
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.engines.loops import LoopGuard, Stop, find_loop, loop_start

MOST_TOKENS = 8192
# A tenth of what a loop would have wasted.
TOLERATED = MOST_TOKENS // 10

Cut = Callable[[str], list[bytes]]


def pieces(text: str) -> list[bytes]:
    return [piece.encode() for piece in re.findall(r"\s+|\w+|[^\w\s]", text)]


def letters(text: str) -> list[bytes]:
    return [letter.encode() for letter in text]


def three_bytes(text: str) -> list[bytes]:
    data = text.encode()
    return [data[at : at + 3] for at in range(0, len(data), 3)]


def as_ids(cut: list[bytes]) -> list[int]:
    known: dict[bytes, int] = {}
    return [known.setdefault(piece, len(known)) for piece in cut]


def prose(count: int, seed: int = 0) -> list[int]:
    return random.Random(seed).sample(range(1000, 150_000), count)


def fed_until_stop(guard: LoopGuard, tokens: list[int]) -> int:
    for count, token in enumerate(tokens, start=1):
        if guard.feed([token]):
            return count
    return len(tokens)


@pytest.fixture
def gold(shared: Path) -> list[str]:
    """Return the ground truth of the 54 pages as text, and as JSON with all that it says."""
    folder = shared / "data" / "dev"
    return [file.read_text() for kind in ("*.txt", "*.json") for file in folder.rglob(kind)]


@pytest.mark.parametrize("cut", [pieces, letters, three_bytes])
@pytest.mark.parametrize("share", [None, 1.0, 0.4])
def test_no_ground_truth_is_called_a_loop(gold: list[str], cut: Cut, share: float | None) -> None:
    """Nor is it where the layout saw but two fifths of the page."""
    assert len(gold) == 108
    for text in gold:
        # A letter a token is three times as many tokens as the guard reckons with.
        per_letter = 3 if cut is letters else 1
        ink = None if share is None else round(share * len(text) * per_letter)
        guard = LoopGuard(ink)
        assert not guard.feed(as_ids(cut(text))), text[-200:]


@pytest.mark.parametrize("share", [None, 1.0, 0.4])
def test_no_ground_truth_is_called_a_loop_when_streamed(
    gold: list[str], share: float | None
) -> None:
    for text in gold:
        ink = None if share is None else round(share * len(text))
        assert not LoopGuard(ink, characters=True).feed_text(text), text[-200:]


@pytest.mark.parametrize("cut", [pieces, letters, three_bytes])
def test_handwriting_of_which_no_word_was_recognised_is_no_loop(shared: Path, cut: Cut) -> None:
    for file in sorted((shared / "data" / "dev" / "handwritten").glob("*.txt")):
        assert not LoopGuard(0).feed(as_ids(cut(file.read_text()))), file.name


@pytest.mark.parametrize("period", [1, 7, 40, 200])
@pytest.mark.parametrize("ink", [None, 0, 1800])
def test_a_planted_loop_wastes_a_tenth_at_most(period: int, ink: int | None) -> None:
    healthy, once = prose(600), prose(period, seed=1)
    guard = LoopGuard(ink)
    stop = fed_until_stop(guard, healthy + once * (MOST_TOKENS // period))
    assert guard.stopped is Stop.REPETITION
    assert 0 < stop - len(healthy) <= TOLERATED


@pytest.mark.parametrize("period", [1, 7, 40, 200])
@pytest.mark.parametrize("ink", [None, 1800])
def test_a_streamed_loop_wastes_a_tenth_at_most(period: int, ink: int | None) -> None:
    letters = [chr(97 + letter % 26) for letter in prose(1800 + 3 * period)]
    healthy, once = "".join(letters[:1800]), "".join(letters[1800:])
    guard = LoopGuard(ink, characters=True)
    guard.feed_text(healthy + once * MOST_TOKENS)
    assert guard.stopped is Stop.REPETITION
    assert guard.fed - len(healthy) <= 3 * (TOLERATED + 16)


@pytest.mark.parametrize(
    "healthy",
    [
        "." * 255,
        "0,00\n" * 50,
        "-\n" * 120,
        "Assinatura: ____\n" * 5,
        "Recebi de João a quantia de cem reais, do que dou quitação plena e geral. " * 2,
    ],
)
def test_what_pages_repeat_is_not_a_loop_even_beyond_the_ink(healthy: str) -> None:
    before = " ".join(f"palavra{number}" for number in range(400))
    assert not LoopGuard(0).feed(as_ids(pieces(before + healthy)))


def test_nothing_is_a_loop_while_the_ink_allows_for_it() -> None:
    guard = LoopGuard(ink_characters=3000)
    assert not guard.feed([7] * 1500)
    assert guard.feed([7] * 16)


def test_without_a_layout_the_limits_are_doubled() -> None:
    assert fed_until_stop(LoopGuard(), [7] * 4000) == 512
    assert fed_until_stop(LoopGuard(0), [7] * 4000) == 784  # 1.5 times the least budget, checked
    assert fed_until_stop(LoopGuard(), prose(40) * 50) == 480


def test_a_period_of_nine_dots_is_a_period_of_one() -> None:
    guard = LoopGuard(0)
    assert not guard.feed([*prose(600), *[7] * 255])
    assert guard.feed([7] * 16)


def test_counting_is_stopped_by_the_ink_alone() -> None:
    counting = "".join(f"Item {number}, " for number in range(3000))
    guard = LoopGuard(900)
    assert guard.feed(as_ids(pieces(counting)))
    assert guard.stopped is Stop.COUNTING
    assert not LoopGuard().feed(as_ids(pieces(counting)))
    assert guard.fed == 6 * 512 + 16


@given(st.lists(st.integers(0, 151_935), unique=True, max_size=3000))
def test_an_output_without_repetition_never_is_a_loop(tokens: list[int]) -> None:
    assert not LoopGuard().feed(tokens)


@given(st.integers(2, 40), st.lists(st.integers(1, 500), max_size=60))
def test_how_the_output_is_cut_changes_nothing(period: int, cuts: list[int]) -> None:
    tokens = prose(50) + prose(period, seed=1) * 100
    whole, cut, at = LoopGuard(), LoopGuard(), 0
    whole.feed(tokens)
    for size in [*cuts, len(tokens)]:
        cut.feed(tokens[at : at + size])
        at += size
    assert (cut.stopped, cut.fed) == (whole.stopped, whole.fed)


def test_the_guard_costs_little() -> None:
    """Fed 8,192 tokens one by one: 4 ms where nothing repeats, 0.2 s at its worst."""
    worst = [n // 500 if n % 500 == 0 else 7 for n in range(1, MOST_TOKENS)]
    for tokens in (prose(MOST_TOKENS), [n % 11 for n in prose(MOST_TOKENS)], worst):
        guard = LoopGuard()
        start = time.perf_counter()
        fed_until_stop(guard, tokens)
        assert time.perf_counter() - start < 0.5


@given(st.text(alphabet="abc de", min_size=1, max_size=50), st.text(max_size=300))
def test_a_loops_start_is_found_whatever_stands_before(once: str, healthy: str) -> None:
    text = f"{healthy}§{once * 300}"
    loop = find_loop(text)
    assert loop is not None
    assert loop.start == loop_start(text) == len(healthy) + 1
    assert text[loop.start :][loop.period :] == text[loop.start : -loop.period]


@given(st.text())
def test_text_that_ends_in_no_loop_has_no_start(text: str) -> None:
    assert loop_start(text) is None


def test_whatever_the_guard_stopped_has_a_start() -> None:
    for period in (1, 3, 8, 9, 40, 64, 65, 200, 500):
        once = "".join(f"{token % 10} " for token in prose(period, seed=period))
        guard = LoopGuard()
        text = "Prezado senhor, " + once * (9000 // period)
        guard.feed(as_ids(letters(text)))
        assert guard.stopped, period
        assert loop_start(text[: guard.fed]) is not None, period


def test_a_start_is_found_in_linear_time() -> None:
    start = time.perf_counter()
    assert loop_start("x" + "ab" * 5_000_000) == 1
    assert time.perf_counter() - start < 2
