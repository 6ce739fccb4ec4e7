"""A connection to one checked address, that nothing keeps open past its time."""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Iterator

from urllib3.connection import HTTPConnection

from annotations.outbound.addresses import Place
from annotations.outbound.errors import CertificateRefused, ConnectionLost, TimeOver

# Seconds to reach one address: three lost SYN packets.
CONNECT_S = 10.0


class Deadline:
    """The moment at which a request ends, whatever it is doing."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._at = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Return the seconds that are left, never below zero."""
        return max(0.0, self._at - time.monotonic())


@contextlib.contextmanager
def connected(place: Place, idle_s: float, deadline: Deadline) -> Iterator[HTTPConnection]:
    """Open a connection, verified against the host's name, and close it at the end of the block.

    Raises ConnectionLost, CertificateRefused, TimeOver.
    """
    plain = _dial(place, deadline)
    with _cut_at(plain, deadline):
        try:
            sock = _secured(plain, place) if place.url.scheme == "https" else plain
        except BaseException:
            plain.close()
            raise
        # A connection that has its socket dials no other: no second look at the name.
        connection = HTTPConnection(place.url.host, place.url.port, timeout=idle_s)
        connection.sock = sock
        try:
            yield connection
        finally:
            connection.close()


def _dial(place: Place, deadline: Deadline) -> socket.socket:
    reason: OSError = TimeoutError()
    for address in place.addresses:
        family = socket.AF_INET if address.version == 4 else socket.AF_INET6  # noqa: PLR2004
        sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            sock.settimeout(max(0.001, min(CONNECT_S, deadline.left)))
            sock.connect((str(address), place.url.port))
        except OSError as error:
            sock.close()
            reason = error
        else:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return sock
    said = reason.strerror or "no answer"
    raise ConnectionLost(f"{place.url.name} cannot be reached ({said}): is the server running?")


@contextlib.contextmanager
def _cut_at(sock: socket.socket, deadline: Deadline) -> Iterator[None]:
    """End the connection at the deadline, and in any case at the end of the block.

    A time-out of the socket alone would never end a peer that sends a byte now and then. The
    socket is watched through a descriptor of its own, since TLS takes the first one over.
    """
    watched = sock.dup()

    def cut() -> None:
        with contextlib.suppress(OSError):
            watched.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(deadline.left, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        cut()
        watched.close()


def _secured(sock: socket.socket, place: Place) -> ssl.SSLSocket:
    """Prove the other side's name, with the certificates that this system trusts."""
    try:
        return ssl.create_default_context().wrap_socket(sock, server_hostname=place.url.host)
    except ssl.SSLCertVerificationError as error:
        raise CertificateRefused(
            f"{place.url.name} did not prove its name ({error.verify_message}): install its "
            "authority's certificate on this system, or set SSL_CERT_FILE"
        ) from None
    except TimeoutError:
        raise TimeOver(f"{place.url.name} did not finish the TLS handshake") from None
    except OSError as error:
        said = getattr(error, "reason", None) or error.strerror or "closed"
        raise ConnectionLost(f"{place.url.name} broke off the TLS handshake ({said})") from None
