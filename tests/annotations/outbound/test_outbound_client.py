"""The one way out: what it reaches, what it refuses, and how long it takes at most."""

import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from annotations.outbound import errors
from annotations.outbound.allowed import Allowed
from annotations.outbound.client import Client
from tests import stub_server as stub

MEGABYTE = 1024 * 1024


def client(allow: str = "127.0.0.0/8", *, near_only: bool = False) -> Client:
    return Client(Allowed.parse(allow), near_only=near_only)


def lines(
    url: str, way: Client | None = None, *, idle_s: float = 5, total_s: float = 10
) -> list[bytes]:
    with (way or client()).post(
        url, body=b"{}", headers={}, idle_s=idle_s, total_s=total_s, max_bytes=4 * MEGABYTE
    ) as reply:
        return list(reply.lines())


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Return `names(*addresses)`: any name leads to them, one after the other."""

    def make(*addresses: str) -> list[str]:
        asked: list[str] = []

        def look(host: str, port: int, *_: object, **__: object) -> list[object]:
            address = addresses[min(len(asked), len(addresses) - 1)]
            asked.append(host)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

        monkeypatch.setattr(socket, "getaddrinfo", look)
        return asked

    return make


def test_lines_come_as_they_are_sent() -> None:
    def play(visit: stub.Visit) -> None:
        visit.stream()
        for block in (b"one\r\ntw", b"o\n\n", b"last"):
            visit.chunk(block)
        visit.chunk(b"")

    with stub.serving(play) as server:
        assert lines(f"{server.url}/v1/x") == [b"one", b"two", b"", b"last"]
    (visit,) = server.visits
    assert visit.path == "/v1/x"
    assert visit.headers["host"] == f"127.0.0.1:{server.port}"
    assert visit.headers["accept-encoding"] == "identity"


def test_a_private_address_is_never_dialled() -> None:
    with stub.serving(stub.answers("x")) as server:
        with pytest.raises(errors.AddressRefused):
            lines(server.url, client("10.0.0.0/8"))
        with pytest.raises(errors.AddressRefused):
            client("10.0.0.0/8").is_near(server.url)
    assert server.visits == []


def test_a_name_that_leads_to_a_private_address_is_never_dialled(
    names: Callable[..., list[str]],
) -> None:
    names("127.0.0.1")
    with stub.serving(stub.answers("x")) as server, pytest.raises(errors.AddressRefused):
        lines(f"https://public.example:{server.port}/", client(""))
    assert server.visits == []


def test_the_address_that_was_checked_is_the_one_that_is_dialled(
    names: Callable[..., list[str]],
) -> None:
    """DNS rebinding: the second answer would lead elsewhere, and is never asked for."""
    asked = names("127.0.0.1", "127.0.0.2")
    with stub.serving(stub.says(200, "checked\n")) as server:
        address = ("127.0.0.2", server.port)
        secret = socket.create_server(address)
        try:
            secret.settimeout(0)
            assert lines(f"http://name.example:{server.port}/", client("127.0.0.1")) == [b"checked"]
            with pytest.raises(BlockingIOError):
                secret.accept()
        finally:
            secret.close()
    assert asked == ["name.example"]
    assert server.visits[0].headers["host"] == f"name.example:{server.port}"


def test_a_house_s_own_engine_does_not_follow_its_name_out(
    names: Callable[..., list[str]],
) -> None:
    names("192.0.2.1")  # of no network: nothing would be reached without the rule
    with pytest.raises(errors.AddressRefused, match="leads out of the house"):
        lines("https://vllm.example/", client("vllm.example", near_only=True))


def test_a_redirect_is_refused_and_followed_by_nobody() -> None:
    with stub.serving(stub.answers("secret")) as inner:
        elsewhere = stub.redirects_to(f"{inner.url}/latest/meta-data")
        with (
            stub.serving(elsewhere) as server,
            pytest.raises(errors.RedirectRefused, match="final"),
        ):
            lines(server.url)
        assert inner.visits == []


@pytest.mark.parametrize("play", [stub.drips, stub.drips_body], ids=["headers", "body"])
def test_a_byte_now_and_then_does_not_outlive_the_deadline(play: stub.Play) -> None:
    with stub.serving(play) as server:
        start = time.monotonic()
        with pytest.raises(errors.TimeOver, match=r"longer than 0\.7 s in all"):
            lines(server.url, total_s=0.7)
        assert time.monotonic() - start < 1.5
        assert server.visits[0].ended.wait(2)


def test_silence_is_bounded_by_itself() -> None:
    with stub.serving(stub.hangs) as server:
        start = time.monotonic()
        with pytest.raises(errors.TimeOver, match="silent"):
            lines(server.url, idle_s=0.3)
        assert time.monotonic() - start < 1.5
        assert server.visits[0].ended.wait(2)


def test_a_resolver_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    free = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: free.wait(30) and [])
    start = time.monotonic()
    with pytest.raises(errors.TimeOver, match="not resolved"):
        lines("https://slow.example/", total_s=0.3)
    free.set()
    assert time.monotonic() - start < 1.5


def test_leaving_the_block_closes_the_connection() -> None:
    with stub.serving(stub.loops) as server:
        with client().post(
            server.url, body=b"", headers={}, idle_s=5, total_s=30, max_bytes=MEGABYTE
        ) as reply:
            next(reply.lines())
        left = time.monotonic()
        (visit,) = server.visits
        assert visit.ended.wait(2)
        assert visit.gone_at is not None
        assert visit.gone_at - left < 1


def test_an_answer_without_end_is_cut() -> None:
    def one_line(visit: stub.Visit) -> None:
        visit.stream()
        while True:
            visit.chunk(b"x" * 65_536)

    with stub.serving(stub.floods, one_line) as server:
        with pytest.raises(errors.AnswerTooLarge, match="more than 4,194,304 bytes"):
            lines(server.url)
        with pytest.raises(errors.AnswerTooLarge, match="line without end"):
            lines(server.url)


@pytest.mark.parametrize("play", [stub.closes, stub.resets])
def test_no_answer_at_all_may_be_asked_for_again(play: stub.Play) -> None:
    with stub.serving(play) as server, pytest.raises(ConnectionError) as lost:
        lines(server.url)
    assert isinstance(lost.value, errors.ConnectionLost)


def rubbish(visit: stub.Visit) -> None:
    visit.send(b"\0\1\2 no HTTP \r\n\r\n")


def promises_more(visit: stub.Visit) -> None:
    visit.head(Content_Length="100")
    visit.send(b"short")


@pytest.mark.parametrize("play", [stub.cuts, rubbish, promises_more])
def test_half_an_answer_may_not_be_asked_for_again(play: stub.Play) -> None:
    with stub.serving(play) as server, pytest.raises(errors.AnswerBroken) as broken:
        lines(server.url)
    assert not isinstance(broken.value, ConnectionError)


def test_a_server_that_is_not_there_says_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(errors.ConnectionLost, match=r"Connection refused.*is the server running"):
        lines(f"http://127.0.0.1:{port}/")


def test_proxies_and_passwords_of_the_environment_are_not_trusted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login u password p\n")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    with stub.serving(stub.answers("x")) as proxy, stub.serving(stub.says(200, "own")) as server:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        assert lines(server.url) == [b"own"]
        assert proxy.visits == []
        assert "authorization" not in server.visits[0].headers


@pytest.fixture
def tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[stub.Stub]:
    """Give a server with a certificate for `server.example`, which this system trusts."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl, which makes the certificate of this test, is not installed")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
    names = ["-subj", "/CN=server.example", "-addext", "subjectAltName=DNS:server.example"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*command.split(), *names, *files], check=True, capture_output=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with stub.serving(stub.says(200, "over tls\n"), tls=context) as server:
        yield server


def test_a_certificate_proves_the_name_not_the_address(
    tls: stub.Stub, names: Callable[..., list[str]]
) -> None:
    names("127.0.0.1")
    assert lines(f"https://server.example:{tls.port}/") == [b"over tls"]
    with pytest.raises(errors.CertificateRefused, match="did not prove its name"):
        lines(f"https://other.example:{tls.port}/")
    assert len(tls.visits) == 1


def test_an_unknown_authority_is_refused(
    tls: stub.Stub, names: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    names("127.0.0.1")
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(errors.CertificateRefused, match="SSL_CERT_FILE"):
        lines(f"https://server.example:{tls.port}/")
    assert tls.visits == []


def test_a_handshake_does_not_outlive_the_deadline(names: Callable[..., list[str]]) -> None:
    names("127.0.0.1")

    def dripping_handshake(visit: stub.Visit) -> None:
        with_record = b"\x16\x03\x03\x40\x00" + b"\0" * 1000
        for byte in with_record:
            visit.send(bytes([byte]))
            if visit.ended.wait(0.1):
                return

    with socket.create_server(("127.0.0.1", 0)) as listener:

        def drip() -> None:
            sock, _ = listener.accept()
            with sock:
                try:
                    dripping_handshake(stub.Visit(sock))
                except OSError:
                    return

        thread = threading.Thread(target=drip)
        thread.start()
        start = time.monotonic()
        with pytest.raises(errors.OutboundError):
            lines(f"https://server.example:{listener.getsockname()[1]}/", total_s=0.7)
        assert time.monotonic() - start < 1.5
        thread.join(5)
