"""The kinds of text and numbers that come in, each checked once, here."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

PRINTABLE = r"^[^\x00-\x1f\x7f]*$"
NAME = r"^[A-Za-z0-9._:-]{1,64}$"
IN_PATH = r"^[A-Za-z0-9._:@-]{1,64}$"  # an id, key or code, or the name of a user, which may be an address
UPRN = r"^[1-9][0-9]{0,11}$"
IDEMPOTENCY_KEY = r"^[A-Za-z0-9._:-]{1,128}$"

USER_NAME = r"^[a-z0-9][a-z0-9._@-]{0,63}$"

# What a pattern asks for, said to people: nobody at an ISP should have to read one.
PATTERN_WORDS: Mapping[str, str] = {
    PRINTABLE: "it has characters that cannot be printed on one line",
    NAME: "1 to 64 letters, digits or . _ : - are allowed",
    UPRN: "a UPRN has 1 to 12 digits and does not begin with 0",
    USER_NAME: "1 to 64 small letters, digits or . _ @ - are allowed, a letter or digit first",
}

HIGHEST_MBPS = 100_000
MOST_PER_PAGE = 200
WHOLE_NUMBER = re.compile(r"0|[1-9][0-9]{0,17}")

type Name = Annotated[str, StringConstraints(pattern=NAME)]
type ItemId = Annotated[str, StringConstraints(pattern=PRINTABLE, min_length=1, max_length=40)]
type UserName = Annotated[str, StringConstraints(pattern=USER_NAME)]
type Uprn = Annotated[str, StringConstraints(pattern=UPRN)]
type ShortText = Annotated[str, StringConstraints(pattern=PRINTABLE, max_length=64)]
type SearchText = Annotated[str, StringConstraints(pattern=PRINTABLE, min_length=2, max_length=100)]
type Sentence = Annotated[str, StringConstraints(pattern=PRINTABLE, min_length=1, max_length=200)]
type Cursor = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:=+/-]{1,200}$")]
# 0 is no speed, as the schema says; the front desk refuses it with the speeds there are, as it does any other.
type Mbps = Annotated[int, Field(ge=0, le=HIGHEST_MBPS, json_schema_extra={"exclusiveMinimum": 0})]
type Months = Annotated[int, Field(gt=0, le=120)]


def digits_only(text: object) -> object:
    """Query strings hold text; `+5`, `5.0` and ` 5 ` are numbers to pydantic and misspellings to us."""
    if isinstance(text, str) and not WHOLE_NUMBER.fullmatch(text):
        raise ValueError("must be a whole number in plain digits")
    return text


def _true_or_false(text: object) -> object:
    if isinstance(text, str) and text not in ("true", "false"):
        raise ValueError("must be true or false")
    return text


EARLIEST, LATEST = 1900, 2199


def _shown_by_a_clock(at: datetime) -> datetime:
    """Moments at the ends of what can be written have no UTC, and no day after."""
    if not EARLIEST <= at.year <= LATEST:
        raise ValueError(f"must be in the years {EARLIEST} to {LATEST}")
    return at


type Moment = Annotated[AwareDatetime, AfterValidator(_shown_by_a_clock)]
"""RFC 3339 with its zone."""
type PageSize = Annotated[int, Field(ge=1, le=MOST_PER_PAGE), BeforeValidator(digits_only)]
type EventNumber = Annotated[int, Field(ge=0, le=1_000_000_000), BeforeValidator(digits_only)]
type QueryFlag = Annotated[bool, BeforeValidator(_true_or_false)]


class Asked(BaseModel):
    """Something that came in: unknown fields are refused, and nothing is guessed from another type."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class AskedInQuery(BaseModel):
    """What came in behind the question mark: as strict as text allows."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Shown(BaseModel):
    """Something that goes out, read from a noun of a lower floor."""

    model_config = ConfigDict(extra="forbid", frozen=True, from_attributes=True)
