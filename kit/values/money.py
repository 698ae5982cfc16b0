"""Money as integers of the smallest part."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

LARGEST = 2**63 - 1
LARGEST_AT_ONCE = 10**15
"""Above anything that is ever handed over at once (a million billion đồng); thousands of them still add up."""

Amount = Annotated[int, Field(strict=True, gt=0, le=LARGEST)]
"""A positive whole number of the currency's smallest part; VND has no decimals."""


class Money(BaseModel):
    """An amount of đồng: `{"amount": 150000, "currency": "VND"}`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    amount: Amount = Field(examples=[150000])
    currency: Literal["VND"] = "VND"

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        shape = handler.resolve_ref_schema(handler(schema))
        shape["examples"] = [{"amount": 150000, "currency": "VND"}]
        return shape


class Cash(Money):
    """An amount of đồng that is handed over: `{"amount": 150000, "currency": "VND"}`."""

    amount: Annotated[int, Field(strict=True, gt=0, le=LARGEST_AT_ONCE, examples=[150000])]


class Balance(BaseModel):
    """An amount of đồng that may be zero or below: what an account holds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    amount: int = Field(strict=True, ge=-LARGEST, le=LARGEST, examples=[0])
    currency: Literal["VND"] = "VND"


def vnd(amount: int) -> Balance:
    """Return `amount` đồng as `Balance`."""
    return Balance(amount=amount)
