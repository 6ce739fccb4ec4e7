"""Messages between the worker and its child: four bytes of length, then JSON."""

import json
import struct
from typing import Any, BinaryIO, Final

# Both sides know each other; a longer message means that the stream is out of step.
MAX_MESSAGE_BYTES: Final = 1024**2
HEADER: Final = struct.Struct(">I")

Message = dict[str, Any]


class BrokenFraming(Exception):
    """The stream does not hold a message."""


def encode(message: Message) -> bytes:
    """Return the message as bytes for the pipe."""
    body = json.dumps(message).encode()
    return HEADER.pack(len(body)) + body


def body_length(header: bytes) -> int:
    """Return the length that a header announces; raises `BrokenFraming` when it is absurd."""
    if len(header) != HEADER.size:
        raise BrokenFraming
    length: int = HEADER.unpack(header)[0]
    if length > MAX_MESSAGE_BYTES:
        raise BrokenFraming
    return length


def parse(body: bytes) -> Message:
    """Return the message in a body; raises `BrokenFraming`."""
    try:
        message = json.loads(body)
    except ValueError as error:
        raise BrokenFraming from error
    if not isinstance(message, dict):
        raise BrokenFraming
    return message


def read(stream: BinaryIO) -> Message | None:
    """Read the next message, or None at the end of the stream; raises `BrokenFraming`."""
    header = stream.read(HEADER.size)
    if not header:
        return None
    body = stream.read(body_length(header))
    return parse(body)
