"""Which addresses nothing may be sent to, and how a listener's address is read."""

import pytest

from provisioning.listener_errors import ListenerRefused
from provisioning.public_addresses import why_not_public
from provisioning.targets import Resolve, addresses_of, read_target

REFUSED = [
    "0.0.0.0",  # noqa: S104 - nothing is bound to it
    "10.1.2.3",
    "100.64.0.1",
    "100.100.100.200",  # metadata of Alibaba Cloud
    "127.0.0.1",
    "127.8.8.8",
    "168.63.129.16",  # metadata of Azure
    "169.254.169.254",  # metadata of most clouds
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.170",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::7f00:1",
    "64:ff9b::7f00:1",  # 127.0.0.1 behind NAT64
    "64:ff9b:1::a00:1",
    "100::1",
    "2001::1",  # Teredo
    "2001:db8::1",
    "2002:7f00:1::",  # 127.0.0.1 by 6to4
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",  # metadata of AWS
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "localhost",
    "",
]


@pytest.mark.parametrize("address", REFUSED)
def test_nothing_is_sent_to_an_address_that_is_not_public(address: str) -> None:
    assert why_not_public(address) is not None


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.215.14", "172.32.0.1", "2606:4700::1111", "2a00:1450:4009::5"])
def test_public_addresses_are_sent_to(address: str) -> None:
    assert why_not_public(address) is None


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://isp.example/hook", "not https"),
        ("ftp://isp.example/hook", "does not begin with https"),
        ("https:///hook", "does not begin with https"),
        ("https://user:hunter2@isp.example/", "does not belong"),
        ("https://isp.example/#here", "does not belong"),
        ("https://isp.example:99999/", "not an address"),
        ("https://[::1/", "not an address"),
        ("https://isp.example/a b", "plain characters"),
        ("https://isp.example\\@10.0.0.1/", "plain characters"),
        ("https://isp.example/\r\nHost: x", "plain characters"),
        ("https://ïsp.example/", "plain characters"),
        ("https://isp.example/" + "x" * 500, "plain characters"),
        ("//isp.example/", "does not begin with https"),
        ("", "does not begin with https"),
    ],
)
def test_an_address_that_is_not_plain_https_is_refused_with_its_reason(url: str, reason: str) -> None:
    with pytest.raises(ListenerRefused) as refused:
        read_target(url, ())
    assert reason in refused.value.reason
    assert "hunter2" not in str(refused.value)


def test_an_address_is_taken_apart() -> None:
    target = read_target("https://Isp.Example:8443/hook?a=1", ())
    assert (target.host, target.port, target.path, target.is_tls) == ("isp.example", 8443, "/hook?a=1", True)
    assert target.host_header == "isp.example:8443"
    assert target.below("/listener/orderEvent").path == "/hook/listener/orderEvent?a=1"
    assert read_target("https://[2606:4700::1111]/", ()).host_header == "[2606:4700::1111]"


def test_one_bad_address_among_the_answers_refuses_the_name() -> None:
    target = read_target("https://isp.example/", ())
    assert addresses_of(target, lambda host, port: ["1.1.1.1", "1.1.1.1", "8.8.8.8"]) == ("1.1.1.1", "8.8.8.8")
    with pytest.raises(ListenerRefused, match="loopback"):
        addresses_of(target, lambda host, port: ["1.1.1.1", "127.0.0.1"])


def test_a_name_that_nobody_knows_is_refused() -> None:
    def away(host: str, port: int) -> list[str]:
        raise OSError("no such name")

    target = read_target("https://isp.example/", ())
    nothing: Resolve = lambda host, port: []  # noqa: E731  # one line says it
    for resolve in (away, nothing):
        with pytest.raises(ListenerRefused, match="not known"):
            addresses_of(target, resolve)


def test_only_the_host_and_port_that_the_operator_names_is_an_exception() -> None:
    target = read_target("http://localhost:8081/", {"localhost:8081"})
    assert addresses_of(target, lambda host, port: ["127.0.0.1"]) == ("127.0.0.1",)
    for other in ("http://localhost:8082/", "http://127.0.0.1:8081/"):
        with pytest.raises(ListenerRefused):
            read_target(other, {"localhost:8081"})
