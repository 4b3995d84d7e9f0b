"""The shapes of productOrderingManagement v10 (MEF 123): product orders and their items."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field

from provisioning.product_orders import ProductOrderState
from web.api.fields import Moment
from web.sonata.common import (
    Contact,
    Duration,
    ItemRelationship,
    ItemTerm,
    ProductAction,
    Ref,
    TerminationError,
)
from web.sonata.issues import WordsNote
from web.sonata.payload import PageQuery, Payload, QueryMoment, SomeText, Text
from web.sonata.products import ProductSent

type ItemId = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]{1,40}$")]
type Notes = Annotated[list[WordsNote], Field(max_length=50)]
type Contacts = Annotated[list[Contact], Field(min_length=1, max_length=20)]
type BuyersText = Annotated[Text, Field(max_length=64)]


class Dependency(StrEnum):
    """MEFOrderItemCoordinationDependencyType of the standard."""

    START_TO_START = "startToStart"
    START_TO_FINISH = "startToFinish"
    FINISH_TO_START = "finishToStart"
    FINISH_TO_FINISH = "finishToFinish"


class CoordinatedAction(Payload):
    """MEFOrderItemCoordinatedAction of the standard."""

    item_id: ItemId
    coordination_dependency: Dependency
    coordinated_action_delay: Duration


class QuoteItemRef(Payload):
    """MEFQuoteItemRef of the standard."""

    quote_id: Text
    id: Text
    quote_href: Text | None = None


class QualificationItemRef(Payload):
    """ProductOfferingQualificationItemRef of the standard."""

    product_offering_qualification_id: Text
    id: Text
    product_offering_qualification_href: Text | None = None
    alternate_product_offering_proposal_id: Text | None = None


class OrderItemCreate(Payload):
    """MEFProductOrderItem_Create of the standard, without billing accounts and TSP priorities."""

    id: ItemId
    action: ProductAction
    product: ProductSent | None = None
    agreement_name: Text | None = None
    coordinated_action: Annotated[list[CoordinatedAction], Field(max_length=100)] | None = None
    end_customer_name: BuyersText | None = None
    expedite_indicator: bool | None = None
    note: Notes | None = None
    product_offering_qualification_item: QualificationItemRef | None = None
    product_order_item_relationship: Annotated[list[ItemRelationship], Field(max_length=100)] | None = None
    quote_item: QuoteItemRef | None = None
    related_buyer_pon: Annotated[
        BuyersText | None, Field(validation_alias="relatedBuyerPON", serialization_alias="relatedBuyerPON")
    ] = None
    related_contact_information: Contacts | None = None
    requested_completion_date: Moment | None = None
    requested_item_term: ItemTerm | None = None


class OrderCreate(Payload):
    """ProductOrder_Create of the standard."""

    product_order_item: Annotated[list[OrderItemCreate], Field(min_length=1, max_length=100)]
    related_contact_information: Contacts
    external_id: BuyersText | None = None
    project_id: BuyersText | None = None
    note: Notes | None = None


class OrderItemUpdate(Payload):
    """MEFProductOrderItem_Update of the standard."""

    id: ItemId
    end_customer_name: BuyersText | None = None
    note: Notes | None = None
    related_buyer_pon: Annotated[
        BuyersText | None, Field(validation_alias="relatedBuyerPON", serialization_alias="relatedBuyerPON")
    ] = None
    related_contact_information: Contacts | None = None


class OrderUpdate(Payload):
    """ProductOrder_Update of the standard."""

    external_id: BuyersText | None = None
    project_id: BuyersText | None = None
    note: Notes | None = None
    product_order_item: Annotated[list[OrderItemUpdate], Field(max_length=100)] | None = None
    related_contact_information: Contacts | None = None


class ItemState(StrEnum):
    """MEFProductOrderItemStateType of the standard."""

    ACKNOWLEDGED = "acknowledged"
    CANCELLED = "cancelled"
    COMPLETED = "completed"
    FAILED = "failed"
    HELD = "held"
    IN_PROGRESS = "inProgress"
    PENDING = "pending"
    REJECTED = "rejected"
    REJECTED_VALIDATED = "rejected.validated"
    REJECTED_UNASSESSED = "rejected.unassessed"


class ItemStateChange(Payload):
    """MEFProductOrderItemStateChange of the standard."""

    state: ItemState
    change_date: Moment
    change_reason: SomeText | None = None


class Milestone(Payload):
    """MEFMilestone of the standard."""

    name: Text
    date: Moment
    note: SomeText | None = None


class OrderItemTold(OrderItemCreate):
    """ProductOrderItem of the standard."""

    note: list[WordsNote] | None = None
    state: ItemState
    state_change: list[ItemStateChange] | None = None
    milestone: list[Milestone] | None = None
    charge: list[Ref] | None = None
    completion_date: Moment | None = None
    expected_completion_date: Moment | None = None
    expedite_accepted_indicator: bool | None = None
    item_term: list[ItemTerm] | None = None
    termination_error: list[TerminationError] | None = None


class OrderStateChange(Payload):
    """MEFProductOrderStateChange of the standard."""

    state: ProductOrderState
    change_date: Moment
    change_reason: SomeText | None = None


class OrderFound(Payload):
    """ProductOrder_Find of the standard."""

    id: Text
    order_date: Moment
    state: ProductOrderState
    external_id: Text | None = None
    project_id: Text | None = None
    completion_date: Moment | None = None
    cancellation_date: Moment | None = None


class OrderTold(OrderFound):
    """ProductOrder of the standard."""

    href: Text
    product_order_item: list[OrderItemTold]
    related_contact_information: list[Contact]
    state_change: list[OrderStateChange]
    note: list[WordsNote] | None = None
    cancellation_reason: SomeText | None = None
    cancellation_charge: list[Ref] | None = None


class OrdersQuery(PageQuery):
    """What listProductOrder takes."""

    state: ProductOrderState | None = None
    external_id: Text | None = None
    project_id: Text | None = None
    ordered_after: QueryMoment | None = Field(None, alias="orderDate.gt")
    ordered_before: QueryMoment | None = Field(None, alias="orderDate.lt")
    completed_after: QueryMoment | None = Field(None, alias="completionDate.gt")
    completed_before: QueryMoment | None = Field(None, alias="completionDate.lt")
    requested_after: QueryMoment | None = Field(None, alias="itemRequestedCompletionDate.gt")
    requested_before: QueryMoment | None = Field(None, alias="itemRequestedCompletionDate.lt")
    expected_after: QueryMoment | None = Field(None, alias="itemExpectedCompletionDate.gt")
    expected_before: QueryMoment | None = Field(None, alias="itemExpectedCompletionDate.lt")
    cancelled_after: QueryMoment | None = Field(None, alias="cancellationDate.gt")
    cancelled_before: QueryMoment | None = Field(None, alias="cancellationDate.lt")


class OrderRef(Payload):
    """MEFProductOrderRef of the standard."""

    product_order_id: Text
    product_order_href: Text | None = None


class OrderItemRef(Payload):
    """MEFProductOrderItemRef of the standard."""

    product_order_id: Text
    product_order_item_id: Text
    product_order_href: Text | None = None

    @classmethod
    def of(cls, product_order_id: str, item_id: str, root: str) -> Self:
        """The reference of one item, with the address of its product order."""
        return cls(
            product_order_id=product_order_id,
            product_order_item_id=item_id,
            product_order_href=f"{root}/productOrder/{product_order_id}",
        )
