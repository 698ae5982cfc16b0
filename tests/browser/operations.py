"""All operations of the merged document, who can try each in a browser, and which nobody can."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from gateway.openapi.own import own_document
from local.issuer.grants import GRANTS

_CONTRACT: Final = Path(__file__).parents[2] / "docs" / "openapi"
_METHODS: Final = ("get", "post", "put", "patch", "delete")

BY_PROGRAMS: Final = {
    "follow_grievance": "it takes a secret that is given to who filed it, and is new for each",
    "reopen_grievance": "the same",
    "lookup_households": "its scope is granted to our own services alone, which sign in with a secret of their own",
    **dict.fromkeys(
        (
            "dci_notify",
            "dci_search_later",
            "dci_search_now",
            "dci_status_later",
            "dci_status_now",
            "dci_subscribe",
            "dci_unsubscribe",
        ),
        "partners' systems call it, which sign in by a key of their own",
    ),
    "receive_event": "an event is let in by the sender's signature over its time and body, which no person can make",
}
"""Operations that no person can carry out from an example, and why; every other is tried in the browser."""


PEOPLE: Final = (
    "commune-officer:04105",
    "treasurer",
    "fund-approver",
    "credit-officer",
    "donor",
    "district-admin",
    "commune-chair:04105",
    "auditor",
)
"""Who tries an operation: the first who may. Those whose daily work it is come first."""


@dataclass(frozen=True)
class Operation:
    id: str
    method: str
    path: str
    definition: dict[str, Any]

    @property
    def login(self) -> str | None:
        """None where nobody has to sign in."""
        ways = self.definition.get("security") or [{}]
        if {} in ways:
            return None
        needed = next(set(way["oauth2"]) for way in ways if "oauth2" in way)
        return next(login for login in PEOPLE if needed <= set(GRANTS[login.partition(":")[0]]))

    @property
    def tag(self) -> str:
        return str(self.definition["tags"][0])

    def takes(self, header: str) -> bool:
        return any(one["name"] == header for one in self.definition.get("parameters", []))


def operations() -> Iterator[Operation]:
    """Yield those that the committed contract and the gateway itself describe."""
    documents = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(_CONTRACT.glob("*.json"))]
    for document in (own_document(), *documents):
        yield from operations_of(document)


def operations_of(document: dict[str, Any]) -> Iterator[Operation]:
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method in item:
                yield Operation(item[method]["operationId"], method.upper(), path, item[method])


def for_people() -> list[Operation]:
    """Return those to be tried in the browser: each person's together, and of those each tag's."""
    found = [operation for operation in operations() if operation.id not in BY_PROGRAMS]
    order = (None, *PEOPLE)
    return sorted(found, key=lambda operation: (order.index(operation.login), operation.tag))
