"""eAPI over HTTPS: the device's certificate is held against a certificate authority, by NAPALM's own driver."""

import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pydantic import SecretStr

from automation.deploy import NornirDeployer
from automation.errors import DeviceUnreachable
from automation.hosts import HostAddress
from automation.twin.eapi import Credentials
from automation.twin.fleet import Fleet
from tests.integration.test_deploy import DEVICES, PASSWORD, settings_for

ADDRESS = "127.1.78.1"


def write_certificate(folder: Path) -> tuple[Path, Path]:
    """A self-signed certificate for ADDRESS, and its key, as a device makes them by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "nte")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(ADDRESS))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = folder / "device.pem", folder / "device.key"
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate_file, key_file


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    return write_certificate(tmp_path)


@pytest.fixture
def tls_fleet(certificate: tuple[Path, Path]) -> Iterator[tuple[Fleet, int]]:
    """The fleet, and the port on ADDRESS at which its first device is reached over TLS."""
    with Fleet.start(DEVICES[:1], credentials=Credentials("neutralhost", SecretStr(PASSWORD))) as fleet:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        behind = (DEVICES[0].address, fleet.port)

        class Door(BaseRequestHandler):
            """Takes TLS off one request and its answer: NAPALM's library opens a connection for each."""

            def handle(self) -> None:
                try:
                    secure = context.wrap_socket(self.request, server_side=True)
                except (ssl.SSLError, OSError):
                    return  # the client did not like our certificate, and has said so
                with secure, socket.create_connection(behind) as plain:
                    pump = threading.Thread(target=_pump, args=(plain, secure))
                    pump.start()
                    _pump(secure, plain)
                    pump.join()

        ThreadingTCPServer.allow_reuse_address = True
        with ThreadingTCPServer((ADDRESS, 0), Door) as server:
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
            thread.start()
            yield fleet, server.server_address[1]
            server.shutdown()
            thread.join()


def _pump(source: socket.socket, target: socket.socket) -> None:
    """Copy until the source ends, then say so to the target."""
    try:
        while part := source.recv(65536):
            target.sendall(part)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # the other side has closed already


def deployer_over_tls(fleet: Fleet, port: int, **settings: object) -> NornirDeployer:
    changed = settings_for(fleet, eapi_transport="https", eapi_port=port, **settings)
    return NornirDeployer(lambda: {"nte": HostAddress("nte", ADDRESS, "eos")}, changed)


def test_a_device_whose_certificate_nobody_vouches_for_is_not_told_our_password(tls_fleet):
    with pytest.raises(DeviceUnreachable, match="CERTIFICATE_VERIFY_FAILED"):
        deployer_over_tls(*tls_fleet).running_config("nte")


def test_a_device_is_spoken_to_when_its_certificate_authority_is_given(tls_fleet, certificate):
    assert "hostname nte" in deployer_over_tls(*tls_fleet, eapi_ca_file=certificate[0]).running_config("nte")


def test_a_device_is_spoken_to_when_somebody_says_not_to_look(tls_fleet):
    assert "hostname nte" in deployer_over_tls(*tls_fleet, eapi_verify=False).running_config("nte")
