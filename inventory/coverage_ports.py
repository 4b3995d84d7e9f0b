"""Who gets a port of which DX: the one assignment in which each premises has the nearest DX that still takes it. Pure.

Every premises begins at its nearest DX. Of the DXs that have more than they can take, the one whose last
port goes to the nearest premises is closed: it keeps the nearest, and the places that were its own get
their next DX. That is deferred acceptance in the one order in which nobody who was kept is ever
sent away again: whoever is sent on is farther from every closed DX than all whom that DX kept.
"""

import numpy as np
from numpy.typing import NDArray

from inventory.duct_distances import DuctDistances, Integers

NONE = -1


def take_ports(
    distances: DuctDistances, capacities: Integers, places: NDArray[np.int32], drops_cm: Integers
) -> tuple[NDArray[np.int32], Integers]:
    """Return the DX of each premises (-1: none takes it) and how far it is. Premises in the order of their UPRNs."""
    return _Ports(distances, capacities, places, drops_cm).shared_out()


class _Ports:
    """Who is at which DX so far. A key is a distance and a premises' position in one number: they sort as both do."""

    def __init__(
        self, distances: DuctDistances, capacities: Integers, places: NDArray[np.int32], drops_cm: Integers
    ) -> None:
        self._distances = distances
        self._capacities = capacities
        self._places = places
        self._drops_cm = drops_cm
        self._count = max(1, len(places))
        self._at: list[Integers] = [np.empty(0, dtype=np.int64) for _ in capacities]
        self._is_closed = np.zeros(len(capacities), dtype=np.bool_)
        self._send(np.arange(len(places)))

    def shared_out(self) -> tuple[NDArray[np.int32], Integers]:
        while (full := self._next_full()) is not None:
            keys, room = self._at[full], int(self._capacities[full])
            self._at[full], sent_on = keys[:room], keys[room:]
            self._is_closed[full] = True
            self._distances.close(full)
            self._send(sent_on % self._count)
        found = np.full(len(self._places), NONE, dtype=np.int32)
        distances_cm = np.zeros(len(self._places), dtype=np.int64)
        for exchange, keys in enumerate(self._at):
            found[keys % self._count] = exchange
            distances_cm[keys % self._count] = keys // self._count
        return found, distances_cm

    def _send(self, premises: Integers) -> None:
        """Send premises to the nearest open DX of their places."""
        exchanges, ways_cm = self._distances.nearest()
        places = self._places[premises]
        to, keys = exchanges[places], (ways_cm[places] + self._drops_cm[premises]) * self._count + premises
        order = np.lexsort((keys, to))
        to, keys = to[order], keys[order]
        for exchange in np.unique(to):
            if exchange != NONE:
                low, high = np.searchsorted(to, (exchange, exchange + 1))
                self._at[exchange] = np.sort(np.concatenate((self._at[exchange], keys[low:high])))

    def _next_full(self) -> int | None:
        """The open DX with too many whose last port goes to the nearest premises."""
        over = [
            (int(keys[room - 1]) if room else NONE, exchange)
            for exchange, (keys, room) in enumerate(zip(self._at, self._capacities.tolist(), strict=True))
            if len(keys) > room and not self._is_closed[exchange]
        ]
        return min(over)[1] if over else None
