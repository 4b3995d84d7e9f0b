"""The kinds of text that answers about the plant carry."""

import re
from datetime import date
from typing import Annotated

from pydantic import BeforeValidator, Field

type Key = Annotated[str, BeforeValidator(str)]
"""A thing's key as text: strands "cable:number", bores "duct:number", positions "odf:number", ports "device:port"."""

type AssetText = Annotated[str, BeforeValidator(str), Field(examples=["duct:d-0017", "strand:c-4:12"])]
"""An asset: its kind and its key."""

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _iso_day(text: object) -> object:
    """A number of seconds and a time at midnight are days to pydantic, and misspellings to us."""
    if isinstance(text, str) and not DAY.fullmatch(text):
        raise ValueError("must be a day, as YYYY-MM-DD")
    return text


type Day = Annotated[date, BeforeValidator(_iso_day)]
"""A day in a query, as ISO 8601 writes it."""


def _day_of_body(given: object) -> object:
    """A body is held to its types, so a day must be made of its text here; what is no text is no day."""
    if not isinstance(given, str) or not DAY.fullmatch(given):
        raise ValueError("must be a day, as YYYY-MM-DD")
    return date.fromisoformat(given)


type DayInBody = Annotated[date, BeforeValidator(_day_of_body)]
"""A day in a body, as ISO 8601 writes it."""
