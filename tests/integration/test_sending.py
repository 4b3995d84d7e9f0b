"""Messages sent to real servers on loopback: what is followed, what is not, and how long anything may take."""

import datetime as dt
import socket
import ssl
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from provisioning.sending import Sent, Wire, send
from provisioning.targets import Target, read_target
from tests.integration.receivers import Receiver, listening, nobody_listens

PUBLIC = "93.184.215.14"
BODY = b'{"type":"order.created"}'


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as found:
        yield found


def allowed(receiver: Receiver) -> Target:
    return read_target(receiver.url, {receiver.allowed})


def post(receiver: Receiver, timeout_s: float = 5.0) -> Sent:
    return send(Wire(), allowed(receiver), {"webhook-id": "msg_1"}, BODY, timeout_s)


def test_the_body_arrives_as_it_was_given_with_its_headers(receiver: Receiver) -> None:
    sent = post(receiver)
    assert (sent.status, sent.is_taken) == (204, True)
    (received,) = receiver.received
    assert (received.path, received.body) == ("/hook", BODY)
    assert received.headers["webhook-id"] == "msg_1"
    assert received.headers["Host"] == f"127.0.0.1:{receiver.port}"
    assert received.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_wherever_it_leads(receiver: Receiver, status: int) -> None:
    with listening() as inside:
        receiver.answers = [(status, {"Location": inside.url})]
        sent = post(receiver)
    assert not sent.is_taken
    assert sent.said.startswith("Redirects are not followed.")
    assert inside.received == []


@pytest.mark.parametrize("status", [400, 404, 429, 500, 503])
def test_every_answer_but_one_of_success_is_a_failure(receiver: Receiver, status: int) -> None:
    receiver.answers = [status]
    assert (post(receiver).status, post(receiver).is_taken) == (status, True)


def test_of_what_is_answered_500_characters_are_kept_and_none_that_a_terminal_obeys(receiver: Receiver) -> None:
    receiver.answers, receiver.said = [200], b"\x1b[31m" + b"a" * 100_000
    sent = post(receiver)
    assert sent.said == " [31m" + "a" * 495


def test_a_listener_that_answers_too_late_is_cut_off(receiver: Receiver) -> None:
    receiver.slow_s = 5.0
    sent = post(receiver, timeout_s=0.2)
    assert (sent.status, sent.said) == (None, "no answer within 0.2 s")
    assert sent.seconds < 2


def test_a_listener_that_answers_a_byte_at_a_time_is_cut_off_too(receiver: Receiver) -> None:
    receiver.drips = True
    sent = post(receiver, timeout_s=0.3)
    assert (sent.status, sent.said) == (None, "no answer within 0.3 s")
    assert sent.seconds < 2  # it never ends


def test_where_nobody_listens_it_says_so() -> None:
    port = nobody_listens()
    target = read_target(f"http://127.0.0.1:{port}/", {f"127.0.0.1:{port}"})
    assert send(Wire(), target, {}, BODY, 2.0).said == "it refuses the connection"


def test_what_does_not_speak_http_is_a_failure() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        near, far = socket.socketpair()
        far.sendall(b"220 mail.example ESMTP\r\n")
        wire = Wire(open_socket=lambda address, port, timeout_s: near)
        target = read_target(f"http://127.0.0.1:{port}/", {f"127.0.0.1:{port}"})
        with far:
            assert send(wire, target, {}, BODY, 2.0).said == "its answer is not HTTP"


# What the name answers is what counts, each time anew, and only once for each message.


class Rebinding:
    """A resolver that answers otherwise every time, and a way out that leads to a receiver whatever the address."""

    def __init__(self, receiver: Receiver, *answers: Sequence[str]) -> None:
        self.receiver = receiver
        self.answers = list(answers)
        self.asked = 0
        self.connected_to: list[str] = []

    def resolve(self, host: str, port: int) -> Sequence[str]:
        self.asked += 1
        return self.answers[min(self.asked, len(self.answers)) - 1]

    def open_socket(self, address: str, port: int, timeout_s: float) -> socket.socket:
        self.connected_to.append(address)
        return socket.create_connection(("127.0.0.1", self.receiver.port), timeout=timeout_s)

    @property
    def wire(self) -> Wire:
        return Wire(self.resolve, self.open_socket, _no_checks)


def _no_checks() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "isp.example")])
    now = dt.datetime.now(dt.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("isp.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "isp.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture(scope="module")
def tls_receiver(certificate: Path) -> Iterator[Receiver]:
    with listening(certificate) as found:
        yield found


def test_the_connection_goes_to_the_address_that_was_checked_whatever_the_name_answers_next(
    tls_receiver: Receiver,
) -> None:
    rebinding = Rebinding(tls_receiver, [PUBLIC], ["127.0.0.1"])
    target = read_target("https://isp.example/hook", ())

    first = send(rebinding.wire, target, {}, BODY, 5.0)
    second = send(rebinding.wire, target, {}, BODY, 5.0)

    assert first.is_taken
    assert (rebinding.asked, rebinding.connected_to) == (2, [PUBLIC])
    assert (second.status, "127.0.0.1 is loopback" in second.said) == (None, True)


def test_a_name_with_one_address_inside_is_not_connected_to_at_all(tls_receiver: Receiver) -> None:
    rebinding = Rebinding(tls_receiver, [PUBLIC, "169.254.169.254"])
    sent = send(rebinding.wire, read_target("https://isp.example/", ()), {}, BODY, 5.0)
    assert "link-local" in sent.said
    assert rebinding.connected_to == []


def test_tls_and_the_host_header_carry_the_name_and_not_the_address(tls_receiver: Receiver, certificate: Path) -> None:
    tls_receiver.received.clear()
    rebinding = Rebinding(tls_receiver, [PUBLIC])
    trusting = ssl.create_default_context(cafile=str(certificate))
    wire = Wire(rebinding.resolve, rebinding.open_socket, lambda: trusting)
    assert send(wire, read_target("https://isp.example/hook", ()), {}, BODY, 5.0).is_taken
    assert tls_receiver.received[-1].headers["Host"] == "isp.example"
    other = send(wire, read_target("https://other.example/hook", ()), {}, BODY, 5.0)
    assert other.said.startswith("its certificate is not accepted: Hostname mismatch")


def test_a_certificate_that_nobody_signed_is_refused(tls_receiver: Receiver) -> None:
    rebinding = Rebinding(tls_receiver, [PUBLIC])
    wire = Wire(rebinding.resolve, rebinding.open_socket)
    sent = send(wire, read_target("https://isp.example/", ()), {}, BODY, 5.0)
    assert sent.said.startswith("its certificate is not accepted")


def test_a_handshake_that_never_ends_is_cut_off() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        wire = Wire(
            lambda host, _: [PUBLIC],
            lambda address, _, timeout_s: socket.create_connection(("127.0.0.1", port), timeout=timeout_s),
        )
        began = time.monotonic()
        sent = send(wire, read_target("https://isp.example/", ()), {}, BODY, 0.3)
        assert (sent.status, time.monotonic() - began < 2) == (None, True)


def test_the_next_address_is_tried_where_the_first_does_not_answer(tls_receiver: Receiver) -> None:
    rebinding = Rebinding(tls_receiver, ["1.1.1.1", PUBLIC])

    def open_socket(address: str, port: int, timeout_s: float) -> socket.socket:
        if address == "1.1.1.1":
            raise ConnectionRefusedError
        return rebinding.open_socket(address, port, timeout_s)

    wire = Wire(rebinding.resolve, open_socket, _no_checks)
    assert send(wire, read_target("https://isp.example/", ()), {}, BODY, 5.0).is_taken
    assert rebinding.connected_to == [PUBLIC]


def test_no_proxy_of_the_environment_is_asked(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    with listening() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "https_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert post(receiver).is_taken
    assert (len(receiver.received), proxy.received) == (1, [])
