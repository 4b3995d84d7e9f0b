"""What a record of what exists must offer, whoever keeps it."""

from typing import Protocol

from inventory.delivered import DeliveredCircuit, DeliveredSsid


class ServiceRecord(Protocol):
    """The record of what exists, as far as it shows delivered services. NetBox, or nothing."""

    def show(self, circuit: DeliveredCircuit) -> str:
        """Upsert the circuit with its status; twice is the same as once. Return a link or key to it ("" where none).

        Raises: NetBoxTaken, where another has its tag or UNI there; NetBoxUnavailable, NetBoxRefused.
        """

    def show_ssid(self, ssid: DeliveredSsid) -> str:
        """Upsert a hosted SSID with its status, as `show` does a circuit. Raises: as `show`."""

    def withdraw(self, service_id: str, order_id: str) -> None:
        """Remove every trace of the service; absent already is fine. `order_id` goes to the change log.

        Raises: NetBoxUnavailable, NetBoxRefused.
        """


class NoRecord:
    """The record of somebody who runs without a NetBox: it keeps nothing."""

    def show(self, circuit: DeliveredCircuit) -> str:  # noqa: ARG002  # there is nothing to write it into
        return ""

    def show_ssid(self, ssid: DeliveredSsid) -> str:  # noqa: ARG002  # there is nothing to write it into
        return ""

    def withdraw(self, service_id: str, order_id: str) -> None:  # noqa: ARG002  # nothing was written
        return None
