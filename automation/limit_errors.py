"""What can be wrong with an expression that says which devices are meant.

AutomationError
└── LimitRefused              the expression chooses no devices
    ├── LimitInvalid          it cannot be read
    ├── LimitUnknownAttribute it asks for what is not known of a device
    └── LimitMatchesNothing   it can be read, and no device is like that
"""

from collections.abc import Sequence

from automation.errors import AutomationError
from inventory.errors import shortened


class LimitRefused(AutomationError):
    """The expression chooses no devices."""

    code = "limit-refused"


class LimitInvalid(LimitRefused):
    """It cannot be read. `position` counts characters from 1; `why` says what was expected there."""

    code = "limit-invalid"
    next_step = "Write it like `place=dx-* and not role=nte`; `docs/how-to/playbooks.md` has the whole grammar."

    def __init__(self, text: str, position: int, why: str) -> None:
        self.text = text
        self.position = position
        self.why = why
        super().__init__(
            f"The limit cannot be read at character {position}: {why}.\n  {text}\n  {' ' * (position - 1)}^",
            text=shortened(text),
            position=position,
            why=why,
        )


class LimitUnknownAttribute(LimitRefused):
    """It asks for what is not known of a device. `known` is what is."""

    code = "limit-unknown-attribute"
    next_step = "Ask for one of those; who uses a device plays no part."

    def __init__(self, text: str, position: int, attribute: str, known: Sequence[str]) -> None:
        self.position = position
        self.attribute = attribute
        self.known = tuple(known)
        super().__init__(
            f"No device has {shortened(attribute)!r}, which the limit asks for at character {position}: "
            f"a device has {', '.join(known)}.",
            text=shortened(text),
            position=position,
            attribute=shortened(attribute),
            known=self.known,
        )


class LimitMatchesNothing(LimitRefused):
    """No device is like that: a typing error must not become an empty, successful run."""

    code = "limit-matches-nothing"
    next_step = "List the devices with `neutralhost device list`; names and values may have * and ? in them."

    def __init__(self, text: str, among: int) -> None:
        self.text = text
        self.among = among
        super().__init__(f"None of {among} devices is like {shortened(text)!r}.", text=shortened(text), among=among)
