"""From the pieces of a byte-level vocabulary to text, each token with its bytes of it."""

from collections.abc import Sequence
from typing import Final

# U+FFFD in UTF-8: what a stretch that is no UTF-8 becomes.
_REPLACED_BYTES: Final = 3


def _alphabet() -> dict[str, int]:
    """Return the byte that each letter of a byte-level vocabulary stands for (GPT-2's table)."""
    plain = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in plain]
    letters = {chr(byte): byte for byte in plain}
    return letters | {chr(256 + place): byte for place, byte in enumerate(others)}


_BYTES: Final = _alphabet()


def piece_bytes(piece: str) -> bytes:
    """Return the bytes of a piece; a piece outside the alphabet was added, and is itself."""
    if all(letter in _BYTES for letter in piece):
        return bytes(_BYTES[letter] for letter in piece)
    return piece.encode()


def spell(pieces: Sequence[bytes]) -> tuple[str, list[int]]:
    """Return the text of all pieces and how many of its UTF-8 bytes each one wrote.

    The lengths add up to the text's. What is no UTF-8 becomes U+FFFD, whose three bytes belong to
    the piece in which the broken stretch begins.
    """
    data = b"".join(pieces)
    text, weights, at = [], [1] * len(data), 0
    while at < len(data):
        try:
            text.append(data[at:].decode())
            break
        except UnicodeDecodeError as error:
            start, end = at + error.start, at + error.end
        text.append(data[at:start].decode() + "\ufffd")
        weights[start:end] = [_REPLACED_BYTES] + [0] * (end - start - 1)
        at = end
    lengths, at = [], 0
    for piece in pieces:
        lengths.append(sum(weights[at : at + len(piece)]))
        at += len(piece)
    return "".join(text), lengths
