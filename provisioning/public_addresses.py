"""Whether an IP address is one of the public internet, and nothing of ours or of our neighbours. Pure.

Whoever may say where we send to could otherwise have us ask what only we can reach (server-side request
forgery). What is refused is listed here, and not left to a library whose idea of "global" changes with its
version: IANA's special-purpose registries (RFC 6890 as updated) and the metadata addresses of clouds.
"""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

_PUBLIC_V6 = ip_network("2000::/3")  # all that was ever given out; loopback, mapped, local and multicast lie outside

_REFUSED_V4 = tuple(
    (ip_network(network), why)
    for network, why in (
        ("0.0.0.0/8", "this host"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "shared by carriers (RFC 6598)"),
        ("127.0.0.0/8", "loopback"),
        ("168.63.129.16/32", "a cloud's metadata"),
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "for protocols"),
        ("192.0.2.0/24", "for documentation"),
        ("192.88.99.0/24", "a relay"),
        ("192.168.0.0/16", "private"),
        ("198.18.0.0/15", "for benchmarks"),
        ("198.51.100.0/24", "for documentation"),
        ("203.0.113.0/24", "for documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
    )
)

_REFUSED_V6 = tuple(
    (ip_network(network), why)
    for network, why in (
        ("2001::/23", "for protocols"),  # Teredo, benchmarks and ORCHID among them
        ("2001:db8::/32", "for documentation"),
        ("2002::/16", "an IPv4 address in disguise (6to4)"),
        ("3fff::/20", "for documentation"),
    )
)


def why_not_public(address: str) -> str | None:
    """Why nothing may be sent to this address; None where it may."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return "not an address"
    if isinstance(found, IPv4Address):
        return next((f"{found} is {why}" for network, why in _REFUSED_V4 if found in network), None)
    return _why_not_v6(found)


def _why_not_v6(found: IPv6Address) -> str | None:
    if found.ipv4_mapped is not None:
        return f"{found} is an IPv4 address in disguise"
    if found not in _PUBLIC_V6:
        return f"{found} is not public"
    return next((f"{found} is {why}" for network, why in _REFUSED_V6 if found in network), None)
