"""productCatalog v2 (MEF 127, release candidate): what is sold, in which version, and until when."""

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, cast

from pydantic import Field

from provisioning.errors import UnknownProduct
from provisioning.policy import Action
from web.api.fields import Moment
from web.request_errors import NotOffered
from web.sonata.common import COUNTRY, ItemTerm, Note, Ref, Side, term_of
from web.sonata.hubs import Registered, Registration
from web.sonata.offerings import (
    CATEGORIES,
    ROOT,
    SPECIFICATIONS,
    Category,
    Lifecycle,
    Offering,
    Specification,
    offerings,
    updated,
)
from web.sonata.operation import (
    ALWAYS,
    LISTS,
    NOT_OFFERED,
    READS_ONE,
    SONATA_ROOT,
    SonataAnswer,
    SonataApi,
    SonataCall,
    SonataOperation,
)
from web.sonata.payload import PageQuery, Payload, QueryMoment, SonataQuery, Text

NAME, VERSION = "productCatalog", "v2"
HERE = f"{SONATA_ROOT}/{NAME}/{VERSION}"
AGREEMENT, CHANNEL, SEGMENT = "published price list", "api", "wholesale"


class Region(Payload):
    """Region of the standard."""

    country: Text
    locality: Text | None = None


class CategoryTold(Payload):
    """ProductCategory of the standard."""

    id: Text
    href: Text
    name: Text
    description: Text
    last_update: Moment
    parent_category: Ref | None = None
    sub_category: list[Ref] | None = None
    product_offering: list[Ref] | None = None


class OfferingFound(Payload):
    """ProductOffering_Find of the standard."""

    id: Text
    href: Text
    name: Text
    description: str
    last_update: Moment
    lifecycle_status: Lifecycle
    agreement: Text
    channel: list[Text]
    market_segment: list[Text]
    region: list[Region]
    category: list[Ref]
    product_specification: Ref


class SchemaRef(Payload):
    """SchemaRefOrValue of the standard."""

    schema_location: Annotated[Text, Field(validation_alias="schemaLocation", serialization_alias="schemaLocation")]


class OfferingTold(OfferingFound):
    """ProductOffering of the standard."""

    product_offering_term: list[ItemTerm]
    product_offering_specification: SchemaRef
    note: list[Note]


class SpecificationFound(Payload):
    """ProductSpecification_Find of the standard."""

    id: Text
    href: Text
    name: Text
    lifecycle_status: Text
    last_update: Moment


class SpecificationTold(SpecificationFound):
    """ProductSpecification of the standard."""

    description: Text
    source_schema: SchemaRef


def _named(name: str) -> Any:
    return Field(validation_alias=name)


class CategoriesQuery(PageQuery):
    """Which categories."""

    parent: Annotated[Text | None, _named("parentCategory.id")] = None
    updated_after: Annotated[QueryMoment | None, _named("lastUpdate.gt")] = None
    updated_before: Annotated[QueryMoment | None, _named("lastUpdate.lt")] = None


class OfferingsQuery(PageQuery):
    """Which offerings."""

    name: Text | None = None
    updated_after: Annotated[QueryMoment | None, _named("lastUpdate.gt")] = None
    updated_before: Annotated[QueryMoment | None, _named("lastUpdate.lt")] = None
    lifecycle_status: Text | None = None
    agreement: Text | None = None
    channel: Text | None = None
    market_segment: Text | None = None
    country: Annotated[Text | None, _named("region.country")] = None
    category: Annotated[Text | None, _named("category.id")] = None
    specification: Annotated[Text | None, _named("productSpecification.id")] = None


class SpecificationsQuery(PageQuery):
    """Which specifications. All of ours are published."""

    name: Text | None = None
    lifecycle_status: Text | None = None
    updated_after: Annotated[QueryMoment | None, _named("lastUpdate.gt")] = None
    updated_before: Annotated[QueryMoment | None, _named("lastUpdate.lt")] = None


PUBLISHED = "published"


def list_categories(call: SonataCall) -> SonataAnswer:
    query = cast("CategoriesQuery", call.query)
    found = [
        told
        for told in _categories(call)
        if query.parent in {None, None if told.parent_category is None else told.parent_category.id}
        and _between(told.last_update, query.updated_after, query.updated_before)
    ]
    return _page(found, query)


def retrieve_category(call: SonataCall) -> SonataAnswer:
    """Raises: UnknownProduct."""
    return SonataAnswer(_one(_categories(call), call.path["id"]))


def list_offerings(call: SonataCall) -> SonataAnswer:
    query = cast("OfferingsQuery", call.query)
    return _page([_found(each) for each in _offerings(call) if _is_wanted(each, query)], query)


def retrieve_offering(call: SonataCall) -> SonataAnswer:
    """Raises: UnknownProduct."""
    for each in _offerings(call):
        if each.sold.code == call.path["id"]:
            return SonataAnswer(_told(each))
    raise UnknownProduct(call.path["id"], [each.sold.code for each in _offerings(call)])


def list_specifications(call: SonataCall) -> SonataAnswer:
    query = cast("SpecificationsQuery", call.query)
    at = updated(call.tools.catalogue)
    found = [
        SpecificationFound(**_same(each, at))
        for each in SPECIFICATIONS.values()
        if query.name in {None, each.name}
        and query.lifecycle_status in {None, PUBLISHED}
        and _between(at, query.updated_after, query.updated_before)
    ]
    return _page(found, query)


def retrieve_specification(call: SonataCall) -> SonataAnswer:
    """Raises: UnknownProduct."""
    found = SPECIFICATIONS.get(call.path["id"])
    if found is None:
        raise UnknownProduct(call.path["id"], list(SPECIFICATIONS))
    at = updated(call.tools.catalogue)
    source = SchemaRef(schema_location=found.urn)
    return SonataAnswer(SpecificationTold(**_same(found, at), description=found.description, source_schema=source))


def refuse_hub(call: SonataCall) -> SonataAnswer:
    """Raises: NotOffered. A price list changes by a new version on a day that is announced here."""
    del call
    raise NotOffered("A hub of the catalogue")


def _offerings(call: SonataCall) -> Sequence[Offering]:
    return offerings(call.tools.catalogues, call.tools.now().date())


def _categories(call: SonataCall) -> list[CategoryTold]:
    known, at = _offerings(call), updated(call.tools.catalogue)
    used = [each for each in CATEGORIES.values() if any(one.category == each for one in known)]
    root = CategoryTold(**_plain(ROOT, at), sub_category=[_category_ref(each) for each in used])
    return [
        root,
        *(
            CategoryTold(
                **_plain(each, at),
                parent_category=_category_ref(ROOT),
                product_offering=[_offering_ref(one) for one in known if one.category == each],
            )
            for each in used
        ),
    ]


def _plain(category: Category, at: datetime) -> dict[str, Any]:
    return {
        "id": category.id,
        "href": f"{HERE}/category/{category.id}",
        "name": category.name,
        "description": category.description,
        "last_update": at,
    }


def _one(categories: Sequence[CategoryTold], wanted: str) -> CategoryTold:
    for each in categories:
        if each.id == wanted:
            return each
    raise UnknownProduct(wanted, [each.id for each in categories])


def _category_ref(category: Category) -> Ref:
    return Ref(id=category.id, href=f"{HERE}/category/{category.id}")


def _offering_ref(offering: Offering) -> Ref:
    return Ref(id=offering.sold.code, href=f"{HERE}/productOffering/{offering.sold.code}")


def _found(offering: Offering) -> OfferingFound:
    return OfferingFound(**_common(offering))


def _common(offering: Offering) -> dict[str, Any]:
    return {
        "id": offering.sold.code,
        "href": f"{HERE}/productOffering/{offering.sold.code}",
        "name": offering.sold.name,
        "description": offering.sold.description,
        "last_update": offering.updated_at,
        "lifecycle_status": offering.lifecycle,
        "agreement": AGREEMENT,
        "channel": [CHANNEL],
        "market_segment": [SEGMENT],
        "region": [Region(country=COUNTRY)],
        "category": [_category_ref(offering.category)],
        "product_specification": Ref(id=offering.urn, href=f"{HERE}/productSpecification/{offering.urn}"),
    }


def _told(offering: Offering) -> OfferingTold:
    text = f"price list {offering.version}; the prices stand in a quote, and at /api/v1/products"
    note = Note(id="1", author="seller", date=offering.updated_at, source=Side.SELLER, text=text)
    return OfferingTold(
        **_common(offering),
        product_offering_term=[term_of(months) for months in offering.terms],
        product_offering_specification=SchemaRef(schema_location=offering.urn),
        note=[note],
    )


def _is_wanted(offering: Offering, query: OfferingsQuery) -> bool:
    same = (
        (query.name, offering.sold.name),
        (query.lifecycle_status, offering.lifecycle),
        (query.agreement, AGREEMENT),
        (query.channel, CHANNEL),
        (query.market_segment, SEGMENT),
        (query.country, COUNTRY),
        (query.category, offering.category.id),
        (query.specification, offering.urn),
    )
    is_same = all(wanted in {None, value} for wanted, value in same)
    return is_same and _between(offering.updated_at, query.updated_after, query.updated_before)


def _between(at: datetime, after: datetime | None, before: datetime | None) -> bool:
    return (after is None or at > after) and (before is None or at < before)


def _page(found: Sequence[Payload], query: PageQuery) -> SonataAnswer:
    return SonataAnswer(found[query.offset : query.offset + query.at_most], len(found))


def _same(specification: Specification, at: datetime) -> dict[str, Any]:
    return {
        "id": specification.urn,
        "href": f"{HERE}/productSpecification/{specification.urn}",
        "name": specification.name,
        "lifecycle_status": PUBLISHED,
        "last_update": at,
    }


def _reads(
    name: str,
    path: str,
    summary: str,
    handler: Any,
    shows: type[Payload],
    query: type[SonataQuery] = SonataQuery,
    *,
    many: bool,
) -> SonataOperation:
    refuses = LISTS if many else READS_ONE
    return SonataOperation(
        name, "GET", path, summary, handler, shows, refuses, many=many, query=query, action=Action.READ_CATALOGUE
    )


CATALOGUE = SonataApi(
    NAME,
    VERSION,
    "catalog/productCatalog.api.yaml",
    (
        _reads(
            "listCategory",
            "/category",
            "Groups of offerings",
            list_categories,
            CategoryTold,
            CategoriesQuery,
            many=True,
        ),
        _reads("retrieveCategory", "/category/{id}", "One group", retrieve_category, CategoryTold, many=False),
        _reads(
            "listProductOffering",
            "/productOffering",
            "What is sold",
            list_offerings,
            OfferingFound,
            OfferingsQuery,
            many=True,
        ),
        _reads(
            "retrieveProductOffering",
            "/productOffering/{id}",
            "One offering",
            retrieve_offering,
            OfferingTold,
            many=False,
        ),
        _reads(
            "listProductSpecification",
            "/productSpecification",
            "The shapes of products",
            list_specifications,
            SpecificationFound,
            SpecificationsQuery,
            many=True,
        ),
        _reads(
            "retrieveProductSpecification",
            "/productSpecification/{id}",
            "One shape",
            retrieve_specification,
            SpecificationTold,
            many=False,
        ),
        SonataOperation(
            "registerListener",
            "POST",
            "/hub",
            "Not offered",
            refuse_hub,
            Registered,
            ALWAYS | NOT_OFFERED,
            body=Registration,
            status=HTTPStatus.CREATED,
            action=Action.READ_CATALOGUE,
            offered=False,
        ),
        SonataOperation(
            "retrieveHub",
            "GET",
            "/hub/{id}",
            "Not offered",
            refuse_hub,
            Registered,
            ALWAYS | NOT_OFFERED,
            action=Action.READ_CATALOGUE,
            offered=False,
        ),
        SonataOperation(
            "unregisterListener",
            "DELETE",
            "/hub/{id}",
            "Not offered",
            refuse_hub,
            None,
            ALWAYS | NOT_OFFERED,
            status=HTTPStatus.NO_CONTENT,
            action=Action.READ_CATALOGUE,
            offered=False,
        ),
    ),
)
