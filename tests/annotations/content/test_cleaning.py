"""The one gate for text, and the folding for search."""

import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.content import ContentError, clean_text, decode_text, fold

ODD = Path(__file__).parents[4] / "shared" / "data" / "odd"


def odd(name: str) -> bytes:
    if not ODD.is_dir():
        pytest.skip("the corpus of odd files is not beside this checkout")
    return (ODD / name).read_bytes()


def test_text_is_stored_as_nfc_with_line_feeds() -> None:
    assert clean_text("a\u0303o\r\nc\u0327\rfim\x0c") == "ão\nç\nfim\n"


def test_what_a_database_refuses_never_passes() -> None:
    assert clean_text("a\x00b\x1b[31m\ufeffc\td\x9f") == "ab[31mc\td"
    assert clean_text("antes\ud83ddepois") == "antes\ufffddepois"


def test_direction_marks_and_soft_hyphens_are_content() -> None:
    text = "\u202ebidi\u202c zero\u200bwidth so\u00adft"
    assert clean_text(text) == text


@given(st.text(st.characters(exclude_categories=())))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    once = clean_text(text)
    assert clean_text(once) == once
    assert unicodedata.is_normalized("NFC", once)
    once.encode()


def test_an_endless_run_of_accents_costs_no_quadratic_time() -> None:
    start = time.process_time()
    clean_text("a" + "\u0301\u0316" * 500_000)
    assert time.process_time() - start < 2


def test_search_folds_accents_and_case() -> None:
    assert fold("AÇÕES nº 1, Conceição") == "acoes no 1, conceicao"


def test_bom_decomposed_accents_and_crlf_are_normalised() -> None:
    text = decode_text(odd("own-texto-utf8-bom-nfd.txt"))
    assert text == "Certidão de ação, município, coração, pôr, às, ü, ñ\nlinha 2\n"


def test_latin1_is_refused_with_the_cure() -> None:
    with pytest.raises(ContentError, match="WINDOWS-1252 -t UTF-8") as caught:
        decode_text(odd("own-texto-latin1.txt"))
    assert caught.value.code == "not_utf8"


def test_control_characters_of_the_odd_corpus_are_stored_safely() -> None:
    text = decode_text(odd("own-texto-controle-bidi.txt"))
    assert "\x00" not in text
    assert "\x1b" not in text
    assert decode_text(odd("own-texto-html-injection.txt")).startswith("<img src=x onerror=")
