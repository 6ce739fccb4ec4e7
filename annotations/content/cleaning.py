"""The one gate that text passes before it is stored, and the folding that search uses."""

import unicodedata

import regex

from annotations.content.errors import ContentError

# Longest run of combining marks kept, in code points (Unicode's Stream-Safe Text Format, UAX 15).
# Sorting an endless run is quadratic: 40,000 marks cost 0.9 s.
MAX_COMBINING_RUN = 30

_LINE_ENDS = {0x0B: "\n", 0x0C: "\n", 0x85: "\n"}
_CONTROLS = {code: None for code in (*range(0x20), *range(0x7F, 0xA0)) if code not in (0x09, 0x0A)}
REPLACED: dict[int, str | None] = {0xFEFF: None, **_CONTROLS, **_LINE_ENDS}
LONE_SURROGATE = regex.compile(r"[\ud800-\udfff]")
COMBINING_RUN = regex.compile(rf"(\p{{M}}{{{MAX_COMBINING_RUN}}})\p{{M}}+")


def clean_text(text: str) -> str:
    """Return the text as it may be stored: NFC, `\\n` line ends, nothing a database refuses.

    NUL, other control characters (but tab and line feed) and byte order marks go; form feeds and
    NEL become line ends; a lone surrogate becomes U+FFFD, so that a loss can be seen. Idempotent
    and linear.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(REPLACED)
    if text.isascii():
        return text
    text = COMBINING_RUN.sub(r"\1", LONE_SURROGATE.sub("\ufffd", text))
    composed: str = COMBINING_RUN.sub(r"\1", unicodedata.normalize("NFC", text))
    return composed


def fold(text: str) -> str:
    """Return the text in lower case without accents, for search: `AÇÕES nº 1` → `acoes no 1`."""
    decomposed = unicodedata.normalize("NFKD", clean_text(text).casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def decode_text(data: bytes) -> str:
    """Decode the bytes of a transcription: UTF-8, with or without a byte order mark.

    Raises ContentError `not_utf8`: guessing another encoding would store wrong accents silently.
    """
    try:
        return clean_text(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ContentError(
            "not_utf8",
            f"byte {error.start} is not UTF-8; the file is probably Latin-1 (ISO-8859-1) or "
            "Windows-1252: convert it with `iconv -f WINDOWS-1252 -t UTF-8` and send it again",
        ) from None
