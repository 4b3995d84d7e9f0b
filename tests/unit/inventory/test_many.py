"""The collector of cycles stands still while many objects are made, and runs again afterwards."""

import gc

import pytest

from inventory.many import many_objects


def test_the_collector_is_paused_and_goes_on_even_after_an_error() -> None:
    with many_objects():
        paused = not gc.isenabled()
    assert (paused, gc.isenabled()) == (True, True)

    with pytest.raises(ValueError, match="broken"), many_objects():
        raise ValueError("broken")
    assert gc.isenabled()


def test_a_collector_that_somebody_stopped_stays_stopped() -> None:
    gc.disable()
    try:
        with many_objects():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
