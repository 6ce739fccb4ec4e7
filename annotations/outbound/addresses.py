"""From a URL to the addresses that may be dialled: resolved once, each one judged."""

import queue
import socket
import threading
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from annotations.outbound.allowed import HOST, Address, Allowed, is_near, is_public, unwrapped
from annotations.outbound.errors import AddressRefused, NameUnknown, TimeOver

PORTS = {"https": 443, "http": 80}
ALLOW = "OCRLAB_OUTBOUND_ALLOW"


@dataclass(frozen=True)
class Url:
    """Where a request goes, in parts; `path` begins with a slash."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def name(self) -> str:
        """Return what the certificate and the Host header say."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


@dataclass(frozen=True)
class Place:
    """A URL with the addresses that were checked, in the resolver's order."""

    url: Url
    addresses: tuple[Address, ...]

    @property
    def near(self) -> bool:
        """Tell whether every address belongs to one's own house."""
        return all(is_near(address) for address in self.addresses)


def split(url: str) -> Url:
    """Take a URL apart. Raises AddressRefused where it is anything but a plain http(s) address."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise AddressRefused("the address is not a URL (https://host/path)") from None
    host = parts.hostname or ""
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise AddressRefused(
            "the address may hold no user, password, query or fragment: keys belong into an "
            "environment variable"
        )
    shaped = url.isascii() and url.isprintable() and " " not in url and "\\" not in url
    if not shaped or parts.scheme not in PORTS or not (":" in host or HOST.fullmatch(host)):
        raise AddressRefused("the address is not a URL (https://host/path)")
    return Url(parts.scheme, host, port or PORTS[parts.scheme], parts.path or "/")


def locate(url: Url, allowed: Allowed, seconds: float) -> Place:
    """Resolve a host and keep the addresses that may be dialled.

    Raises AddressRefused when there is none, NameUnknown, TimeOver.
    """
    found = _resolve(url, seconds)
    if allowed.names(url.host, url.port):
        return Place(url, found)
    listed = tuple(address for address in found if allowed.holds(address))
    public = tuple(address for address in found if is_public(address))
    if listed:
        return Place(url, listed)
    if not public:
        raise AddressRefused(
            f"{url.name} leads to {unwrapped(found[0])}, a private or reserved address: the "
            f"operator allows it with {ALLOW}={url.host}:{url.port}"
        )
    if url.scheme != "https":
        raise AddressRefused(
            f"{url.name} would be sent pages and keys unencrypted: use https://, or the operator "
            f"allows it with {ALLOW}={url.host}:{url.port}"
        )
    return Place(url, public)


def _resolve(url: Url, seconds: float) -> tuple[Address, ...]:
    """Ask the system's resolver, for `seconds` at most: it has no time-out of its own."""
    answer: queue.SimpleQueue[list[str]] = queue.SimpleQueue()

    def look() -> None:
        try:
            found = socket.getaddrinfo(url.host, url.port, type=socket.SOCK_STREAM)
            answer.put([str(entry[4][0]) for entry in found])
        except (OSError, UnicodeError):
            answer.put([])

    threading.Thread(target=look, daemon=True, name="outbound-resolve").start()
    try:
        texts = answer.get(timeout=seconds)
    except queue.Empty:
        raise TimeOver(f"the name {url.host} was not resolved within {seconds:.0f} s") from None
    addresses = tuple(dict.fromkeys(ip_address(text) for text in texts))
    if not addresses:
        raise NameUnknown(f"the name {url.host} leads to no address: check its spelling")
    return addresses
