"""The NetBox client against a fake NetBox: a small HTTP server on loopback that answers as it is told."""

import json
import socket
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import stamina
from pydantic import SecretStr

from inventory.delivered import DeliveredCircuit, DeliveryStatus
from inventory.devices import PortRef
from inventory.errors import NetBoxForbidden, NetBoxNotBootstrapped, NetBoxRefused, NetBoxUnavailable
from inventory.netbox.client import NetBox
from inventory.netbox.record import NetBoxRecord
from inventory.netbox.tables import LAST_LINE, REGIONS, GroupRow, read_table
from inventory.settings import InventorySettings

TOKEN = "nbt_abcdefghijkl.thisIsTheSecretPartOfTheToken0123456789"


@dataclass(frozen=True)
class Answer:
    """What the fake says: a status, a body, and how many bytes of it really come."""

    status: int = 200
    body: bytes = b"{}"
    kind: str = "application/json"
    cut_at: int | None = None
    etag: str = '"1"'
    location: str | None = None


def page(rows: Sequence[Any], following: str | None = None) -> Answer:
    return Answer(body=json.dumps({"count": None, "next": following, "previous": None, "results": list(rows)}).encode())


def refusal(status: int, words: str) -> Answer:
    return Answer(status, json.dumps({"detail": words}).encode())


@dataclass
class FakeNetBox:
    """Gives its answers in order, the last one again and again, and remembers what it was asked."""

    url: str = ""
    answers: list[Answer] = field(default_factory=list)
    asked: list[tuple[str, str, dict[str, str], Any]] = field(default_factory=list)

    def next_answer(self) -> Answer:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.fixture
def fake() -> Iterator[FakeNetBox]:
    told = FakeNetBox()

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            told.asked.append((self.command, self.path, dict(self.headers), body))
            answer = told.next_answer()
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.kind)
            self.send_header("Content-Length", str(len(answer.body)))
            self.send_header("ETag", answer.etag)
            if answer.location:
                self.send_header("Location", answer.location)
            self.end_headers()
            self.wfile.write(answer.body[: answer.cut_at])
            self.close_connection = True

        do_GET = do_POST = do_PATCH = do_DELETE = handle_any  # noqa: N815  # the names http.server calls

        def log_message(self, *_said: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    told.url = f"http://127.0.0.1:{server.server_port}/somewhere"
    with stamina.set_testing(True, attempts=2):
        yield told
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def netbox(fake: FakeNetBox) -> NetBox:
    return NetBox(fake.url, SecretStr(TOKEN), timeout_s=10.0)


def test_a_read_goes_to_the_path_of_the_url_with_a_bearer_token(fake: FakeNetBox, netbox: NetBox) -> None:
    fake.answers = [page([{"id": 7, "slug": "x"}])]

    assert netbox.find("extras/tags", slug="x") == [{"id": 7, "slug": "x"}]

    method, path, headers, _ = fake.asked[0]
    assert (method, path.split("?")[0]) == ("GET", "/somewhere/api/extras/tags/")
    assert headers["Authorization"] == f"Bearer {TOKEN}"


def test_a_list_is_read_page_by_page_to_its_end(fake: FakeNetBox, netbox: NetBox) -> None:
    fake.answers = [page([{"id": 3}, {"id": 9}], following="more"), page([{"id": 12}])]

    assert [row["id"] for row in netbox.rows("dcim/sites")] == [3, 9, 12]

    assert "start=10" in fake.asked[1][1]


@pytest.mark.parametrize("status", [502, 503])
def test_a_read_is_tried_again_when_the_proxy_says_netbox_is_away(
    fake: FakeNetBox, netbox: NetBox, status: int
) -> None:
    fake.answers = [Answer(status, b"<html>", "text/html"), page([])]

    assert netbox.find("extras/tags", slug="x") == []

    assert len(fake.asked) == 2


def test_an_internal_error_is_told_at_once_with_netbox_own_words(fake: FakeNetBox, netbox: NetBox) -> None:
    fake.answers = [Answer(500, b'{"error": "division by zero"}')]

    with pytest.raises(NetBoxUnavailable, match="division by zero") as caught:
        netbox.find("extras/tags", slug="x")

    assert len(fake.asked) == 1
    assert caught.value.next_step in str(caught.value)


def test_half_a_page_is_asked_for_again_and_then_told(fake: FakeNetBox, netbox: NetBox) -> None:
    fake.answers = [Answer(body=page([{"id": 1, "slug": "x"}]).body, cut_at=20)]

    with pytest.raises(NetBoxUnavailable, match="stopped in the middle of its answer to read"):
        netbox.find("extras/tags", slug="x")

    assert len(fake.asked) == 2


def test_json_that_is_not_json_is_told(fake: FakeNetBox, netbox: NetBox) -> None:
    fake.answers = [Answer(body=b'{"results": [{"id": 1, ')]

    with pytest.raises(NetBoxUnavailable, match="not the JSON expected"):
        netbox.find("extras/tags", slug="x")


def test_a_page_of_a_web_site_that_is_no_netbox_is_told(fake: FakeNetBox, netbox: NetBox) -> None:
    fake.answers = [Answer(body=b"<html>hello</html>", kind="text/html")]

    with pytest.raises(NetBoxUnavailable, match="not the JSON expected"):
        netbox.version()


def test_a_truncated_export_is_never_taken_for_the_whole(fake: FakeNetBox, netbox: NetBox) -> None:
    fake.answers = [Answer(body=b'{"id":1,"name":"North","slug":"north"}\n', kind="application/x-ndjson")]

    with pytest.raises(NetBoxUnavailable, match="stopped in the middle of its list of dcim/regions"):
        read_table(netbox, REGIONS)

    assert len(fake.asked) == 2


def test_a_whole_export_gives_its_rows_and_names_the_broken_one(fake: FakeNetBox, netbox: NetBox) -> None:
    rows = b'{"id":1,"name":"North","slug":"north"}\n{"id":2,"name":null,"slug":"south"}\n'
    fake.answers = [Answer(body=rows + LAST_LINE + b"\n", kind="application/x-ndjson")]

    read = read_table(netbox, REGIONS)

    assert read.rows == (GroupRow(1, "North", "north"),)
    assert [fault.where for fault in read.faults] == [f"{fake.url}/dcim/regions/2/"]


def test_without_its_export_template_a_list_is_read_the_plain_way(fake: FakeNetBox, netbox: NetBox) -> None:
    fake.answers = [refusal(404, "Not found."), page([{"id": 1, "name": "North", "slug": "north"}])]

    assert read_table(netbox, REGIONS).rows == (GroupRow(1, "North", "north"),)

    assert "fields=id%2Cname%2Cslug" in fake.asked[1][1]


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_token_is_told_with_the_setting_and_without_the_token(
    fake: FakeNetBox, netbox: NetBox, status: int
) -> None:
    fake.answers = [refusal(status, "Invalid v2 token")]

    with pytest.raises(NetBoxForbidden, match="Invalid v2 token") as caught:
        netbox.find("extras/tags", slug="x")

    assert "NEUTRALHOST_NETBOX_TOKEN" in str(caught.value)
    assert TOKEN not in f"{caught.value} {caught.value.facts}"


def test_an_answer_that_does_not_come_in_time_is_told(netbox: NetBox) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        slow = NetBox(f"http://127.0.0.1:{silent.getsockname()[1]}", SecretStr(TOKEN), timeout_s=0.05)

        with pytest.raises(NetBoxUnavailable, match="no answer in time"):
            slow.version()


def test_a_netbox_that_is_away_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    with stamina.set_testing(True, attempts=2), pytest.raises(NetBoxUnavailable, match="no connection"):
        NetBox(f"http://127.0.0.1:{port}", SecretStr(TOKEN)).version()


def test_a_redirect_is_not_followed_because_it_would_turn_a_write_into_a_read(fake: FakeNetBox, netbox: NetBox) -> None:
    fake.answers = [Answer(301, location="/elsewhere")]

    with pytest.raises(NetBoxUnavailable, match="redirects"):
        netbox.create("extras/tags", [{"name": "x"}], "message")

    assert len(fake.asked) == 1


def test_a_write_is_never_sent_twice(fake: FakeNetBox, netbox: NetBox) -> None:
    fake.answers = [Answer(503, b"", "text/plain")]

    with pytest.raises(NetBoxUnavailable):
        netbox.create("extras/tags", [{"name": "x"}], "message")

    assert len(fake.asked) == 1


def test_bulk_writes_come_in_batches_and_each_object_carries_the_change_log_message(
    fake: FakeNetBox, netbox: NetBox
) -> None:
    fake.answers = [Answer(201, b"[]")]

    netbox.create("extras/tags", [{"name": str(number)} for number in range(30)], "order O-1" + "!" * 300)

    assert [len(asked[3]) for asked in fake.asked] == [25, 5]
    assert {len(row["changelog_message"]) for asked in fake.asked for row in asked[3]} == {200}


def test_long_words_of_netbox_are_shortened(fake: FakeNetBox, netbox: NetBox) -> None:
    fake.answers = [refusal(400, "no " * 1000)]

    with pytest.raises(NetBoxRefused) as caught:
        netbox.create("extras/tags", [{"name": "x"}], "message")

    assert len(caught.value.reason) < 500


def test_a_filter_that_netbox_ignores_does_not_return_everything(fake: FakeNetBox, netbox: NetBox) -> None:
    fake.answers = [page([{"id": 1, "custom_fields": {}}, {"id": 2, "custom_fields": {}}])]

    with pytest.raises(NetBoxNotBootstrapped, match="nh_service_id"):
        netbox.find("ipam/vlans", cf_nh_service_id="S-1")


def test_a_change_that_lost_a_race_reads_again_and_keeps_what_the_other_wrote(fake: FakeNetBox, netbox: NetBox) -> None:
    fake.answers = [
        Answer(body=b'{"status": "a", "note": ""}', etag='"1"'),
        refusal(412, "stale"),
        Answer(body=b'{"status": "a", "note": "kept"}', etag='"2"'),
        Answer(),
    ]
    seen: list[str] = []

    def difference(row: dict[str, Any]) -> dict[str, Any]:
        seen.append(row["note"])
        return {"status": "b"}

    assert netbox.change("ipam/vlans", 5, difference, "message")

    assert seen == ["", "kept"]
    assert [asked[2].get("If-Match") for asked in fake.asked if asked[0] == "PATCH"] == ['"1"', '"2"']


def test_the_token_is_in_no_repr_of_the_client(netbox: NetBox) -> None:
    assert TOKEN not in f"{netbox!r} {vars(netbox)} {vars(netbox._api)} {vars(netbox._session)}"


def test_a_proxy_of_the_environment_is_not_used_for_loopback(fake: FakeNetBox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    fake.answers = [Answer(body=b'{"netbox-version": "4.7.3"}')]

    assert NetBox(fake.url, SecretStr(TOKEN)).version() == "4.7.3"


def test_settings_without_a_netbox_are_told_by_name() -> None:
    with pytest.raises(NetBoxUnavailable, match="NEUTRALHOST_NETBOX_URL and NEUTRALHOST_NETBOX_TOKEN"):
        NetBox.from_settings(InventorySettings(netbox_url=None, netbox_token=None))


CIRCUIT = DeliveredCircuit(
    service_id="S-1",
    order_id="O-1",
    isp_code="quayside",
    uprn="1000001",
    uni=PortRef("nte-1", "Ethernet1"),
    handover_code="ho-1",
    handover_port=PortRef("sw-1", "Ethernet41"),
    s_vlan=2001,
    cir_mbps=500,
    class_of_service="standard",
    status=DeliveryStatus.PLANNED,
)
GROUP = {"id": 1, "slug": "ho-1", "tenant": {"id": 4}, "custom_fields": {"nh_handover_port": {"id": 9}}}
UNI = {"id": 8, "device": {"id": 3, "name": "nte-1"}, "name": "Ethernet1"}


def vlan_of(service_id: str | None) -> dict[str, Any]:
    return {
        "id": 50,
        "vid": 2001,
        "group": {"id": 1},
        "name": "S-1",
        "tenant": {"id": 4},
        "status": {"value": "reserved"},
        "qinq_role": {"value": "svlan"},
        "description": "Access E-Line from nte-1:Ethernet1, UPRN 1000001",
        "custom_fields": {"nh_service_id": service_id},
    }


@pytest.mark.parametrize("lost", [refusal(400, "already exists"), refusal(500, "duplicate key value violates")])
def test_who_loses_the_race_for_the_s_vlan_finds_the_winners_and_goes_on(
    fake: FakeNetBox, netbox: NetBox, lost: Answer
) -> None:
    fake.answers = [
        page([GROUP]),
        page([UNI]),
        page([]),
        page([]),
        lost,
        page([vlan_of("S-1")]),
        refusal(400, "the next step"),
    ]

    with pytest.raises(NetBoxRefused, match="the next step"):
        NetBoxRecord(netbox).show(CIRCUIT)

    assert fake.asked[6][1].startswith("/somewhere/api/vpn/l2vpns/")


@pytest.mark.parametrize(("owner", "whose"), [("S-9", "service S-9"), (None, "somebody else")])
def test_an_s_vlan_that_is_anothers_is_never_taken_over(
    fake: FakeNetBox, netbox: NetBox, owner: str | None, whose: str
) -> None:
    fake.answers = [page([GROUP]), page([UNI]), page([]), page([vlan_of(owner)])]

    with pytest.raises(NetBoxRefused, match=f"belongs to {whose}"):
        NetBoxRecord(netbox).show(CIRCUIT)

    assert {asked[0] for asked in fake.asked} == {"GET"}


def test_a_handover_netbox_does_not_know_is_told_before_anything_is_written(fake: FakeNetBox, netbox: NetBox) -> None:
    fake.answers = [page([]), page([UNI])]

    with pytest.raises(NetBoxRefused, match="handover ho-1"):
        NetBoxRecord(netbox).show(CIRCUIT)

    assert {asked[0] for asked in fake.asked} == {"GET"}
