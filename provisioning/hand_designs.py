"""What designing a product that an engineer delivers comes to: what it takes, and for which days."""

from dataclasses import dataclass

from inventory.windows import Window
from provisioning.by_hand import ByHand


@dataclass(frozen=True, slots=True)
class HandDesign:
    """What the service would have, held for `window`."""

    by_hand: ByHand
    window: Window
