"""Each token of a byte-level vocabulary has its bytes of the text."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from annotations.engines.token_bytes import piece_bytes, spell


def test_the_alphabet_is_the_tokenizers_own() -> None:
    from tokenizers import pre_tokenizers

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    assert sorted(piece_bytes(letter) for letter in letters) == [bytes([n]) for n in range(256)]
    encoder = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    ((piece, _),) = encoder.pre_tokenize_str("ação ẽ\n☐")
    assert piece_bytes(piece) == "ação ẽ\n☐".encode()


def test_what_was_added_is_itself() -> None:
    assert piece_bytes("<imagem do — selo>") == "<imagem do — selo>".encode()


@given(st.text(), st.lists(st.integers(0, 400)))
def test_text_cut_anywhere_is_spelt_as_it_was(text: str, cuts: list[int]) -> None:
    data = text.encode()
    edges = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    pieces = [data[start:end] for start, end in pairwise(edges)]
    assert spell(pieces) == (text, [len(piece) for piece in pieces])


@given(st.lists(st.binary(max_size=6)))
def test_lengths_add_up_to_the_text_whatever_the_bytes(pieces: list[bytes]) -> None:
    text, lengths = spell(pieces)
    assert len(lengths) == len(pieces)
    assert sum(lengths) == len(text.encode())
    assert text == b"".join(pieces).decode(errors="replace")
