"""Which addresses may be dialled."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.outbound.addresses import locate, split
from annotations.outbound.allowed import Allowed, is_near, is_public
from annotations.outbound.errors import AddressRefused, NameUnknown

NOBODY = Allowed()

PRIVATE = [
    *("0.0.0.0", "127.0.0.1", "127.8.9.1", "10.0.0.1", "172.16.3.4", "192.168.1.1"),
    *("169.254.169.254", "100.64.0.1", "192.0.0.8", "192.0.2.1", "198.18.0.1", "224.0.0.1"),
    *("239.1.1.1", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "fe80::1", "fc00::1", "fd12::1", "fec0::1", "ff02::1", "2001:db8::1"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:0:127.0.0.1", "::127.0.0.1"),
    *("64:ff9b::127.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b:1::1", "2002:7f00:1::"),
    *("2002:7f00:1::1", "2001::1", "2001:0:7f00:1::", "100::1", "5f00::1"),
]
PUBLIC = ["1.1.1.1", "8.8.8.8", "2606:4700::1111", "64:ff9b::8.8.8.8", "::ffff:8.8.8.8"]


@pytest.mark.parametrize("text", PRIVATE)
def test_what_is_private_or_special_is_not_public(text: str) -> None:
    assert not is_public(ip_address(text))


@pytest.mark.parametrize("text", PUBLIC)
def test_what_the_whole_internet_reaches_is_public(text: str) -> None:
    assert is_public(ip_address(text))


@given(st.ip_addresses(v=4))
def test_wrapping_an_address_changes_nothing(address: IPv4Address) -> None:
    mapped = IPv6Address(b"\0" * 10 + b"\xff\xff" + address.packed)
    translated = IPv6Address(b"\0\x64\xff\x9b" + b"\0" * 8 + address.packed)
    assert is_public(mapped) == is_public(translated) == is_public(address)
    assert is_near(mapped) == is_near(address)


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "localhost", "2130706433", "0x7f000001", "0177.0.0.1", "127.1"),
        *("[::1]", "[::ffff:127.0.0.1]", "169.254.169.254", "[fe80::1]", "0.0.0.0", "10.1.2.3"),
    ],
)
def test_a_private_host_is_refused_however_it_is_written(host: str) -> None:
    with pytest.raises(AddressRefused, match=r"private or reserved address.*OCRLAB_OUTBOUND_ALLOW"):
        locate(split(f"https://{host}/v1"), NOBODY, 5)


@pytest.mark.parametrize(
    "url",
    [
        *(
            "ftp://host/",
            "file:///etc/passwd",
            "host/v1",
            "https://",
            "https:///v1",
            "https://a b/",
        ),
        *("https://host:99999/", "https://ho\\st/", "https://h\u00f4te/", "https://host/\n"),
        *("https://[::1/", "https://-host/", "gopher://host", "https://host/a b", ""),
    ],
)
def test_what_is_no_url_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused, match="is not a URL"):
        split(url)


@pytest.mark.parametrize("url", ["https://u:p@host/", "https://host/?key=1", "https://host/#x"])
def test_an_address_may_hold_no_secret(url: str) -> None:
    with pytest.raises(AddressRefused, match="environment variable") as refused:
        split(url)
    assert "u:p" not in str(refused.value)


def test_an_unknown_name_is_told() -> None:
    with pytest.raises(NameUnknown, match="leads to no address"):
        locate(split("https://nowhere.invalid/"), NOBODY, 5)


def test_plain_http_to_the_internet_is_refused_unless_listed() -> None:
    with pytest.raises(AddressRefused, match="unencrypted"):
        locate(split("http://1.1.1.1/"), NOBODY, 5)
    place = locate(split("http://1.1.1.1/"), Allowed.parse("1.1.1.1:80"), 5)
    assert not place.near


@pytest.mark.parametrize(
    ("allow", "url"),
    [
        ("127.0.0.1:8000", "http://127.0.0.1:8000/"),
        ("127.0.0.1", "http://127.0.0.1:8000/"),
        ("127.0.0.0/8, 10.0.0.0/8", "http://127.0.0.1:8000/"),
        ("[::1]:8000", "http://[::1]:8000/"),
        ("::1", "http://[::1]:8000/"),
        ("localhost:8000", "http://LOCALHOST:8000/"),
        ("localhost", "http://localhost:1/"),
        ("127.0.0.0/8", "http://[::ffff:127.0.0.1]/"),
    ],
)
def test_what_the_operator_lists_is_dialled_and_near(allow: str, url: str) -> None:
    assert locate(split(url), Allowed.parse(allow), 5).near


@pytest.mark.parametrize(
    ("allow", "url"),
    [
        ("127.0.0.1:8000", "http://127.0.0.1:8001/"),
        ("127.0.0.1:8000", "http://localhost:8000/"),
        ("10.0.0.0/8", "http://127.0.0.1/"),
        ("localhost.example", "http://localhost/"),
    ],
)
def test_what_the_operator_does_not_list_stays_refused(allow: str, url: str) -> None:
    with pytest.raises(AddressRefused):
        locate(split(url), Allowed.parse(allow), 5)


@pytest.mark.parametrize(
    "text",
    [
        *("http://host", "host:0", "host:70000", "host:", ":80", "10.0.0.1/8", "10.0.0.0/33"),
        *("a,,b", "ho st", "host/24", "*", "[::1", "user@host", "host:80:90"),
    ],
)
def test_nonsense_in_the_list_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not"):
        Allowed.parse(text)
