"""What is read out of an OFDS document, checked: only the fields that mean something to us.

Other fields, also those that the standard does not know, are let pass: a foreign document is taken
for what it says, not for how well it keeps to the standard. Versions before 0.4 name the owner of
what lies there `physicalInfrastructureProvider`.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

type Id = Annotated[str, StringConstraints(min_length=1, max_length=500)]
type Degrees = Annotated[float, Field(allow_inf_nan=False)]
type Position = Annotated[list[Degrees], Field(min_length=2, max_length=3)]
type Status = Literal["proposed", "planned", "underConstruction", "operational", "decommissioned", "inactive"]


class Shape(BaseModel):
    """What all of them share."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Reference(Shape):
    id: Id
    name: str | None = None


class PointGeometry(Shape):
    type: Literal["Point"]
    coordinates: Position


class LineGeometry(Shape):
    type: Literal["LineString"]
    coordinates: Annotated[list[Position], Field(min_length=2)]


class Address(Shape):
    locality: str | None = None
    region: str | None = None


class Infrastructure(Shape):
    type: str | None = None
    description: str | None = None
    owner: Reference | None = None


class OwnedThing(Shape):
    """What a node and a span both say."""

    id: Id
    name: str | None = None
    status: Status | None = None
    supporting_infrastructure: Annotated[Infrastructure, Field(alias="supportingInfrastructure")] = Infrastructure()
    infrastructure_provider: Annotated[Reference | None, Field(alias="physicalInfrastructureProvider")] = None
    medium_owner: Annotated[Reference | None, Field(alias="transmissionMediumOwner")] = None
    network_providers: Annotated[list[Reference], Field(alias="networkProviders")] = []

    @property
    def owner(self) -> Reference | None:
        """Who owns what lies there, the duct before the glass."""
        return self.supporting_infrastructure.owner or self.infrastructure_provider or self.medium_owner

    @property
    def user(self) -> Reference | None:
        """Who is said first to run a network over it."""
        return next(iter(self.network_providers), None)


class Node(OwnedThing):
    location: PointGeometry | None = None
    address: Address = Address()
    type: list[str] = []


class Span(OwnedThing):
    start: Id | None = None
    end: Id | None = None
    route: LineGeometry | None = None
    ready_for_service: Annotated[date | None, Field(alias="readyForServiceDate")] = None
    media: Annotated[list[str], Field(alias="transmissionMedium")] = []
    fibre_count: Annotated[int | None, Field(alias="fibreCount")] = None


class Organisation(Shape):
    id: Id
    name: str | None = None
    roles: list[str] = []


class Wayleave(Shape):
    id: Id


class Network(Shape):
    id: str = ""
    name: str | None = None
    nodes: list[Node] = []
    spans: list[Span] = []
    organisations: list[Organisation] = []
    wayleaves: list[Wayleave] = []


class Package(Shape):
    networks: Annotated[list[Network], Field(min_length=1)]


class Collection(Shape):
    """A GeoJSON feature collection, its features still as they came."""

    type: Literal["FeatureCollection"]
    features: list[object]
