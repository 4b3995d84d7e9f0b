"""Our values as JSON."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from inventory.devices import PortRef
from inventory.errors import InventoryError
from inventory.plant import AssetKind, AssetRef, BoreRef, PositionRef, StrandRef
from inventory.vlans import TagRange
from provisioning.cli.documents import document_of, error_document
from provisioning.orders import OrderState


@dataclass(frozen=True)
class Thing:
    port: PortRef
    tags: TagRange
    state: OrderState
    at: datetime
    names: frozenset[str]


def test_keys_of_the_plant_are_their_text_and_days_iso_8601():
    keys = [
        StrandRef("c-4", 12),
        PositionRef("odf-1", 3),
        BoreRef("d-1", 2),
        AssetRef(AssetKind.STRAND, "c-4:12"),
        date(2026, 11, 22),
    ]

    assert document_of(keys) == ["c-4:12", "odf-1:3", "d-1:2", "strand:c-4:12", "2026-11-22"]


def test_a_noun_becomes_an_object_whose_keys_are_its_fields():
    summer = timezone(timedelta(hours=1))
    thing = Thing(
        PortRef("nte-1", "Ethernet1"),
        TagRange(100, 119),
        OrderState.IN_PROGRESS,
        datetime(2026, 7, 1, 12, 0, 0, 5000, tzinfo=summer),
        frozenset({"b", "a"}),
    )

    assert document_of({"thing": thing, 12: (1, None)}) == {
        "thing": {
            "port": "nte-1:Ethernet1",
            "tags": "100-119",
            "state": "inProgress",
            "at": "2026-07-01T11:00:00.005Z",
            "names": ["a", "b"],
        },
        "12": [1, None],
    }


def test_times_are_in_utc_with_milliseconds():
    assert document_of(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)) == "2026-01-02T03:04:05.000Z"


def test_what_has_no_form_in_json_is_an_error_and_never_a_repr():
    with pytest.raises(TypeError, match="object has no form in JSON"):
        document_of(object())


def test_an_error_says_code_detail_next_step_and_facts():
    error = InventoryError("It broke.", place="dx-1", names=("a", "b"))

    assert error_document(error) == {
        "error": {
            "code": "inventory-error",
            "detail": "It broke.",
            "next_step": "",
            "facts": {"place": "dx-1", "names": ["a", "b"]},
        }
    }
