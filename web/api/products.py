"""What requests and answers carry of E-Lines and of what an engineer delivers; price lists; letters of authority."""

from datetime import date
from typing import Annotated, cast

from pydantic import Field, SecretStr, StringConstraints

from inventory.windows import Window
from provisioning import catalogue_errors, errors, product_desk, product_errors
from provisioning.by_hand import ByHand
from provisioning.catalogue import BuildItem, Catalogue, HandProduct
from provisioning.catalogues import PriceChange
from provisioning.changing_ssids import SsidChange
from provisioning.cross_connects import parse_end
from provisioning.letter_pdf import letter_pdf
from provisioning.policy import Action
from provisioning.wanted import (
    CrossConnectWanted,
    ELineWanted,
    HostedEquipment,
    RealmWanted,
    SiteHostingWanted,
    SsidSecurity,
    SsidWanted,
)
from web.api.fields import PRINTABLE, Asked, AskedInQuery, Name, Shown, Uprn
from web.api.operation import Answer, Call, Operation
from web.api.plant.fields import DayInBody, Key

type CVlan = Annotated[int, Field(ge=1, le=4094)]
type EndText = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._/-]{1,64}:[A-Za-z0-9._/-]{1,64}$")]


type MadeBy = Annotated[str, StringConstraints(pattern=r"^(\w([\w .,/()+&'-]{0,62}[\w.,/()+&'-])?)?$")]


class ELineBody(Asked):
    """The other end of an E-Line whose first UNI is at `uprn`, and for an EVPL the C-VLAN id that each UNI sends."""

    z_uprn: Uprn
    a_c_vlans: list[CVlan] = Field(default_factory=list, max_length=8)
    z_c_vlans: list[CVlan] = Field(default_factory=list, max_length=8)

    def noun(self) -> ELineWanted:
        return ELineWanted(self.z_uprn, tuple(self.a_c_vlans), tuple(self.z_c_vlans))


class CrossConnectBody(Asked):
    """A patch between two ends in one exchange: positions (`odf:number`) or ports (`device:port`). One is your own."""

    a: EndText
    z: EndText
    first_day: DayInBody
    last_day: DayInBody | None = Field(None, description="its last day; until further notice where left out")

    def noun(self) -> CrossConnectWanted:
        """Raises: DatesReversed, RequestInvalid."""
        return CrossConnectWanted(parse_end("a", self.a), parse_end("z", self.z), Window(self.first_day, self.last_day))


class SsidBody(Asked):
    """An SSID on every access point of an area (or at one place), its traffic given over at `handover`.

    The passphrase is kept encrypted, and never shown again.
    """

    ssid: Annotated[str, StringConstraints(pattern=PRINTABLE, min_length=1, max_length=32)]
    area: Annotated[str, StringConstraints(pattern=PRINTABLE, min_length=1, max_length=64)]
    security: SsidSecurity
    passphrase: SecretStr | None = Field(None, description="8 to 63 ASCII characters, for WPA2 and WPA3 Personal")

    def noun(self, sealed_passphrase: str = "") -> SsidWanted:
        return SsidWanted(self.ssid, self.area, self.security, sealed_passphrase)


class SsidRealmBody(Asked):
    """A realm of yours on an SSID that is shared; its people's traffic is given over at `handover`."""

    shared: Name
    realm: Annotated[str, StringConstraints(pattern=PRINTABLE, min_length=3, max_length=253)]

    def noun(self) -> RealmWanted:
        return RealmWanted(self.shared, self.realm.lower())  # no letter's case tells realms apart (RFC 7542, 2.4)


class SsidChangeBody(Asked):
    """What is to be otherwise of a hosted SSID; what is left out stays, the passphrase too."""

    ssid: Annotated[str, StringConstraints(pattern=PRINTABLE, min_length=1, max_length=32)] | None = None
    area: Annotated[str, StringConstraints(pattern=PRINTABLE, min_length=1, max_length=64)] | None = None
    security: SsidSecurity | None = None
    passphrase: SecretStr | None = Field(None, description="8 to 63 ASCII characters, for WPA2 and WPA3 Personal")

    def noun(self) -> SsidChange:
        return SsidChange(self.ssid, self.area, self.security)


class SiteHostingBody(Asked):
    """A site slot for one device on a column, pole or roof: a mount, power and, with a handover, a backhaul."""

    place: Name
    equipment: HostedEquipment
    power_w: Annotated[int, Field(ge=1, le=100_000)]
    first_day: DayInBody
    last_day: DayInBody | None = None
    manufacturer: MadeBy = Field("", description="of the device; it goes into the inventory")
    model: MadeBy = ""
    serial: MadeBy = ""

    def noun(self) -> SiteHostingWanted:
        """Raises: DatesReversed."""
        window = Window(self.first_day, self.last_day)
        made = (self.manufacturer, self.model, self.serial)
        return SiteHostingWanted(self.place, self.equipment, self.power_w, window, *made)


class ELineShown(Shown):
    """What was asked for of an E-Line."""

    z_uprn: str
    a_c_vlans: list[int]
    z_c_vlans: list[int]

    @classmethod
    def of(cls, wanted: ELineWanted) -> "ELineShown":
        return cls(z_uprn=wanted.z_uprn, a_c_vlans=list(wanted.a_c_vlans), z_c_vlans=list(wanted.z_c_vlans))


class CrossConnectShown(Shown):
    """What was asked for of a cross-connect."""

    a: Key
    z: Key
    first_day: date
    last_day: date | None

    @classmethod
    def of(cls, wanted: CrossConnectWanted) -> "CrossConnectShown":
        return cls(a=str(wanted.a), z=str(wanted.z), first_day=wanted.window.first, last_day=wanted.window.last)


class SsidShown(Shown):
    """What was asked for of a hosted SSID; never its passphrase."""

    ssid: str
    area: str
    security: SsidSecurity

    @classmethod
    def of(cls, wanted: SsidWanted) -> "SsidShown":
        return cls(ssid=wanted.ssid, area=wanted.area, security=wanted.security)


class SsidRealmShown(Shown):
    """What was asked for of a realm on a shared SSID."""

    shared: str
    realm: str

    @classmethod
    def of(cls, wanted: RealmWanted) -> "SsidRealmShown":
        return cls(shared=wanted.shared, realm=wanted.realm)


class SiteHostingShown(Shown):
    """What was asked for of a site slot."""

    place: str
    equipment: HostedEquipment
    power_w: int
    first_day: date
    last_day: date | None
    manufacturer: str
    model: str
    serial: str

    @classmethod
    def of(cls, wanted: SiteHostingWanted) -> "SiteHostingShown":
        return cls(
            place=wanted.place,
            equipment=wanted.equipment,
            power_w=wanted.power_w,
            first_day=wanted.window.first,
            last_day=wanted.window.last,
            manufacturer=wanted.manufacturer,
            model=wanted.model,
            serial=wanted.serial,
        )


class ByHandShown(Shown):
    """What a service that an engineer delivers has."""

    positions: list[Key]
    ports: list[Key]
    hosting_position: Key | None
    access_points: list[str]
    handover: str
    s_vlan: int | None
    facts: dict[str, str]

    @classmethod
    def of(cls, its: ByHand) -> "ByHandShown":
        return cls(
            positions=[str(position) for position in its.positions],
            ports=[str(port) for port in its.ports],
            hosting_position=None if its.hosting is None else str(its.hosting),
            access_points=list(its.access_points),
            handover=its.handover,
            s_vlan=its.s_vlan,
            facts=dict(its.facts),
        )


class HandPriceShown(Shown):
    """The monthly price at one term."""

    term_months: int
    monthly_pence: int


class SlotOfferShown(Shown):
    """What is in the one price of a site slot, for one kind of equipment; more watts cost more."""

    equipment: HostedEquipment
    power_w: int
    backhaul_mbps: int


class HandProductShown(Shown):
    """What an engineer delivers: `kind` says which field of an order it needs (`cross-connect`: `cross_connect`)."""

    code: str
    kind: str
    name: str
    description: str
    setup_pence: int
    prices: list[HandPriceShown]
    monthly_pence_per_watt: int
    slots: list[SlotOfferShown]

    @classmethod
    def of(cls, product: HandProduct) -> "HandProductShown":
        terms = product.monthly_pence_by_term.items()
        return cls(
            code=product.code,
            kind=product.kind.value,
            name=product.name,
            description=product.description,
            setup_pence=product.setup_pence,
            prices=[HandPriceShown(term_months=term, monthly_pence=pence) for term, pence in terms],
            monthly_pence_per_watt=product.monthly_pence_per_watt,
            slots=[
                SlotOfferShown(equipment=slot.equipment, power_w=slot.power_w, backhaul_mbps=slot.backhaul.cir_mbps)
                for slot in product.slots
            ],
        )


class BuildItemShown(Shown):
    """What must be built where a qualification gives that reason, what it costs, and the days it takes."""

    code: str
    name: str
    for_reason: str
    once_pence: int
    pence_per_m: int
    lead_days: int

    @classmethod
    def of(cls, item: BuildItem) -> "BuildItemShown":
        return cls.model_validate(item)


class CatalogueShown(Shown):
    """One price list. The same version never says something else: `digest` is the SHA-256 of what it says."""

    version: str
    valid_from: date | None
    valid_until: date | None
    digest: str
    products: list[str]
    build_items: list[BuildItemShown]

    @classmethod
    def of(cls, one: Catalogue) -> "CatalogueShown":
        return cls(
            version=one.version,
            valid_from=one.valid_from,
            valid_until=one.valid_until,
            digest=one.digest,
            products=[sold.code for sold in one.all_products],
            build_items=[BuildItemShown.of(item) for item in one.build_items],
        )


class CataloguesShown(Shown):
    """Every price list, oldest first; `holds` is the version that prices what is ordered today."""

    holds: str
    items: list[CatalogueShown]


class PriceChangeShown(Shown):
    """One price that differs; null where a list does not have it."""

    product: str
    what: str
    was_pence: int | None
    now_pence: int | None

    @classmethod
    def of(cls, change: PriceChange) -> "PriceChangeShown":
        return cls.model_validate(change)


class PriceChangesShown(Shown):
    items: list[PriceChangeShown]


class PriceChangesQuery(AskedInQuery):
    """Two versions."""

    was: Name
    now: Name


def list_catalogues(call: Call) -> Answer:
    items = [CatalogueShown.of(one) for one in product_desk.catalogues(call.tools, call.who)]
    return Answer(CataloguesShown(holds=product_desk.catalogue(call.tools, call.who).version, items=items))


def get_catalogue(call: Call) -> Answer:
    return Answer(CatalogueShown.of(product_desk.catalogue(call.tools, call.who, call.path["version"])))


def list_price_changes(call: Call) -> Answer:
    query = cast("PriceChangesQuery", call.query)
    changes = product_desk.price_changes(call.tools, call.who, query.was, query.now)
    return Answer(PriceChangesShown(items=[PriceChangeShown.of(change) for change in changes]))


def get_letter(call: Call) -> Answer:
    letter = product_desk.letter(call.tools, call.who, call.path["service_id"])
    return Answer(None, document=letter_pdf(letter))


PRODUCT_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "listCatalogues",
        "GET",
        "/catalogues",
        "Every price list, and which one holds",
        "catalogue",
        list_catalogues,
        CataloguesShown,
        action=Action.READ_CATALOGUE,
        errors=(catalogue_errors.NoPriceList,),
    ),
    Operation(
        "getCatalogue",
        "GET",
        "/catalogues/{version}",
        "One price list",
        "catalogue",
        get_catalogue,
        CatalogueShown,
        action=Action.READ_CATALOGUE,
        errors=(catalogue_errors.UnknownCatalogue,),
    ),
    Operation(
        "listPriceChanges",
        "GET",
        "/catalogue-changes",
        "What differs between two price lists",
        "catalogue",
        list_price_changes,
        PriceChangesShown,
        action=Action.READ_CATALOGUE,
        query=PriceChangesQuery,
        errors=(catalogue_errors.UnknownCatalogue,),
    ),
    Operation(
        "getLetterOfAuthority",
        "GET",
        "/services/{service_id}/letter-of-authority",
        "A cross-connect's letter of authority, as PDF",
        "services",
        get_letter,
        None,
        action=Action.READ_SERVICES,
        errors=(errors.UnknownService, product_errors.LetterNotThere),
        media="application/pdf",
    ),
)
