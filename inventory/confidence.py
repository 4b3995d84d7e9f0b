"""How sure an answer is that something can be delivered (MEF 87 clause 7.2)."""

from enum import StrEnum


class Confidence(StrEnum):
    """MEF 87 clause 7.2: how sure the answer is."""

    GREEN = "green"  # can be delivered now, on what is there
    YELLOW = "yellow"  # can be delivered after work the operator must plan
    RED = "red"  # cannot be delivered
