"""Which private addresses the operator lets this installation reach, and which are public."""

import re
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

HOST = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?")
_WITH_PORT = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^:\[\]]+):(?P<port>\d{1,5})")
MAX_PORT = 65535

# One's own machines: what is sent there stays in the house.
NEAR = tuple(
    ip_network(text)
    for text in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1", "fc00::/7")
)
# Not reachable from the whole internet, or a way around this list; older versions of Python call
# some of them global. 64:ff9b::/96 is judged by the IPv4 address inside it.
_SPECIAL = tuple(
    ip_network(text)
    for text in (
        *("192.0.0.0/24", "192.88.99.0/24", "100.64.0.0/10"),
        *("::/96", "64:ff9b:1::/48", "2001::/23", "2002::/16", "3fff::/20", "5f00::/16"),
        *("fec0::/10", "::ffff:0:0:0/96"),
    )
)
_NAT64 = IPv6Network("64:ff9b::/96")


@dataclass(frozen=True)
class Allowed:
    """The operator's list: hosts (with a port, or None for all of them) and networks."""

    hosts: frozenset[tuple[str, int | None]] = frozenset()
    networks: tuple[Network, ...] = ()

    @classmethod
    def parse(cls, text: str) -> "Allowed":
        """Read `host:port`, `host`, an address or a network, with commas between.

        Raises ValueError naming the entry that is none of them.
        """
        hosts: set[tuple[str, int | None]] = set()
        networks: list[Network] = []
        for entry in (part.strip() for part in text.split(",") if text.strip()):
            network = _network(entry)
            if network is None:
                hosts.add(_host(entry))
            else:
                networks.append(network)
        return cls(frozenset(hosts), tuple(networks))

    def names(self, host: str, port: int) -> bool:
        """Tell whether the list names this host itself."""
        name = plain_name(host)
        return (name, port) in self.hosts or (name, None) in self.hosts

    def holds(self, address: Address) -> bool:
        """Tell whether an address lies in one of the networks."""
        return any(_within(unwrapped(address), network) for network in self.networks)


def plain_name(host: str) -> str:
    """Return a host as it is compared: an address in its shortest form, a name in lower case."""
    try:
        return ip_address(host).compressed
    except ValueError:
        return host.lower()


def unwrapped(address: Address) -> Address:
    """Return the IPv4 address inside a mapped or translated IPv6 address, else the address."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address in _NAT64:
            return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def is_public(address: Address) -> bool:
    """Tell whether an address is reachable from the whole internet, and belongs to one machine."""
    inner = unwrapped(address)
    if any(_within(inner, network) for network in _SPECIAL):
        return False
    return inner.is_global and not inner.is_multicast and not inner.is_reserved


def is_near(address: Address) -> bool:
    """Tell whether an address belongs to one's own machine or house."""
    return any(_within(unwrapped(address), network) for network in NEAR)


def _within(address: Address, network: Network) -> bool:
    return address.version == network.version and address in network


def _network(entry: str) -> Network | None:
    bare = entry[1:-1] if entry[:1] == "[" and entry[-1:] == "]" else entry
    try:
        return ip_network(bare)
    except ValueError:
        if "/" in entry:
            raise ValueError(f"{entry!r} is not a network (as in 10.0.0.0/8)") from None
        return None


def _host(entry: str) -> tuple[str, int | None]:
    match = _WITH_PORT.fullmatch(entry)
    host, port = (match["host"], int(match["port"])) if match else (entry, None)
    known = _network(host) is not None if host[:1] == "[" else HOST.fullmatch(host)
    if not known or (port is not None and not 0 < port <= MAX_PORT):
        raise ValueError(f"{entry!r} is not host:port, a host or a network (commas between)")
    return plain_name(host.strip("[]")), port
