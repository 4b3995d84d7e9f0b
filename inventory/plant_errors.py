"""Why the plant could not carry something, or a question about it could not be answered.

InventoryError
└── PlantError
    ├── TargetUnclear            a text that names more than one thing to cut
    ├── CircleInvalid            three numbers that are no point and radius
    ├── CircleOutsideBritain     a point that is not in Great Britain
    ├── EndUnclear               a text that names no end of a strand, port, position, link or service
    └── LinkUnfit                a link whose strands cannot carry its light
        ├── LinkNotCarried       strands from port to port are missing, not built yet, or gone
        ├── StrandFaulty         one of them is faulty, or set aside by its owner
        └── LossOverBudget       more light is lost on the way than its optic allows
"""

from collections.abc import Sequence

from inventory.errors import InventoryError, quoted, shortened


class PlantError(InventoryError):
    """The plant cannot carry it, or the question about it has no answer."""

    code = "plant-error"


class EndUnclear(PlantError):
    """What should be traced was not said in one of the forms there are."""

    code = "end-unclear"
    next_step = "Give strand:CABLE:NUMBER, DEVICE:PORT, ODF:NUMBER, a link's code or a service's id."

    def __init__(self, text: str, why: str) -> None:
        self.text = text
        super().__init__(f"{quoted(text)} {why}.", text=shortened(text))


class TargetUnclear(PlantError):
    """What is to be cut has two meanings."""

    code = "target-unclear"
    next_step = "Say which: duct:CODE or place:CODE."

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(f"{quoted(text)} is the code of a duct and of a place.", text=shortened(text))


class CircleInvalid(PlantError):
    """A point and radius that are none."""

    code = "circle-invalid"
    next_step = "Give EASTING,NORTHING,RADIUS in metres of the British national grid, such as 384050,396900,25."

    def __init__(self, text: str, why: str) -> None:
        self.text = text
        super().__init__(f"{quoted(text)} is no circle: {why}.", text=shortened(text))


class CircleOutsideBritain(PlantError):
    """A point that is not in Great Britain."""

    code = "circle-outside-britain"
    next_step = "Give EASTING,NORTHING,RADIUS in metres of the British national grid, such as 384050,396900,25."

    def __init__(self, text: str, hint: str) -> None:
        self.text = text
        super().__init__(f"{quoted(text)} is not in Great Britain; {hint}.", text=shortened(text))


class LinkUnfit(PlantError):
    """The strands of a link cannot carry its light."""

    code = "link-unfit"


class LinkNotCarried(LinkUnfit):
    """Strands that should join a link's two ports are missing, not built yet, or gone."""

    code = "link-not-carried"
    next_step = "Patch and splice its strands from port to port, or record in the inventory that they are."

    def __init__(self, link: str, reason: str) -> None:
        self.link = link
        self.reason = reason
        super().__init__(f"Link {link} is not carried: {reason}.", link=link, reason=reason)


class StrandFaulty(LinkUnfit):
    """A strand of a link is faulty, or set aside by its owner."""

    code = "strand-faulty"
    next_step = "Mend the strand, or move the link to another one."

    def __init__(self, link: str, strand: str, state: str) -> None:
        self.link = link
        self.strand = strand
        self.state = state
        super().__init__(f"Link {link} is on strand {strand}, which is {state}.", link=link, strand=strand, state=state)


class LossOverBudget(LinkUnfit):
    """More light is lost on the way than the optic allows. Losses in dB."""

    code = "loss-over-budget"
    next_step = "Choose an optic with a larger budget or a shorter way, or mend the joint that loses most."

    def __init__(self, link: str, optic: str, budget_db: float, loss_db: float, items: Sequence[str]) -> None:
        self.link = link
        self.optic = optic
        self.budget_db = budget_db
        self.loss_db = loss_db
        self.items = tuple(items)
        super().__init__(
            f"Link {link} loses {loss_db:.2f} dB, and {optic} allows {budget_db:.2f} dB: {', '.join(items)}.",
            link=link,
            optic=optic,
            budget_db=budget_db,
            loss_db=round(loss_db, 2),
            over_by_db=round(loss_db - budget_db, 2),
            items=self.items,
        )
