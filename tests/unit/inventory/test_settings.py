"""Settings of the inventory floor."""

import pytest
from pydantic import ValidationError

from inventory.optics import LossFigures
from inventory.settings import InventorySettings


def test_losses_are_reckoned_with_what_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    assert InventorySettings(_env_file=None).loss_figures == LossFigures()

    monkeypatch.setenv("NEUTRALHOST_LOSS_PER_KM_DB", "0.25")
    monkeypatch.setenv("NEUTRALHOST_LOSS_PER_SPLICE_DB", "0.05")
    monkeypatch.setenv("NEUTRALHOST_LOSS_PER_CONNECTOR_DB", "0.5")

    assert InventorySettings(_env_file=None).loss_figures == LossFigures(0.25, 0.05, 0.5)


@pytest.mark.parametrize("value", ["-0.1", "nan", "inf", "10.1", "", "low"])
@pytest.mark.parametrize("name", ["KM", "SPLICE", "CONNECTOR"])
def test_a_loss_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"NEUTRALHOST_LOSS_PER_{name}_DB", value)

    with pytest.raises(ValidationError):
        InventorySettings(_env_file=None)
