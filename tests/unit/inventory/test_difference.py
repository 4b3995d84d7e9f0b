"""What two inventories differ by, and which rules a change of a sound one can break. No I/O."""

from dataclasses import fields, replace
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.devices import Lifecycle
from inventory.difference import NOTHING, Changed, Difference, KindDifference, difference_of
from inventory.keys import KEY_OF, KEYS
from inventory.rules import find_faults
from inventory.snapshot import Inventory
from inventory.store.mirror_order import in_mirror_order
from tests.unit.inventory.planted import PLANTED

FIELDS = tuple(each.name for each in fields(Inventory))


def test_two_that_are_equal_differ_by_nothing_even_where_no_object_is_the_same() -> None:
    copied = Inventory(**{name: tuple(replace(each) for each in getattr(PLANTED, name)) for name in FIELDS})

    assert not difference_of(PLANTED, PLANTED)
    assert not difference_of(PLANTED, copied)


def test_what_is_added_changed_and_removed_is_told_by_kind_and_all_else_left_aside() -> None:
    first, second, *others = PLANTED.devices
    new = replace(second, name="sw-new")
    retired = replace(first, lifecycle=Lifecycle.RETIRED)

    difference = difference_of(PLANTED, replace(PLANTED, devices=(*others, retired, new)))

    assert difference == Difference({"devices": KindDifference((new,), (Changed(first, retired),), (second,))})
    assert difference.of("devices").written == (new, retired)
    assert difference.of("links") is NOTHING


def test_another_order_is_no_difference() -> None:
    assert not difference_of(PLANTED, replace(PLANTED, ports=PLANTED.ports[::-1]))


def test_every_kind_has_a_key() -> None:
    assert KEY_OF.keys() == set(FIELDS)
    assert KEY_OF.keys() - {name for name, _, _ in KEYS} == {"splices"}


def test_what_stands_there_twice_is_found_though_it_is_the_very_object_that_stood_there() -> None:
    twice = replace(PLANTED, devices=(*PLANTED.devices, PLANTED.devices[0]))

    assert not difference_of(PLANTED, twice)
    assert find_faults(twice, PLANTED) == find_faults(replace(twice)) != ()


def varied(rng: Random, inventory: Inventory, times: int = 3) -> Inventory:
    """Some things less, some copied under another name, some with a field of another thing."""
    for _ in range(times):
        name = rng.choice([each for each in FIELDS if getattr(inventory, each)])
        things: list[Any] = list(getattr(inventory, name))
        at = rng.randrange(len(things))
        match rng.randrange(3):
            case 0:
                del things[at]
            case 1:
                column = rng.choice([each.name for each in fields(things[at])])
                things[at] = replace(things[at], **{column: getattr(rng.choice(things), column)})
            case _:
                first = fields(things[at])[0].name
                value = getattr(things[at], first)
                things.append(replace(things[at], **{first: f"{value}-new"}) if isinstance(value, str) else things[at])
        inventory = replace(inventory, **{name: tuple(things)})
    return inventory


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 10**9))
def test_the_faults_of_a_change_of_a_sound_inventory_are_those_of_the_whole(seed: int) -> None:
    after = varied(Random(seed), PLANTED)

    assert find_faults(after, PLANTED) == find_faults(replace(after))


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**9))
def test_a_difference_makes_of_the_one_what_the_other_holds(seed: int) -> None:
    after = varied(Random(seed), PLANTED)
    if any(len({KEY_OF[name](each) for each in getattr(after, name)}) < len(getattr(after, name)) for name in FIELDS):
        return

    made = in_mirror_order(PLANTED, difference_of(PLANTED, after))

    assert not difference_of(made, after)


@pytest.mark.parametrize("field", ["organisations", "places", "ports"])
def test_what_the_plant_refers_to_cannot_go_unseen(field: str) -> None:
    assert find_faults(replace(PLANTED, **{field: ()}), PLANTED) == find_faults(replace(PLANTED, **{field: ()})) != ()
