"""What it costs that a change is told and a deed is kept: the same transaction with and without.

A listener here takes what it is sent at once, so that all that is left is ours: the delivery's own
transactions, the signature, the connection.
"""

import http.client
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from inventory.store.engine import let_go, migrate, open_engine
from provisioning import front_desk
from provisioning.changes import ChangeKind
from provisioning.deeds import acts
from provisioning.isps import Principal
from provisioning.tools import Tools
from provisioning.verify_audit import find_faults, hash_of
from tests.benchmarks.measure import Line, compare, seconds_of
from tests.integration.receivers import listening
from tests.integration.telling import ANNA, Telling, telling_on

TIMES, DELIVERIES, ROUNDS, ROWS = 50, 60, 3, 20_000


def measure() -> Iterator[Line]:
    """A change with a deed and with three listeners against the bare change; sending; checking a trail."""
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{Path(folder) / 'telling.db'}")
        migrate(engine)
        with telling_on(engine, webhooks_at_a_time=16, webhook_timeout_s=10.0) as telling:
            yield from _keeping(telling)
            yield from _sending(telling)
        let_go(engine)
    yield _checking()


def _keeping(telling: Telling) -> Iterator[Line]:
    yield compare(
        "telling: a deed's transaction with its row in the audit trail",
        lambda: _deed(telling.tools, ANNA),
        "the same transaction without",
        lambda: _bare(telling.tools),
        times=TIMES,
    )
    for number in range(3):
        front_desk.add_listener(telling.tools, ANNA, f"https://1.1.1.{number + 1}/")
    yield compare(
        "telling: a change that three listeners hear of",
        lambda: telling.change("O-1", "", "x"),
        "one that nobody hears of",
        lambda: telling.change("O-2", "", "x", isp="birch"),
        times=TIMES,
    )
    for listener in front_desk.listeners(telling.tools, ANNA):
        front_desk.remove_listener(telling.tools, ANNA, listener.id)


def _sending(telling: Telling) -> Iterator[Line]:
    ours, bare = list[float](), list[float]()
    with listening() as receiver:
        telling.listen(receiver)
        for round_ in range(ROUNDS):
            for number in range(DELIVERIES):
                telling.change(f"O-{round_}-{number}", "", "acknowledged")
            ours.append(seconds_of(telling.send) / DELIVERIES)
            bare.append(seconds_of(lambda: _post_alone(receiver.url)) / DELIVERIES)
    per_s = len(ours) / sum(ours)
    yield Line(
        f"telling: one of {DELIVERIES} deliveries to one listener",
        ours,
        bare,
        "the same posted one after the other, kept nowhere",
        note=f"{per_s:.0f} deliveries/s to one listener, two at a time",
    )


def _post_alone(url: str) -> None:
    parts = urlsplit(url)
    for _ in range(DELIVERIES):
        connection = http.client.HTTPConnection(str(parts.hostname), parts.port)
        connection.request("POST", parts.path, b"{}" * 100)
        connection.getresponse().read()
        connection.close()


def _checking() -> Line:
    rows, last = list[dict[str, object]](), "0" * 64
    for number in range(1, ROWS + 1):
        row: dict[str, object] = {"number": number, "who": "anna", "action": "order", "facts": {}, "previous": last}
        row["hash"] = last = hash_of(row)
        rows.append(row)
    return compare(
        f"telling: checking a trail of {ROWS:,} rows",
        lambda: list(find_faults(rows)),
        "hashing its rows",
        lambda: [hash_of(row) for row in rows],
        rounds=3,
    )


@acts("measure", "order", "name")
def _act(tools: Tools, who: Principal, name: str) -> None:
    with tools.open_unit_of_work() as work:
        work.changes.record(ChangeKind.ORDER, name, str(who.isp_code), "", "x")
        work.commit()


def _deed(tools: Tools, who: Principal) -> None:
    _act(tools, who, "O-1")


def _bare(tools: Tools) -> None:
    with tools.open_unit_of_work() as work:
        work.changes.record(ChangeKind.ORDER, "O-1", "alder", "", "x")
        work.commit()
