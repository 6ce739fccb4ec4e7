"""Log-probabilities as a server tells them, laid over the bytes of the text."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from annotations.content import Token

# What a server writes for bytes that are no whole character yet.
REPLACEMENT = "\ufffd".encode()
# What servers write for "as good as impossible"; no number becomes it, too.
LEAST_LOGPROB = -9999.0


class Said(NamedTuple):
    """One token as a server tells it: its bytes, and its figures in nats."""

    data: bytes
    logprob: float
    margin: float | None


def as_said(logprobs: object) -> list[Said]:
    """Return the tokens of one event; none where they are not told, or not as they should be."""
    entries = logprobs.get("content") if isinstance(logprobs, dict) else None
    if not isinstance(entries, list):
        return []
    return [_said(entry) for entry in entries if isinstance(entry, dict)]


def laid_out(raw: bytes, said: Sequence[Said]) -> tuple[Token, ...]:
    """Lay tokens end to end over the bytes of a text; none at all where they do not fit.

    A character of several tokens comes as replacement characters: its bytes are then given to
    the first of them, and the rest have length 0. A token after the end wrote nothing.
    """
    lengths = list(_lengths(raw, said))
    if sum(lengths) != len(raw) or len(lengths) != len(said):
        return ()
    return tuple(
        Token(length, token.logprob, token.margin)
        for length, token in zip(lengths, said, strict=True)
    )


def _lengths(raw: bytes, said: Sequence[Said]) -> Iterator[int]:
    """Give the length of each token; stop where one does not fit."""
    place = 0
    for token, following in zip(said, _next_whole(said), strict=True):
        if raw.startswith(token.data, place):
            length = len(token.data)
        elif place == len(raw):
            length = 0
        elif REPLACEMENT in token.data:
            found = raw.find(following, place) if following else len(raw)
            length = max(found - place, 0)
        else:
            return
        place += length
        yield length


def _next_whole(said: Sequence[Said]) -> list[bytes]:
    """Return for each token the bytes of the next one that is whole; empty where none is."""
    following: list[bytes] = []
    known = b""
    for token in reversed(said):
        following.append(known)
        if token.data and REPLACEMENT not in token.data:
            known = token.data
    return following[::-1]


def _said(entry: dict[str, object]) -> Said:
    best = entry.get("top_logprobs")
    others = best if isinstance(best, list) else []
    figures = sorted((_figure(one) for one in others if isinstance(one, dict)), reverse=True)
    margin = figures[0] - figures[1] if len(figures) > 1 else None
    return Said(_bytes(entry), _figure(entry), margin)


def _figure(entry: dict[str, object]) -> float:
    value = entry.get("logprob")
    known = isinstance(value, int | float) and value > LEAST_LOGPROB
    return float(min(value, 0.0)) if known and isinstance(value, int | float) else LEAST_LOGPROB


def _bytes(entry: dict[str, object]) -> bytes:
    data = entry.get("bytes")
    if isinstance(data, list) and all(type(one) is int and 0 <= one < 256 for one in data):  # noqa: PLR2004
        return bytes(data)
    return str(entry.get("token", "")).encode("utf-8", "surrogatepass")
