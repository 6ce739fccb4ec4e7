"""Page texts for the bench: invented Portuguese with a natural spread of word frequencies."""

from itertools import accumulate
from random import Random
from typing import Any

from annotations.content import fold

VOCABULARY, POOL = 20_000, 2_000  # words; different texts, used in turn
WORDS_A_PAGE = 150
SYLLABLES = [consonant + vowel for consonant in "bcdfglmnprstv" for vowel in "aeiou"]
ENDINGS = ("", "", "", "s", "r", "ção", "mente", "dade", "nte", "dor", "ável")


def pool() -> list[dict[str, Any]]:
    """Return `POOL` contents; word number n comes n times as rarely as the first (Zipf)."""
    random = Random(7)
    words = vocabulary()
    weights = list(accumulate(1 / rank for rank in range(1, len(words) + 1)))
    contents = []
    for _ in range(POOL):
        chosen = random.choices(words, cum_weights=weights, k=WORDS_A_PAGE)
        lines = [" ".join(chosen[at : at + 10]) for at in range(0, WORDS_A_PAGE, 10)]
        contents.append(
            {"header": "ESTADO DE ZZ", "margin": None, "footer": None, "text": "\n".join(lines)}
        )
    return contents


def vocabulary() -> list[str]:
    """Return the words, commonest first, none twice."""
    random, words = Random(8), dict[str, None]()
    while len(words) < VOCABULARY:
        stem = "".join(random.choices(SYLLABLES, k=random.randint(2, 4)))
        words[stem + random.choice(ENDINGS)] = None
    return list(words)


def folded(content: dict[str, Any]) -> str:
    """Return what the search index keeps of a content."""
    return fold(f"{content['header']}\n{content['text']}")
