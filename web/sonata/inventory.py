"""productInventory v7 (MEF 116, requirements in MEF 81): what a buyer has.

A product is one of our services; its state, its orders and its configuration are told, and nothing is changed here.
"""

from datetime import datetime
from typing import Annotated, cast

from pydantic import Field

from provisioning import front_desk
from provisioning.catalogue import Catalogue
from provisioning.front_desk import ServiceStory
from provisioning.listings import ProductsWanted
from provisioning.policy import Action
from provisioning.services import ServiceState
from web.api.fields import Moment
from web.sonata.common import (
    INSTALL_LOCATION,
    ItemTerm,
    PriceTold,
    ProductRelationship,
    Ref,
    SiteRefPlace,
    monthly_price,
    term_of,
)
from web.sonata.configurations import Configuration
from web.sonata.issues import reason_of
from web.sonata.operation import (
    LISTS,
    READS_ONE,
    SONATA_ROOT,
    SonataAnswer,
    SonataApi,
    SonataCall,
    SonataOperation,
    href,
)
from web.sonata.payload import PageQuery, Payload, QueryMoment, SomeText, SonataQuery, Text
from web.sonata.told_products import told_configuration, told_places, told_relationships

NAME, VERSION = "productInventory", "v7"
ROOT = f"{SONATA_ROOT}/{NAME}/{VERSION}"
ORDERS = f"{SONATA_ROOT}/productOrderingManagement/v10/productOrder"
MOST_FIELDS = 500


class SiteOfProduct(Payload):
    """RelatedGeographicSite of the standard."""

    id: Text
    role: Text
    href: Text | None = None


class OrderItemRef(Payload):
    """MEFProductOrderItemRef of the standard."""

    product_order_id: Text
    product_order_item_id: Text
    product_order_href: Text | None = None


class StatusChange(Payload):
    """MEFProductStatusChange of the standard."""

    status: ServiceState
    change_date: Moment
    change_reason: SomeText | None = None


class ProductFound(Payload):
    """MEFProduct_Find of the standard."""

    id: Text
    href: Text
    status: ServiceState
    start_date: Moment
    last_update_date: Moment
    external_id: Text | None = None
    product_offering: Ref
    product_relationship: list[ProductRelationship] | None = None
    product_order_item: list[OrderItemRef] | None = None
    related_site: list[SiteOfProduct] | None = None


class ProductTold(ProductFound):
    """MEFProduct of the standard."""

    product_configuration: Configuration | None = None
    product_price: list[PriceTold]
    product_term: list[ItemTerm]
    status_change: list[StatusChange]
    termination_date: Moment | None = None


class ProductsQuery(PageQuery):
    """What listProduct takes."""

    status: ServiceState | None = None
    product_specification_id: Text | None = None
    product_offering_id: Text | None = None
    external_id: Text | None = None
    geographical_site_id: Text | None = None
    related_product_id: Text | None = None
    billing_account_id: Text | None = None
    product_order_id: Text | None = None
    started_before: QueryMoment | None = Field(None, alias="startDate.lt")
    started_after: QueryMoment | None = Field(None, alias="startDate.gt")
    updated_before: QueryMoment | None = Field(None, alias="lastUpdateDate.lt")
    updated_after: QueryMoment | None = Field(None, alias="lastUpdateDate.gt")

    def noun(self) -> ProductsWanted:
        return ProductsWanted(
            state=self.status,
            product=self.product_offering_id or self.product_specification_id,
            external_id=self.external_id,
            handover=self.related_product_id,
            site=self.geographical_site_id,
            product_order_id=self.product_order_id,
            started=(self.started_after, self.started_before),
            updated=(self.updated_after, self.updated_before),
        )


class ProductQuery(SonataQuery):
    """What retrieveProduct takes. `fields` may name what is wanted; all is answered, as the standard allows."""

    fields: Annotated[Text, Field(max_length=MOST_FIELDS)] | None = None


def list_products(call: SonataCall) -> SonataAnswer:
    query = cast("ProductsQuery", call.query)
    if query.billing_account_id is not None:
        return SonataAnswer([], 0)  # no product of ours has a billing account on this face
    found, total = front_desk.some_services(
        call.tools, call.who, query.noun(), offset=query.offset, limit=query.at_most
    )
    return SonataAnswer([found_told(each) for each in found], total)


def retrieve(call: SonataCall) -> SonataAnswer:
    story = front_desk.service_story(call.tools, call.who, call.path["id"])
    version = story.service.catalogue_version
    catalogue = call.tools.catalogues.version(version) if version else call.tools.catalogue
    return SonataAnswer(product_told(story, catalogue))


def found_told(story: ServiceStory) -> ProductFound:
    """A product in a list."""
    service = story.service
    return ProductFound(
        id=service.id,
        href=href(ROOT, "product", service.id),
        status=service.state,
        start_date=start_of(story),
        last_update_date=story.updated_at,
        external_id=service.reference or None,
        product_offering=Ref(id=service.product),
        product_relationship=told_relationships(story.request),
        product_order_item=_items(story) or None,
        related_site=_sites(story) or None,
    )


def product_told(story: ServiceStory, catalogue: Catalogue) -> ProductTold:
    """A product with its configuration, price, term and history. The S-VLAN of a live circuit is told."""
    service, circuit = story.service, story.service.circuit
    found = found_told(story)
    return ProductTold(
        **{name: getattr(found, name) for name in ProductFound.model_fields},
        product_configuration=told_configuration(
            story.request, catalogue, s_vlan=None if circuit is None else circuit.s_vlan
        ),
        product_price=[monthly_price(service.monthly_pence)],
        product_term=[term_of(service.term_months)],
        status_change=[
            StatusChange(status=ServiceState(each.now), change_date=each.at, change_reason=reason_of(each))
            for each in story.changes
        ],
        termination_date=service.ended_at,
    )


def start_of(story: ServiceStory) -> datetime:
    """Since when it is active; before that, since when it is being made: the standard demands a date."""
    return story.service.activated_at or story.service.created_at


def _items(story: ServiceStory) -> list[OrderItemRef]:
    return [
        OrderItemRef(
            product_order_id=each.product_order_id,
            product_order_item_id=each.item_id,
            product_order_href=href(ORDERS, each.product_order_id),
        )
        for each in story.orders
        if each.product_order_id
    ]


def _sites(story: ServiceStory) -> list[SiteOfProduct]:
    """Where it is: premises by UPRN, places of ours by their code."""
    found = []
    for place in told_places(story.request) or ():
        site_id = place.id if isinstance(place, SiteRefPlace) else getattr(place, "external_reference_id", "")
        if site_id:
            found.append(SiteOfProduct(id=site_id, role=place.role or INSTALL_LOCATION))
    return found


INVENTORY = SonataApi(
    NAME,
    VERSION,
    "inventory/productInventoryManagement.api.yaml",
    (
        SonataOperation(
            "listProduct",
            "GET",
            "/product",
            "What you have",
            list_products,
            ProductFound,
            LISTS,
            action=Action.READ_SERVICES,
            many=True,
            query=ProductsQuery,
        ),
        SonataOperation(
            "retrieveProduct",
            "GET",
            "/product/{id}",
            "One product",
            retrieve,
            ProductTold,
            READS_ONE,
            action=Action.READ_SERVICES,
            query=ProductQuery,
        ),
    ),
)
