"""Who decides who gets on where, as FreeRADIUS (3.2) is told it. Pure: nouns in, files' texts out.

A realm (RFC 7542) is an ISP's. Its own servers decide (proxied), or, in a sandbox, a list of users. Whoever is let in
gets the S-VLAN of that ISP on that access point and SSID (RFC 3580, 3.31), and nothing the ISP's server says of VLANs
counts. Where the ISP has no such SSID on that access point, nobody of its realm gets on: neither by another ISP's
SSID, nor with another realm inside the tunnel than outside.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import PurePosixPath

from provisioning.radius_errors import RadiusFileInvalid

_REALM = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))+")
_SECRET = re.compile(r"[A-Za-z0-9!#%&()*+,./:;<=>?@^_|~\[\]-]{16,128}")  # neither quotes nor what the parser expands
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
_PATH = re.compile(r"/[A-Za-z0-9/._-]+")
_HEX = re.compile(r"([0-9a-f]{2}){1,32}")
MOST_OCTETS = 253  # RFC 2865, section 5: of an attribute


@dataclass(frozen=True, slots=True)
class HomeServer:
    """A RADIUS server of an ISP's, by IP address."""

    address: str
    secret: str = field(repr=False)
    port: int = 1812


@dataclass(frozen=True, slots=True)
class RadiusUser:
    """One who gets on by a list of ours: for sandboxes, where no ISP's server is."""

    name: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Realm:
    """An ISP's realm, and who decides for it: servers, or else users."""

    name: str
    isp_code: str
    servers: tuple[HomeServer, ...] = ()
    users: tuple[RadiusUser, ...] = ()


@dataclass(frozen=True, slots=True)
class RadiusClient:
    """An access point that may ask."""

    device: str
    address: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Tenancy:
    """On this access point and SSID (its octets in hexadecimal) those of the realm belong into that S-VLAN."""

    device: str
    ssid: str
    realm: str
    s_vlan: int


@dataclass(frozen=True, slots=True)
class RadiusServing:
    """Where the server listens, and the certificate by which people's devices know it (PEM files by path)."""

    folder: str
    certificate: str
    key: str
    listen: str = "0.0.0.0"  # noqa: S104 - every access point has to reach it
    port: int = 1812


@dataclass(frozen=True, slots=True)
class RadiusPlan:
    """All that FreeRADIUS is told."""

    serving: RadiusServing
    realms: tuple[Realm, ...]
    clients: tuple[RadiusClient, ...]
    tenancies: tuple[Tenancy, ...]


def render(plan: RadiusPlan) -> Mapping[str, str]:
    """The files of a FreeRADIUS folder, by name. Equal plans give equal texts.

    Raises: RadiusFileInvalid, where a text could say more than it should.
    """
    return {
        "radiusd.conf": _server(plan.serving),
        "clients.conf": "".join(_client(one) for one in sorted(plan.clients, key=lambda one: one.device)),
        "proxy.conf": "proxy server {\n\tdefault_fallback = no\n}\n" + "".join(map(_realm, _by_name(plan.realms))),
        "tenants": "".join(_tenancies(plan.tenancies)),
        "users": "".join(_users(plan.realms)),
    }


def _by_name(realms: Iterable[Realm]) -> list[Realm]:
    return sorted(realms, key=lambda realm: realm.name)


def _client(client: RadiusClient) -> str:
    name = _fit(_NAME, client.device, "access point", client.device)
    secret = _fit(_SECRET, client.secret, f"client {client.device}", "its secret")
    return (
        f'client {name} {{\n\tipaddr = {_address(client.address, name)}\n\tsecret = "{secret}"\n'
        f"\tshortname = {name}\n\trequire_message_authenticator = yes\n}}\n"
    )


def _realm(realm: Realm) -> str:
    name = _fit(_REALM, realm.name, "realm", realm.name)
    if not realm.servers:
        return f"realm {name} {{\n\tnostrip\n}}\n"
    servers = "".join(_home_server(f"{name}-{number}", one) for number, one in enumerate(realm.servers, 1))
    members = "".join(f"\thome_server = {name}-{number}\n" for number in range(1, len(realm.servers) + 1))
    pool = f"home_server_pool {name} {{\n\ttype = fail-over\n{members}}}\n"
    return f"{servers}{pool}realm {name} {{\n\tauth_pool = {name}\n\tnostrip\n}}\n"


def _home_server(name: str, server: HomeServer) -> str:
    secret = _fit(_SECRET, server.secret, f"server {server.address} of {name}", "its secret")
    return (
        f"home_server {name} {{\n\ttype = auth\n\tipaddr = {_address(server.address, name)}\n"
        f'\tport = {_port(server.port, name)}\n\tsecret = "{secret}"\n\tresponse_window = 6\n'
        "\tzombie_period = 40\n\tstatus_check = status-server\n}\n"
    )


def _tenancies(tenancies: Iterable[Tenancy]) -> Iterable[str]:
    for one in sorted(set(tenancies), key=lambda each: (each.device, each.realm, each.ssid)):
        device = _fit(_NAME, one.device, "access point", one.device)
        realm = _fit(_REALM, one.realm, "realm", one.realm)
        ssid = _fit(_HEX, one.ssid, "SSID", one.ssid)
        yield (
            f"{device}/{realm}/{ssid}\n\tTunnel-Type := VLAN,\n\tTunnel-Medium-Type := IEEE-802,\n"
            f'\tTunnel-Private-Group-Id := "{one.s_vlan:d}"\n\n'
        )


def _users(realms: Iterable[Realm]) -> Iterable[str]:
    """Nobody of a realm whose own servers decide is listed."""
    for realm in _by_name(realms):
        for user in () if realm.servers else sorted(realm.users, key=lambda one: one.name):
            name = _fit(_NAME, user.name, f"a user of {realm.name}", user.name)
            yield f"{name}@{realm.name}\tCleartext-Password := {_quoted(user.password, f'{name}@{realm.name}')}\n\n"


def _quoted(text: str, where: str) -> str:
    """In single quotes nothing is expanded; a backslash and the quote itself are escaped."""
    if not text or not text.isprintable() or len(text.encode()) > MOST_OCTETS:
        raise RadiusFileInvalid(where, f"a password is 1 to {MOST_OCTETS} octets that can be printed")
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _fit(allowed: re.Pattern[str], text: str, where: str, shown: str) -> str:
    """Raises: RadiusFileInvalid."""
    if allowed.fullmatch(text) is None:
        raise RadiusFileInvalid(where, f"{shown!r} has characters or a length that are not allowed there")
    return text


def _address(text: str, where: str) -> str:
    """Raises: RadiusFileInvalid."""
    try:
        return str(ip_address(text))
    except ValueError:
        raise RadiusFileInvalid(where, f"{text!r} is no IP address") from None


def _port(port: int, where: str) -> int:
    """Raises: RadiusFileInvalid."""
    if not 1 <= port <= 65_535:
        raise RadiusFileInvalid(where, f"{port} is no UDP port")
    return port


def _server(serving: RadiusServing) -> str:
    """The part that is the same for everybody. `hex` of the SSID: no text of anybody's is in a key."""
    folder, certificate, key = (
        _fit(_PATH, str(PurePosixPath(path)), "path", path)
        for path in (serving.folder, serving.certificate, serving.key)
    )
    return (
        _SERVER.replace("@FOLDER@", folder)
        .replace("@CERTIFICATE@", certificate)
        .replace("@KEY@", key)
        .replace("@LISTEN@", _address(serving.listen, "listen"))
        .replace("@PORT@", str(_port(serving.port, "port")))
    )


_SERVER = """\
# Written by neutralhost. Do not edit: it is written again from the orders.
prefix = /usr
exec_prefix = /usr
name = neutralhost
confdir = "@FOLDER@"
logdir = "@FOLDER@/log"
run_dir = "@FOLDER@/run"
libdir = /usr/lib/freeradius
pidfile = "@FOLDER@/run/radiusd.pid"
hostname_lookups = no
security {
	max_attributes = 200
	reject_delay = 1
	status_server = yes
}
log {
	destination = files
	file = "@FOLDER@/log/radius.log"
	auth = yes
	auth_badpass = no
	auth_goodpass = no
}
$INCLUDE proxy.conf
$INCLUDE clients.conf
modules {
	always reject {
		rcode = reject
	}
	realm suffix {
		format = suffix
		delimiter = "@"
	}
	files nh_users {
		usersfile = "@FOLDER@/users"
	}
	files nh_tenants {
		key = "%{client:shortname}/%{Realm}/%{hex:&Called-Station-SSID}"
		postauth_usersfile = "@FOLDER@/tenants"
	}
	pap {
	}
	mschap {
		use_mppe = yes
		require_encryption = yes
		require_strong = yes
	}
	eap {
		default_eap_type = peap
		timer_expire = 60
		ignore_unknown_eap_types = no
		max_sessions = 16384
		tls-config tls-common {
			private_key_file = "@KEY@"
			certificate_file = "@CERTIFICATE@"
			cipher_list = "HIGH:!aNULL:!MD5"
			tls_min_version = "1.2"
			tls_max_version = "1.2"
			ecdh_curve = ""
		}
		mschapv2 {
		}
		peap {
			tls = tls-common
			default_eap_type = mschapv2
			virtual_server = nh_inner
		}
		ttls {
			tls = tls-common
			default_eap_type = mschapv2
			virtual_server = nh_inner
		}
	}
}
server nh_outer {
	listen {
		type = auth
		ipaddr = @LISTEN@
		port = @PORT@
	}
	authorize {
		suffix
		if (!&Realm) {
			reject
		}
		if (&Called-Station-Id && (&Called-Station-Id =~ /^[0-9A-Fa-f]{2}([:-]?[0-9A-Fa-f]{2}){5}:(.+)$/)) {
			update request {
				&Called-Station-SSID := "%{2}"
			}
		}
		else {
			reject
		}
		eap {
			ok = return
		}
	}
	authenticate {
		eap
	}
	post-proxy {
		eap
	}
	post-auth {
		update reply {
			&Tunnel-Type !* ANY
			&Tunnel-Medium-Type !* ANY
			&Tunnel-Private-Group-Id !* ANY
			&Filter-Id !* ANY
		}
		nh_tenants
		if (noop || notfound) {
			reject
		}
	}
}
server nh_inner {
	authorize {
		suffix
		if (!&Realm || (&Realm != &outer.request:Realm)) {
			reject
		}
		update control {
			&Proxy-To-Realm !* ANY
		}
		nh_users
		eap {
			ok = return
		}
		mschap
		pap
	}
	authenticate {
		Auth-Type PAP {
			pap
		}
		Auth-Type MS-CHAP {
			mschap
		}
		eap
	}
}
"""
