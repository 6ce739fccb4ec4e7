"""Why nothing was sent, or no answer came back; each with its cure.

They are `OSError`s of the standard kinds, so that a sibling room can tell what may be tried again
(`ConnectionError`: not one byte of an answer came) without knowing this one.
"""


class OutboundError(OSError):
    """A request that was not sent or not answered; the text is for who configures the address."""


class AddressRefused(OutboundError, PermissionError):
    """The address is malformed, or leads where this installation may not send anything."""


class CertificateRefused(OutboundError, PermissionError):
    """The other side could not prove that it is the host that was asked for."""


class RedirectRefused(OutboundError, PermissionError):
    """The other side points elsewhere; the client follows nobody."""


class NameUnknown(OutboundError, ConnectionError):
    """The host's name leads to no address."""


class ConnectionLost(OutboundError, ConnectionError):
    """No connection, or it ended before the first byte of an answer."""


class AnswerBroken(OutboundError):
    """The answer is not HTTP, or ended in the middle."""


class AnswerTooLarge(OutboundError):
    """The answer is larger than any that was expected."""


class TimeOver(OutboundError, TimeoutError):
    """The other side was silent for too long, or all in all too slow."""
