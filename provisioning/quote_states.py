"""The states of a quote, in the words of MEF 80: apart, so that the command line's help need not load the rest."""

from enum import StrEnum


class QuoteState(StrEnum):
    """Where a quote is."""

    ACKNOWLEDGED = "acknowledged"
    IN_PROGRESS = "inProgress"
    DRAFT = "inProgress.draft"
    ANSWERED = "answered"
    ORDERABLE = "approved.orderable"
    ORDERABLE_ALTERNATE = "approved.orderableAlternate"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    UNABLE_TO_PROVIDE = "unableToProvide"
