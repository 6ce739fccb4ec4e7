"""The gate of `clean_text` for text that remembers its source."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import regex

from annotations.content.cleaning import COMBINING_RUN, LONE_SURROGATE, REPLACED
from annotations.content.sourced import Sourced

# Clusters whose composition is remembered: a page has some tens of different ones.
REMEMBERED_CLUSTERS: Final = 4096

_CRLF = re.compile("\r\n")
_LINE_ENDS = str.maketrans(
    {"\r": "\n"} | {chr(code): new for code, new in REPLACED.items() if new is not None}
)
_DROPPED = re.compile(
    "[" + re.escape("".join(chr(code) for code, new in REPLACED.items() if new is None)) + "]+"
)
# What composition may change: a character with all that can join it, or one that is never kept.
# (UAX 15: no composition crosses a starter that is NFC_QC=Yes, or whose decomposition begins so:
# of the characters that are NFC_QC=No, only marks do not.)
_JOINS = r"[\p{NFC_QC=M}\P{ccc=0}[\p{NFC_QC=N}&&\p{M}]]"
_CLUSTER = regex.compile(
    rf"[^{_JOINS}]?{_JOINS}+|[\p{{NFC_QC=N}}--\p{{M}}]", regex.VERSION1 | regex.DOTALL
)


def clean_sourced(sourced: Sourced) -> Sourced:
    """Return what `clean_text` makes of the text, with the source of each character."""
    ends = sourced.edited((*match.span(), "\n") for match in _CRLF.finditer(sourced.text))
    ends = ends.respelled(ends.text.translate(_LINE_ENDS))
    kept = ends.edited((*match.span(), "") for match in _DROPPED.finditer(ends.text))
    if kept.text.isascii():
        return kept
    kept = _shorter(kept.respelled(LONE_SURROGATE.sub("\ufffd", kept.text)))
    if unicodedata.is_normalized("NFC", kept.text):
        return kept
    return _shorter(kept.edited(_composed(kept.text)))


def _shorter(sourced: Sourced) -> Sourced:
    """Drop what an endless run of combining marks has too many."""
    found = COMBINING_RUN.finditer(sourced.text)
    return sourced.edited((match.end(1), match.end(), "") for match in found)


def _composed(text: str) -> Iterator[tuple[int, int, str]]:
    for match in _CLUSTER.finditer(text):
        change = _change(match.group())
        if change is not None:
            before, after, new = change
            yield match.start() + before, match.end() - after, new


@lru_cache(REMEMBERED_CLUSTERS)
def _change(cluster: str) -> tuple[int, int, str] | None:
    """Return what composition replaces: characters kept before and after it, and the new ones.

    At least one character is replaced, so that every new one has a source.
    """
    new = unicodedata.normalize("NFC", cluster)
    if new == cluster:
        return None
    shorter = min(len(new), len(cluster) - 1)
    before = 0
    while before < shorter and new[before] == cluster[before]:
        before += 1
    after = 0
    while after < shorter - before and new[-1 - after] == cluster[-1 - after]:
        after += 1
    return before, after, new[before : len(new) - after]
