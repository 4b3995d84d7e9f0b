"""The kinds of text that answers about the plant carry."""

from typing import Annotated

from pydantic import BeforeValidator, Field

type Key = Annotated[str, BeforeValidator(str)]
"""A thing's key as text: strands "cable:number", bores "duct:number", positions "odf:number", ports "device:port"."""

type AssetText = Annotated[str, BeforeValidator(str), Field(examples=["duct:d-0017", "strand:c-4:12"])]
"""An asset: its kind and its key."""
