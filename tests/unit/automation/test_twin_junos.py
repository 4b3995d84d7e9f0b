"""The simulated Junos device: its grammar, its configuration database, its messages."""

from collections.abc import Callable
from dataclasses import dataclass, field
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.twin.forwarding import C_TPID, S_TPID, Exchange, Policer, PortMode
from automation.twin.junos.compare import compare
from automation.twin.junos.database import Database, User, parsed
from automation.twin.junos.forwarding import forwarding_of
from automation.twin.junos.framing import END, BrokenFraming, Framing
from automation.twin.junos.grammar import ROWS, root_schema
from automation.twin.junos.refusals import Refused
from automation.twin.junos.tree import as_set, as_text, empty, put, ways
from automation.twin.junos.xml import configuration, message, words_of
from tests.unit.automation.bench_junos import JUNOS_BENCH

FRESH = JUNOS_BENCH.fresh
ME, OTHER = User("me", 1, 0.0), User("other", 2, 0.0)
SAMPLES = {
    "WORD": "a-word", "NAME": "name-1", "HOSTNAME": "host.example", "HOST": "192.0.2.9", "TEXT": 'words; {in} "quotes"',
    "SECRET": "$6$salt$hash", "IFD": "ge-0/0/7", "IFL": "ge-0/0/7.7", "PORTS": "all", "TPID": "0x88a8",
    "OUTER": "0x88a8.7", "RATE": "50m", "BYTES": "15k", "SPEED": "10g", "VLANS": "1-7", "VLANID": "7",
    "ADDRESS": "192.0.2.7", "PREFIX": "192.0.2.0/24",
}  # fmt: skip


@dataclass
class Clock:
    """A timer that rings when a test says so."""

    rings: list[tuple[float, Callable[[], None]]] = field(default_factory=list)

    def call_later(self, seconds: float, then: Callable[[], None]) -> "_Ring":
        entry = (seconds, then)
        self.rings.append(entry)
        return _Ring(self, entry)

    def ring(self) -> None:
        for _, then in list(self.rings):
            then()


@dataclass
class _Ring:
    clock: Clock
    entry: tuple[float, Callable[[], None]]

    def cancel(self) -> None:
        if self.entry in self.clock.rings:
            self.clock.rings.remove(self.entry)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def device(clock: Clock) -> Database:
    made = Database(epoch=lambda: 0.0, call_later=clock.call_later, changed=lambda: None)
    assert made.boot(FRESH) == ()
    return made


def words_of_row(path: str) -> tuple[str, ...]:
    """The row's statement with a value that fits in every place."""
    words: list[str] = []
    for part in path.replace(" - ", " > ").split(" > "):
        word, _, argument = part.partition("<")
        words += [word.strip()] if word.strip() else []
        if argument:
            kind = argument.rstrip(">").partition(":")[2]
            number = kind.partition("..")[0]
            one_of = kind.strip("()").split("|")[0] if kind.startswith("(") else None
            words.append(one_of or (number if number.isdecimal() else SAMPLES[kind]))
    return tuple(words)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.path)
def test_every_statement_of_the_table_is_taken_printed_and_read_back_as_text_set_and_xml(row) -> None:
    root = empty()
    for way in ways(root.schema, words_of_row(row.path)):
        put(root, way)

    again, lost = parsed(as_text(root))
    assert (again, lost) == (root, ())
    assert ("SECRET-DATA" in as_text(root)) == row.secret
    from_xml = empty()
    for words in words_of(fromstring(message(configuration(root))), from_xml.schema):  # noqa: S314 (our own)
        for way in ways(from_xml.schema, words):
            put(from_xml, way)
    assert from_xml == root
    device = Database(epoch=lambda: 0.0, call_later=Clock().call_later, changed=lambda: None)
    device.load_set(ME, as_set(root))
    assert device.candidate == root


def test_every_row_names_its_source() -> None:
    assert all(row.source.startswith(("CLI: ", "L2: ", "NETCONF: ")) for row in ROWS)


def test_a_text_is_printed_as_it_was_read(device: Database) -> None:
    assert as_text(device.committed) == FRESH


def test_interfaces_stand_by_slot_and_what_is_in_no_slot_behind_them() -> None:
    root, _ = parsed(
        "interfaces { lo0 { disable; } ae0 { disable; } xe-0/1/0 { disable; } ge-0/0/10 { disable; }"
        " ge-1/0/0 { disable; } ge-0/0/9 { disable; } }"
    )

    found = [line.split()[2] for line in as_set(root).splitlines()]

    assert found == ["ge-0/0/9", "ge-0/0/10", "xe-0/1/0", "ge-1/0/0", "ae0", "lo0"]


def test_terms_of_a_filter_stay_in_the_order_they_were_said() -> None:
    text = "firewall { family { inet { filter f { term z { then accept; } term a { then discard; } } } } }"

    assert [line.split()[7] for line in as_set(parsed(text)[0]).splitlines()] == ["z", "a"]


@pytest.mark.parametrize(
    ("line", "message_", "bad", "path"),
    [
        ("set interfaces ge-0/0/1 switchport", "syntax error", "switchport", "[edit interfaces ge-0/0/1]"),
        ("set vlans v10 vlan-id 10", "syntax error", "vlans", "[edit]"),
        ("set interfaces Ethernet1 disable", "invalid value 'Ethernet1'", "Ethernet1", "[edit interfaces]"),
        ("set interfaces ge-0/0/1 unit 1 vlan-id 4095", "invalid value '4095'", "4095", "[edit interfaces ge-0/0/1"),
        ("set interfaces ge-0/0/1 mtu", "missing argument", "mtu", "[edit interfaces ge-0/0/1]"),
        ("set system", "syntax error, expecting <statement>", "system", "[edit system]"),
        ("no shutdown", "unknown command", "no", ""),
        ('set interfaces ge-0/0/1 description "no end', "unterminated string", '"no end', ""),
    ],
)
def test_what_is_not_in_the_table_is_refused_in_junos_words(
    device: Database, line: str, message_: str, bad: str, path: str
) -> None:
    with pytest.raises(Refused) as refused:
        device.load_set(ME, line)

    [error] = refused.value.errors
    assert (error.message, error.severity) == (message_, "error")
    assert bad in error.bad_element
    assert error.path.startswith(path)


def test_deleting_what_is_not_there_is_a_warning(device: Database) -> None:
    with pytest.raises(Refused) as refused:
        device.load_set(ME, "delete system domain-name")

    assert [(one.severity, one.message) for one in refused.value.errors] == [
        ("warning", "statement not found: domain-name")
    ]


def test_a_level_goes_when_it_is_empty_and_an_entry_stays(device: Database) -> None:
    device.load_set(
        ME, "set snmp location here\nset interfaces ge-0/0/8 description x\nset interfaces ge-0/0/8 disable"
    )
    device.load_set(
        ME, "delete snmp location\ndelete interfaces ge-0/0/8 description\ndelete interfaces ge-0/0/8 disable"
    )

    text = as_text(device.candidate)
    assert "snmp" not in text
    assert "    ge-0/0/8;\n" in text


def test_what_can_be_loaded_of_a_refused_load_is_loaded_as_on_junos(device: Database) -> None:
    with pytest.raises(Refused):
        device.load_set(ME, "set system host-name other\nset nonsense")

    assert "host-name other;" in as_text(device.candidate)
    device.load_rollback(ME, 0)
    assert not device.is_modified


@pytest.mark.parametrize(
    ("lines", "message_"),
    [
        ("set bridge-domains a interface ge-0/0/9.0", "Interface must already be defined under [edit interfaces]"),
        ("set interfaces ge-0/0/9 unit 5 vlan-id 5", "VLAN-ID can only be specified on tagged ethernet interfaces"),
        (
            "set interfaces ge-0/0/9 unit 0 layer2-policer input-policer none-such",
            "Referenced policer 'none-such' is not defined",
        ),
        ("set bridge-domains a vlan-id 10", "vlan-id 10 is used by another bridge domain"),
        (
            "set bridge-domains a interface xe-0/1/1.10\nset bridge-domains a vlan-id 11",
            "interface is a member of another bridge domain",
        ),
        (
            "set interfaces ge-0/0/9 encapsulation ethernet-bridge\nset interfaces ge-0/0/9 unit 7",
            "only unit 0 is valid for this encapsulation",
        ),
        (
            (
                "set interfaces xe-0/1/1 unit 11 encapsulation vlan-bridge\n"
                "set interfaces xe-0/1/1 unit 11 vlan-tags outer 0x88a8.10"
            ),
            "VLAN tag 0x88a8.10 is used by more than one unit",
        ),
        ("set firewall policer p then discard", "bandwidth-limit and burst-size-limit must be configured"),
        (
            (
                "set firewall three-color-policer p two-rate committed-information-rate 2m\n"
                "set firewall three-color-policer p two-rate committed-burst-size 2k\n"
                "set firewall three-color-policer p two-rate peak-information-rate 1m\n"
                "set firewall three-color-policer p two-rate peak-burst-size 2k"
            ),
            "the peak must not be less than what is committed",
        ),
    ],
)
def test_a_commit_is_refused_for_what_does_not_fit_together(device: Database, lines: str, message_: str) -> None:
    device.load_set(ME, lines)

    with pytest.raises(Refused) as refused:
        device.commit(ME, "netconf")

    assert message_ in [error.message for error in refused.value.errors]
    assert refused.value.errors[-1].message == "configuration check-out failed"
    assert as_text(device.committed) == FRESH


def test_the_difference_is_shown_as_show_compare_does(device: Database) -> None:
    device.load_set(
        ME,
        "delete interfaces ge-0/0/0 disable\nset interfaces ge-0/0/0 description new\n"
        "set interfaces ge-0/0/0 unit 0 description inner\nset snmp location here",
    )

    assert device.diff() == (
        "[edit]\n+  snmp {\n+      location here;\n+  }\n"
        "[edit interfaces ge-0/0/0]\n"
        '-   description "Free UNI";\n+   description new;\n-   disable;\n'
        "+   unit 0 {\n+       description inner;\n+   }\n"
    )
    assert compare(device.committed, device.committed) == ""


def test_what_is_not_confirmed_goes_back_and_what_is_stays(device: Database, clock: Clock) -> None:
    device.load_set(ME, "set system host-name tried")
    device.commit(ME, "netconf", minutes=5, log="why")
    assert [seconds for seconds, _ in clock.rings] == [300.0]
    clock.ring()
    assert as_text(device.committed) == FRESH
    assert (device.counts.timed, device.counts.reverted) == (1, 1)

    device.load_set(ME, "set system host-name kept")
    device.commit(ME, "netconf", minutes=5)
    device.commit(ME, "netconf")
    clock.ring()
    assert "host-name kept;" in as_text(device.committed)
    assert (device.counts.confirmed, device.counts.reverted) == (1, 1)


def test_a_second_confirmed_commit_waits_anew_and_goes_back_to_the_very_first(device: Database, clock: Clock) -> None:
    for name in ("one", "two"):
        device.load_set(ME, f"set system host-name {name}")
        device.commit(ME, "netconf", minutes=1)
    assert len(clock.rings) == 1

    clock.ring()

    assert as_text(device.committed) == FRESH


def test_rollback_one_behind_a_confirmed_commit_takes_it_back_at_once(device: Database, clock: Clock) -> None:
    device.load_set(ME, "set system host-name tried")
    device.commit(ME, "netconf", minutes=5)

    device.load_rollback(ME, 1)
    device.commit(ME, "netconf")

    assert as_text(device.committed) == FRESH
    assert device.counts.aborted == 1
    assert clock.rings == []


def test_a_lock_keeps_others_out_and_its_end_discards_what_is_not_committed(device: Database) -> None:
    device.lock(ME)
    device.load_set(ME, "set system host-name half")
    for attempt in (
        lambda: device.lock(OTHER),
        lambda: device.load_set(OTHER, "set system host-name theirs"),
        lambda: device.commit(OTHER, "cli"),
        lambda: device.load_rollback(OTHER, 0),
    ):
        with pytest.raises(Refused, match="configuration database locked by"):
            attempt()
    device.end(OTHER)
    assert device.holder == ME

    device.end(ME)

    assert device.holder is None
    assert not device.is_modified


def test_a_candidate_somebody_has_changed_cannot_be_locked(device: Database) -> None:
    device.load_set(OTHER, "set system host-name half")

    with pytest.raises(Refused, match="configuration database modified"):
        device.lock(ME)


def test_a_boot_keeps_what_is_committed_and_the_timer_that_runs(device: Database, clock: Clock) -> None:
    device.lock(ME)
    device.load_set(ME, "set system host-name tried")
    device.commit(ME, "netconf", minutes=5)

    device.boot_again()

    assert device.holder is None
    assert "tried" in as_text(device.committed)
    clock.ring()
    assert as_text(device.committed) == FRESH


def test_lines_of_another_time_are_lost_at_boot_and_said(clock: Clock) -> None:
    device = Database(epoch=lambda: 0.0, call_later=clock.call_later, changed=lambda: None)

    assert device.boot("system { host-name x; } vlans { v10 { vlan-id 10; } }") == ("vlans v10 vlan-id 10",)


def test_a_configuration_forwards_as_its_bridge_domains_say() -> None:
    text = FRESH
    for maker in JUNOS_BENCH.makers[:1]:
        for number, variant in ((1, 1), (2, 9)):
            plan = JUNOS_BENCH.platform.dialect.plan(text, (), (maker(number, number - 1, variant),))
            text = JUNOS_BENCH.apply(text, plan.commands)
    found = {port.port: port for port in forwarding_of(parsed(text)[0]).ports}

    tunnel, mapped, trunk = found["ge-0/0/0"], found["ge-0/0/1"], found["xe-0/1/0"]
    assert (tunnel.mode, tunnel.vlan, tunnel.tpid) == (PortMode.TUNNEL, 2001, S_TPID)
    assert tunnel.policer == Policer(200_000, 137_500)
    assert (mapped.mode, mapped.exchanges) == (PortMode.TRUNK, (Exchange(102, 2002, keeps_tag=False),))
    assert mapped.tpid == C_TPID
    assert (trunk.mode, trunk.vlans, trunk.tpid) == (PortMode.TRUNK, frozenset({2001, 2002}), S_TPID)
    assert "ge-0/0/3" not in found


@given(st.lists(st.binary(min_size=1, max_size=300), max_size=6), st.booleans(), st.data())
def test_messages_come_out_of_a_stream_as_they_went_in_however_it_is_cut(
    messages: list[bytes], chunked: bool, drawn: st.DataObject
) -> None:
    sender, receiver = Framing(), Framing()
    if chunked:
        sender.use_chunks()
        receiver.use_chunks()
    else:
        messages = [one for one in messages if END not in one + END[:-1] and not one.endswith(b"]")]
    stream = b"".join(map(sender.wrap, messages))
    found: list[bytes] = []

    while stream:
        size = drawn.draw(st.integers(1, len(stream)))
        found += receiver.feed(stream[:size])
        stream = stream[size:]

    assert found == messages


def test_a_chunk_without_a_size_ends_the_connection() -> None:
    framing = Framing()
    framing.use_chunks()

    with pytest.raises(BrokenFraming):
        list(framing.feed(b"<rpc/>]]>]]>\n<rpc/>"))


def test_the_grammar_is_compiled_once() -> None:
    assert root_schema() is root_schema()
