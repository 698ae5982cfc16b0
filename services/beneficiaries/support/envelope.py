"""The signed event as the contract describes it: the body is read as bytes, so that no framework can derive this."""

from typing import Any

from pydantic import TypeAdapter

from kit.values.dates import Moment
from services.beneficiaries.support.actions import GIVEN, REVERSED
from services.beneficiaries.support.schemas import GivenData, ReversedData

_NAME = {"type": "string", "minLength": 1, "maxLength": 200}
_OURS = "|".join(sorted(GIVEN | REVERSED)).replace(".", "[.]")


def _data(kind: type[GivenData | ReversedData]) -> dict[str, Any]:
    """Return the schema of an event's data; what it refers to is in the document for the answers' sake."""
    described = kind.model_json_schema(ref_template="#/components/schemas/{model}")
    described.pop("$defs", None)
    return described


def _told(kinds: frozenset[str], data: dict[str, Any]) -> dict[str, Any]:
    return {"properties": {"type": {"enum": sorted(kinds)}, "data": data}}


_EVENT: dict[str, Any] = {
    "type": "object",
    "required": ["specversion", "id", "source", "type", "subject", "time", "data"],
    "properties": {
        "specversion": {"const": "1.0"},
        "id": {"type": "string", "format": "uuid", "description": "The same as `webhook-id`"},
        "source": {**_NAME, "pattern": "^/v1/(funds|loans)$"},
        "type": _NAME,
        "subject": _NAME,
        "time": TypeAdapter(Moment).json_schema(),
        "data": {"type": "object"},
    },
    "anyOf": [
        _told(GIVEN, _data(GivenData)),
        _told(REVERSED, _data(ReversedData)),
        {"properties": {"type": {"not": {"pattern": f"({_OURS})$"}}}},
    ],
}

_EXAMPLE: dict[str, Any] = {
    "specversion": "1.0",
    "id": "018d4b1e-5f00-7000-8000-000000000901",
    "source": "/v1/funds",
    "type": "support.given",
    "subject": "018d4b1e-5f00-7000-8000-000000000902",
    "time": "2024-02-05T02:00:00Z",
    "datacontenttype": "application/json",
    "data": {
        "support_id": "018d4b1e-5f00-7000-8000-000000000902",
        "household_id": "018d4b1e-5f00-7000-8000-000000000001",
        "kind": "gift",
        "on": "2024-02-05",
        "values": [{"amount": 500_000, "currency": "VND"}, {"quantity": "10.000", "unit": "kg"}],
        "reference": "GT-7K3QX2M9AC",
        "occasion": "tet-2024",
    },
}

ENVELOPE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "CloudEvents 1.0 in structured JSON, signed by Standard Webhooks.",
        "content": {
            "application/cloudevents+json": {
                "schema": _EVENT,
                "examples": {"a gift": {"summary": "A gift was handed over", "value": _EXAMPLE}},
            }
        },
    },
    "parameters": [
        {"name": name, "in": "header", "required": True, "schema": {"type": "string"} | more, "description": told}
        for name, more, told in (
            ("webhook-id", {"format": "uuid"}, "The event's id"),
            ("webhook-timestamp", {"pattern": "^[0-9]{1,12}$"}, "Seconds since 1970 at signing"),
            (
                "webhook-signature",
                {"minLength": 1},
                "`v1,` and the HMAC-SHA256 of id, timestamp and body in base64; several separated by spaces",
            ),
        )
    ],
}
