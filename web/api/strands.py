"""What requests and answers about strands carry. Lengths in metres, losses in dB, days as ISO 8601 writes them."""

from datetime import date

from pydantic import Field

from inventory.routes import StrandLeg
from inventory.windows import Window
from provisioning.catalogue import StrandProduct
from provisioning.wanted import StrandsWanted
from web.api.fields import Asked, Name, Shown
from web.api.plant.fields import DayInBody, Key


class StrandsBody(Asked):
    """A pair of strands between two places, from a day on, until another where it is given."""

    a_place: Name = Field(description="code of a place, such as an exchange")
    z_place: Name = Field(description="code of another place")
    first_day: DayInBody = Field(description="the service's first day, today or later")
    last_day: DayInBody | None = Field(None, description="its last day; until further notice where left out")
    diverse: bool = Field(False, description="two pairs that share nothing but the places at their ends")
    max_loss_db: float | None = Field(None, gt=0, le=100, allow_inf_nan=False, description="dB, of each leg")

    def noun(self) -> StrandsWanted:
        """Raises: DatesReversed."""
        window = Window(self.first_day, self.last_day)
        return StrandsWanted(self.a_place, self.z_place, window, self.diverse, self.max_loss_db)


class StrandsShown(Shown):
    """What was asked for of strands."""

    a_place: str
    z_place: str
    first_day: date
    last_day: date | None
    diverse: bool
    max_loss_db: float | None

    @classmethod
    def of(cls, wanted: StrandsWanted) -> "StrandsShown":
        return cls(
            a_place=wanted.a_place,
            z_place=wanted.z_place,
            first_day=wanted.window.first,
            last_day=wanted.window.last,
            diverse=wanted.diverse,
            max_loss_db=wanted.max_loss_db,
        )


class LegShown(Shown):
    """One leg of a service: its fibres, each a row of strands from `a_place` to `z_place`."""

    a_place: str
    z_place: str
    fibres: list[list[Key]]
    ducts: list[str]
    positions: list[Key]
    length_m: float
    loss_db: float

    @classmethod
    def of(cls, leg: StrandLeg) -> "LegShown":
        return cls(
            a_place=leg.a_place,
            z_place=leg.z_place,
            fibres=[[str(strand) for strand in fibre] for fibre in leg.fibres],
            ducts=list(leg.ducts),
            positions=[str(position) for position in leg.positions],
            length_m=leg.length_m,
            loss_db=leg.loss_db,
        )


class StrandPriceShown(Shown):
    """The monthly price of one leg at one term."""

    term_months: int
    monthly_pence: int


class StrandProductShown(Shown):
    """Strands that are sold. `prices` are those of one leg, whatever its length; a diverse order has two."""

    code: str
    name: str
    description: str
    setup_pence: int
    prices: list[StrandPriceShown]

    @classmethod
    def of(cls, product: StrandProduct) -> "StrandProductShown":
        return cls(
            code=product.code,
            name=product.name,
            description=product.description,
            setup_pence=product.setup_pence,
            prices=[
                StrandPriceShown(term_months=term, monthly_pence=pence)
                for term, pence in product.monthly_pence_by_term.items()
            ],
        )
