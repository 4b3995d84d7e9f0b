"""Which devices an expression means, held against a plain evaluation of the same tree."""

import re
from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.limit import ATTRIBUTES, choose, facts_of
from automation.limit_errors import LimitInvalid, LimitMatchesNothing, LimitRefused, LimitUnknownAttribute
from inventory.devices import Device, DeviceRole, Lifecycle
from inventory.places import Place, PlaceKind
from inventory.premises import Premises, PremisesKind
from inventory.snapshot import Inventory, Snapshot

PLACES = (
    Place("dx-quay", "The Quay", PlaceKind.DX, "Central Manchester", 0, 0, "a"),
    Place("dxp-mill", "The Mill", PlaceKind.DXP, "Salford", 0, 0, "b"),
)
HOME = Premises("77", "1 Mill Lane", "M1", PremisesKind.HOME, 0, 0, "dxp-mill")


def device(name, role, platform, place, uprn=None, lifecycle=Lifecycle.LIVE):
    return Device(name, role, platform, "Loom (made up)", "L-1", f"S-{name}", place, uprn, "127.1.1.1", lifecycle)


SNAPSHOT = Snapshot(
    Inventory(
        places=PLACES,
        premises=(HOME,),
        devices=(
            device("sw-quay-1", DeviceRole.SWITCH, "eos", "dx-quay"),
            device("sw-quay-2", DeviceRole.SWITCH, "junos", "dx-quay", lifecycle=Lifecycle.PLANNED),
            device("sw-mill-1", DeviceRole.SWITCH, "eos", "dxp-mill"),
            device("nte-77", DeviceRole.NTE, "eos", None, "77"),
            device("ap-mill-1", DeviceRole.ACCESS_POINT, "openwrt", "dxp-mill"),
        ),
    )
)
DEVICES = SNAPSHOT.inventory.devices


def names(*limits):
    return [each.name for each in choose(SNAPSHOT, DEVICES, limits)]


@pytest.mark.parametrize(
    ("limit", "found"),
    [
        ("sw-*", ["sw-quay-1", "sw-quay-2", "sw-mill-1"]),
        ("SW-QUAY-1", ["sw-quay-1"]),
        ("place=DX-*", ["sw-quay-1", "sw-quay-2"]),
        ("role=nte", ["nte-77"]),
        ("place=dxp-mill", ["sw-mill-1", "nte-77", "ap-mill-1"]),
        ('area="Central Manchester"', ["sw-quay-1", "sw-quay-2"]),
        ("kind=dxp and not role=nte", ["sw-mill-1", "ap-mill-1"]),
        ('name ~ "^(sw|ap)-mill"', ["sw-mill-1", "ap-mill-1"]),
        ("name!~-1$ and platform!=junos", ["nte-77"]),
        ("not (platform=eos or lifecycle=planned)", ["ap-mill-1"]),
        ("nte-77 or ap-* and zone=b", ["nte-77", "ap-mill-1"]),
        ("not not nte-77", ["nte-77"]),
    ],
)
def test_an_expression_chooses(limit, found):
    assert names(limit) == found


def test_of_several_limits_any_will_do_and_each_device_is_named_once_in_the_order_of_the_inventory():
    assert names("nte-77", "sw-*", "sw-quay-1") == ["sw-quay-1", "sw-quay-2", "sw-mill-1", "nte-77"]
    assert names() == [each.name for each in DEVICES]


@pytest.mark.parametrize(
    ("limit", "position", "words"),
    [
        ("", 1, "expected a device, an attribute, `not` or `(`, and found the end"),
        ("place=", 7, "expected what place is to be, and found the end"),
        ("role=nte and", 13, "found the end"),
        ("role=nte role=switch", 10, "expected `and`, `or` or the end, and found `role`"),
        ("(role=nte", 10, "expected `)`, `and` or `or`"),
        ("role=nte)", 9, "found `)`"),
        ("name~[", 6, "not a regular expression"),
        ('area="Central', 6, "a quote that is not closed"),
        ("name!nte", 5, "`!` means nothing here"),
        ("role=(nte)", 6, "found `(`"),
        ("not " * 60 + "nte-77", 205, "nested too deeply"),
    ],
)
def test_what_cannot_be_read_is_shown_at_its_position(limit, position, words):
    with pytest.raises(LimitInvalid) as refused:
        names(limit)

    assert words in refused.value.sentence
    assert refused.value.position == position
    assert refused.value.sentence.splitlines()[-1] == "  " + " " * (position - 1) + "^"


def test_an_unknown_attribute_is_answered_with_the_known_ones():
    with pytest.raises(LimitUnknownAttribute) as refused:
        names("role=nte and isp=quayside")

    assert refused.value.position == 14
    assert "'isp'" in refused.value.sentence
    assert all(attribute in refused.value.sentence for attribute in ATTRIBUTES)


def test_what_no_device_is_like_is_an_error_even_beside_another_that_fits():
    with pytest.raises(LimitMatchesNothing, match="None of 5 devices is like 'sw-kuay-1'"):
        names("nte-77", "sw-kuay-1")


VALUES = {
    "name": ["sw-*", "*-1", "nte-77", "nobody", "?w-mill-1"],
    "role": ["nte", "switch", "access-*"],
    "platform": ["eos", "junos", "*"],
    "place": ["dx-*", "dxp-mill", "DX-QUAY"],
    "area": ["Salford", "Central Manchester"],
    "kind": ["dx", "dxp"],
    "lifecycle": ["live", "planned"],
}
REGEXES = ["^sw", "mill", "-1$", "[0-9]{2}", "(quay|77)"]
TESTS = st.one_of(
    st.sampled_from([(name, mark, value) for name, many in VALUES.items() for value in many for mark in ("=", "!=")]),
    st.sampled_from([(name, mark, value) for name in ("name", "place") for value in REGEXES for mark in ("~", "!~")]),
)
TREES = st.recursive(
    TESTS,
    lambda below: st.one_of(
        st.tuples(st.just("not"), below),
        st.tuples(st.sampled_from(["and", "or"]), below, below),
    ),
    max_leaves=12,
)


def written(tree):
    """The tree as an expression, with every parenthesis."""
    match tree:
        case ("not", below):
            return f"not ({written(below)})"
        case (("and" | "or") as word, one, other):
            return f"({written(one)}) {word} ({written(other)})"
        case (name, mark, value):
            return f'{name}{mark}"{value}"'


def holds(tree, facts):
    """What the tree says of one device, evaluated as it is read."""
    match tree:
        case ("not", below):
            return not holds(below, facts)
        case ("and", one, other):
            return holds(one, facts) and holds(other, facts)
        case ("or", one, other):
            return holds(one, facts) or holds(other, facts)
        case (name, mark, value):
            fact = str(facts[name]).lower()
            if mark in {"=", "!="}:
                return fnmatchcase(fact, value.lower()) == (mark == "=")
            return bool(re.search(value, fact)) == (mark == "~")


@given(TREES)
def test_any_expression_chooses_what_a_plain_evaluation_of_it_chooses(tree):
    expected = [each.name for each in DEVICES if holds(tree, facts_of(SNAPSHOT, each))]

    if not expected:
        with pytest.raises(LimitMatchesNothing):
            names(written(tree))
    else:
        assert names(written(tree)) == expected


@given(st.text(max_size=60))
def test_any_text_at_all_is_read_or_refused_in_words(text):
    try:
        found = names(text)
    except LimitRefused as refused:
        found = [refused.sentence]
    assert all(found)
    assert found


PLAIN = st.lists(st.tuples(st.sampled_from(["", "not "]), st.sampled_from(["sw-*", "role=nte", "zone=b"])), min_size=1)


@given(PLAIN, st.data())
def test_without_parentheses_not_binds_closer_than_and_and_that_closer_than_or(terms, data):
    words = data.draw(st.lists(st.sampled_from(["and", "or"]), min_size=len(terms) - 1, max_size=len(terms) - 1))
    plain = [f"{no}{test}" for no, test in terms]
    text = plain[0] + "".join(f" {word} {term}" for word, term in zip(words, plain[1:], strict=True))
    groups = [f"({group})" for group in text.split(" or ")]

    def answer(limit):
        try:
            return names(limit)
        except LimitMatchesNothing:
            return []

    assert answer(text) == answer(" or ".join(groups))
