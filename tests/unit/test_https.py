"""Calls to services that are not AWS's: made once, bounded, and never led elsewhere."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from botocore.exceptions import ConnectionError as NoConnectionError
from botocore.exceptions import EndpointConnectionError, HTTPClientError
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from loyalty import https
from tests.providers.serving import Asked, CutOffError, SilentError, Told, nobody, serving, wait_a_moment_for_silence


class Service:
    """A service that remembers what it was asked, and answers as a test says."""

    def __init__(self) -> None:
        self.address, self.asked, self.told = "", list[Asked](), Told(200, b"yes", {"X-Said": "so"})
        self.trouble: Exception | None = None

    def answer(self, asked: Asked) -> Told:
        """Answer."""
        self.asked.append(asked)
        if self.trouble:
            raise self.trouble
        return self.told


@pytest.fixture
def service() -> Iterator[Service]:
    """A service on loopback."""
    made = Service()
    with serving(made.answer) as made.address:
        yield made


def test_what_is_posted_arrives_as_it_is(service: Service) -> None:
    answer = https.post(
        f"{service.address}/a?b=1", "积分".encode(), {"Content-Type": "application/json", "X-Mine": "1"}
    )
    assert answer == (200, answer.headers, b"yes")
    assert answer.headers["x-said"] == "so"
    (asked,) = service.asked
    assert (asked.method, asked.path, asked.body, asked.headers["x-mine"]) == ("POST", "/a?b=1", "积分".encode(), "1")


def test_a_redirection_is_an_answer_and_not_followed(service: Service) -> None:
    service.told = Told(307, b"", {"Location": f"{service.address}/elsewhere"})
    assert https.post(service.address, b"{}", {}).status == 307
    assert len(service.asked) == 1


@pytest.mark.parametrize("said", ["close", "keep-alive"])
def test_no_connection_is_kept_that_may_be_dead_when_it_is_needed(service: Service, said: str) -> None:
    service.told = Told(200, b"yes", {"Connection": said})
    for _ in range(2):
        https.post(service.address, b"{}", {})
    assert len({asked.connection for asked in service.asked}) == 2


def test_of_a_long_answer_only_the_beginning_is_read_and_the_next_call_is_unharmed(service: Service) -> None:
    service.told = Told(200, b"x" * (https.MOST_BYTES + 1))
    assert len(https.post(service.address, b"", {}).body) == https.MOST_BYTES
    service.told = Told(200, b"short")
    assert https.post(service.address, b"", {}).body == b"short"


@pytest.mark.parametrize("trouble", [CutOffError(), SilentError()])
def test_an_answer_that_does_not_come_is_not_asked_for_again(
    service: Service, trouble: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait_a_moment_for_silence(monkeypatch, lambda: isinstance(service.trouble, SilentError))
    service.trouble = trouble
    with pytest.raises((HTTPClientError, NoConnectionError)) as raised:
        https.post(service.address, b"{}", {})
    assert not isinstance(raised.value, EndpointConnectionError)
    assert len(service.asked) == 1


@pytest.fixture
def certified(tmp_path: Path) -> ssl.SSLContext:
    """What serves TLS with a certificate that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    begins = datetime(2026, 1, 1, tzinfo=UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, begins, begins + timedelta(days=36_500))
    pem, whole = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    file = tmp_path / "service.pem"
    file.write_bytes(
        key.private_bytes(pem, whole, serialization.NoEncryption()) + made.sign(key, hashes.SHA256()).public_bytes(pem)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def test_who_cannot_prove_whose_house_it_is_gets_nothing(certified: ssl.SSLContext) -> None:
    service = Service()
    with serving(service.answer, certified) as address, pytest.raises(EndpointConnectionError):
        https.post(address, b"{}", {})
    assert service.asked == []


def test_where_nobody_is_nothing_was_sent() -> None:
    with pytest.raises(EndpointConnectionError):
        https.post(nobody(), b"{}", {})
