"""What the examples in the documents speak of. The demonstration leaves this household."""

from typing import Any, Final

HOUSEHOLD: Final = "018d4b1e-5f00-7000-8000-000000000001"

EVENT: Final[dict[str, Any]] = {
    "specversion": "1.0",
    "id": "018d7f9c-2a00-7000-8000-000000000301",
    "source": "/v1/funds",
    "type": "support.given",
    "subject": "018d7f9c-2a00-7000-8000-000000000302",
    "time": "2024-02-06T08:00:00Z",
    "data": {
        "support_id": "018d7f9c-2a00-7000-8000-000000000302",
        "household_id": HOUSEHOLD,
        "kind": "gift",
        "on": "2024-02-05",
        "values": [{"amount": 500000, "currency": "VND"}],
        "reference": "GT-7K3QX2M9AC",
        "occasion": "tet-2024",
    },
}
