"""A fake NetBox on loopback: it keeps what our record writes, and fails as it is told.

It is no NetBox, and says so (`X-Fake`). The real one is asked in tests/system; this one does what
a real one cannot be made to do on demand: be down, answer 500, stop in the middle of an answer.
"""

import itertools
import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from inventory.snapshot import Inventory

type Row = dict[str, Any]

NOT_FILTERS = frozenset({"limit", "start", "fields", "ordering"})
REFERENCES = frozenset({"group", "tenant", "l2vpn", "vlan"})
CHOICES = frozenset({"status", "type", "qinq_role", "kind", "auth_type"})
WRITTEN = (
    "ipam/vlans",
    "vpn/l2vpns",
    "vpn/l2vpn-terminations",
    "wireless/wireless-lans",
    "extras/journal-entries",
)


@dataclass
class SmallNetBox:
    """The tables by path, and what is wrong with it.

    `trouble` is "" (nothing), "down" (it hangs up without a word), "500", or "half" (half of each
    answer comes). `broken_path` fails by itself (500) whenever somebody writes there.
    """

    token: str
    url: str = ""
    tables: dict[str, list[Row]] = field(default_factory=dict)
    trouble: str = ""
    broken_path: str = ""
    words: str = "the database of this NetBox is on fire"
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def heal(self) -> None:
        self.trouble = self.broken_path = ""

    def fill(self, inventory: Inventory) -> None:
        """Hold what our record stands on: VLAN groups for handovers, tenants for ISPs, and every interface."""
        self.tables["ipam/vlan-groups"] = [
            {
                "id": next(self._ids),
                "slug": handover.code,
                "tenant": {"id": next(self._ids)},
                "custom_fields": {"nh_handover_port": str(handover.port)},
            }
            for handover in inventory.handovers
        ]
        self.tables["tenancy/tenants"] = [
            {"id": next(self._ids), "custom_fields": {"nh_isp_code": each.code}}
            for each in inventory.organisations
            if each.is_isp
        ]
        self.tables["dcim/sites"] = [{"id": next(self._ids), "slug": place.code} for place in inventory.places]
        self.tables["dcim/interfaces"] = [
            {
                "id": next(self._ids),
                "device": {"name": port.ref.device},
                "name": port.ref.port,
                "wireless_lans": [],
            }
            for port in inventory.ports
        ]

    def shown(self) -> list[Row]:
        """Everything that was written and is still there."""
        return [row for path in WRITTEN for row in self.tables.get(path, [])]

    def answer(self, method: str, path: str, query: Mapping[str, Sequence[str]], body: Any) -> tuple[int, object]:
        """What a NetBox says to one request, and does."""
        if self.trouble == "500" or (method != "GET" and path == self.broken_path):
            return 500, {"detail": self.words}
        name, _, row_id = path.rpartition("/")
        if row_id.isdigit():
            [row] = [row for row in self.tables[name] if row["id"] == int(row_id)]
            if method == "PATCH":
                row |= _as_kept(body)
            return 200, row
        table = self.tables.setdefault(path, [])
        if method == "POST" and any(_is_taken(path, row, _as_kept(sent)) for sent in body for row in table):
            return 400, [{"__all__": ["this already exists"]}]
        if method == "POST":
            made = [{"id": next(self._ids)} | _as_kept(sent) for sent in body]
            table += made
            return 201, made
        if method == "DELETE":
            gone = {sent["id"] for sent in body}
            table[:] = [row for row in table if row["id"] not in gone]
            self._forget_links(path, gone)
            return 204, None
        wanted = {key: values for key, values in query.items() if key not in NOT_FILTERS}
        found = [row for row in table if all(any(_is(row, key, each) for each in of) for key, of in wanted.items())]
        return 200, {"count": len(found), "next": None, "previous": None, "results": found}

    def _forget_links(self, path: str, gone: set[int]) -> None:
        """A wireless LAN that is deleted is on no interface any more."""
        for row in self.tables.get("dcim/interfaces", ()) if path == "wireless/wireless-lans" else ():
            row["wireless_lans"] = [each for each in row["wireless_lans"] if each["id"] not in gone]


UNIQUE = {
    "ipam/vlans": ("group", "vid"),
    "vpn/l2vpns": ("slug",),
    "vpn/l2vpn-terminations": ("assigned_object_type", "assigned_object_id"),
}


def _is_taken(path: str, row: Row, sent: Row) -> bool:
    return path in UNIQUE and all(row[name] == sent[name] for name in UNIQUE[path])


def _as_kept(sent: Row) -> Row:
    kept = {name: value for name, value in sent.items() if name not in ("changelog_message", "tags", "id")}
    for name, value in kept.items():
        if name == "wireless_lans":
            kept[name] = [{"id": each} for each in value]
        elif name in REFERENCES:
            kept[name] = {"id": value}
        elif name in CHOICES:
            kept[name] = {"value": value}
    return kept


def _is(row: Row, key: str, value: str) -> bool:
    if key.startswith("cf_"):
        return str(row["custom_fields"].get(key.removeprefix("cf_"))) == value
    if key == "wireless_lan_id":
        return int(value) in [each["id"] for each in row["wireless_lans"]]
    if key.endswith("_id") and key not in row:
        return str(row[key.removesuffix("_id")]["id"]) == value
    there = row[key]
    return str(there["name"] if isinstance(there, dict) else there) == value


@contextmanager
def small_netbox(token: str) -> Iterator[SmallNetBox]:
    """Bring one up on a free port of loopback, and take it down."""
    told = SmallNetBox(token)

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            self.close_connection = True
            if told.trouble == "down":
                return
            parts = urlsplit(self.path)
            path = parts.path.removeprefix("/api/").strip("/")
            if self.headers.get("Authorization") == f"Bearer {told.token}":
                status, said = told.answer(self.command, path, parse_qs(parts.query), body)
            else:
                status, said = 403, {"detail": "Invalid v2 token"}
            content = b"" if said is None else json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.send_header("ETag", '"1"')
            self.send_header("X-Fake", "this is no NetBox")
            self.end_headers()
            self.wfile.write(content[: len(content) // 2] if told.trouble == "half" else content)

        do_GET = do_POST = do_PATCH = do_DELETE = handle_any  # noqa: N815  # the names http.server calls

        def log_message(self, *_said: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    told.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield told
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
