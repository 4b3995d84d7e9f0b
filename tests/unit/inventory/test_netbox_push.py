"""What of an inventory NetBox cannot hold, and how a change is sent. No I/O."""

import dataclasses

import jinja2
import msgspec
import pytest

from inventory.netbox.push import find_unfit
from inventory.netbox.recabling import renamed_cables
from inventory.netbox.tables import (
    INTERFACES,
    LAST_LINE,
    SITES,
    VLAN_GROUPS,
    CableRow,
    InterfaceRow,
    SiteRow,
)
from inventory.netbox.templates import template_code
from inventory.netbox.upsert import difference, sent
from tests.unit.inventory.estates import SMALL_ESTATE, changed
from tests.unit.inventory.planted import PLANTED

NTE = 2


def test_the_small_estate_fits_into_netbox() -> None:
    assert find_unfit(SMALL_ESTATE) == ()


def test_an_nte_at_premises_nobody_serves_stands_where_its_link_leads() -> None:
    inventory = changed("premises", 0, serving_place=None)

    assert find_unfit(inventory) == ()


def test_an_nte_without_a_serving_place_and_without_a_link_is_named() -> None:
    inventory = dataclasses.replace(changed("premises", 0, serving_place=None), links=())

    assert [fault.where for fault in find_unfit(inventory)] == ["device nte-1"]


@pytest.mark.parametrize("field", ["manufacturer", "model"])
def test_a_device_without_a_maker_or_model_is_named(field: str) -> None:
    faults = find_unfit(changed("devices", NTE, **{field: ""}))

    assert [(fault.where, fault.reason) for fault in faults] == [
        ("device nte-1", "NetBox needs a manufacturer and a model")
    ]


def test_only_what_differs_is_sent_and_as_the_api_names_it() -> None:
    row = SiteRow(7, "A", "dx-a", 1, 2, 53.4, -2.2, None)

    changes = difference(row, {"name": "A", "region_id": 3, "nh_resilience_zone": "a"})

    assert sent({"id": row.id, **changes}) == {"id": 7, "region": 3, "custom_fields": {"nh_resilience_zone": "a"}}


def test_a_scope_keeps_its_id_and_names_its_content_type() -> None:
    assert sent({"scope_type": "site", "scope_id": 4}) == {"scope_type": "dcim.site", "scope_id": 4}


class Rows(list[tuple[object, ...]]):
    """Stands in for a Django queryset: any columns, in the order they are in."""

    def order_by(self, _name: str) -> "Rows":
        return self

    def values_list(self, *_names: str) -> "Rows":
        return self


def rendered(table: object, *rows: tuple[object, ...]) -> list[dict[str, object]]:
    text = jinja2.Environment().from_string(template_code(table)).render(queryset=Rows(rows))  # noqa: S701  # JSON, no HTML
    *lines, last = [line for line in text.splitlines() if line]
    assert last.encode() == LAST_LINE
    return [msgspec.json.decode(line) for line in lines]


def test_an_export_template_writes_one_json_object_a_line_whatever_people_typed() -> None:
    hostile = 'Rack "7"\n</script>{{ 1 }} \u2028 é'

    bare = (None, None)  # neither a link nor a capacity: it is no LAG
    rows = rendered(
        INTERFACES,
        (1, 2, hostile, "other", None, None, "", None, "nni", *bare),
        (2, 2, "b", "other", 5, 6, "A", 7, None, *bare),
    )

    assert [row["name"] for row in rows] == [hostile, "b"]
    assert rows[1] == {
        "id": 2,
        "device_id": 2,
        "name": "b",
        "type": "other",
        "speed": 5,
        "cable_id": 6,
        "cable_end": "A",
        "lag_id": 7,
        "nh_port_role": None,
        "nh_link_code": None,
        "nh_capacity_mbps": None,
    }


def test_an_export_template_writes_decimals_as_numbers_and_nothing_as_null() -> None:
    from_database = msgspec.json.decode(b"53.469506", type=float)

    row = rendered(SITES, (1, "A", "a", None, 1, from_database, None, None))[0]

    assert (row["latitude"], row["longitude"]) == (53.469506, None)


def test_an_export_template_writes_tag_ranges_with_both_ends_included() -> None:
    half_open = type("NumericRange", (), {"lower": 100, "upper": 120})()

    row = rendered(VLAN_GROUPS, (1, "ho", "ho", "site", 1, [half_open], 1, 10_000, 2))[0]

    assert row["vid_ranges"] == [[100, 119]]


def test_a_list_without_rows_still_says_that_it_is_whole() -> None:
    assert rendered(SITES) == []


def test_the_plant_is_no_matter_of_netbox_and_a_device_must_not_stand_in_it() -> None:
    assert find_unfit(PLANTED) == ()

    devices = (dataclasses.replace(PLANTED.devices[0], place_code="ch-1"), *PLANTED.devices[1:])
    (fault,) = find_unfit(dataclasses.replace(PLANTED, devices=devices))
    assert str(fault) == "device sw-a: NetBox needs a place, or premises served from one, or a link to one"


def test_a_link_that_became_a_member_of_a_port_channel_keeps_its_cable_in_netbox() -> None:
    link, other = SMALL_ESTATE.links
    member = dataclasses.replace(link, code="a--b-a")
    ids = {end: number for number, end in enumerate((link.a, link.z, other.a, other.z), 1)}
    cables = [CableRow(7, 650.0, "m", "a--b", 10_000), CableRow(8, 130.5, "m", "drop-1", 10_000)]
    interfaces = [
        InterfaceRow(number, 1, "", "other", None, 7 if number < 3 else 8, "A", "nni") for number in ids.values()
    ]

    assert renamed_cables((member, other), ids, cables, interfaces) == {7: "a--b-a"}
    assert renamed_cables((link, other), ids, cables, interfaces) == {}
    foreign = [CableRow(7, 650.0, "m", None, None), cables[1]]
    assert renamed_cables((member, other), ids, foreign, interfaces) == {}
    elsewhere = {**ids, link.z: ids[other.z]}
    assert renamed_cables((member, other), elsewhere, cables, interfaces) == {}
