"""What the fund asks of the registry: who the households are, and how areas of one day became those of another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self
from uuid import UUID

import httpx2

from kit.calls import NeighbourDown, ServiceClient, unavailable
from kit.values.ids import new_id
from services.funds.settings import Settings


@dataclass(frozen=True)
class Household:
    """A household on one day: the area it lived in, and how many people it counted."""

    id: UUID
    area_id: UUID
    members: int


@dataclass(frozen=True)
class Area:
    id: UUID
    code: str
    name: str


@dataclass(frozen=True)
class Geography:
    """The areas of one day, and where every area that ever was lies among them, if anywhere."""

    units: Sequence[Area]
    places: dict[UUID, UUID]


class Registry:
    """Speaks to the beneficiaries service in the fund's own name, on behalf of who calls.

    Errors of every method: Unavailable, with `Retry-After`, where it gives no answer to build on.
    """

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    @classmethod
    def of(cls, settings: Settings, transport: httpx2.AsyncBaseTransport | None) -> Self:
        return cls(
            ServiceClient(
                settings.registry_url,
                issuer=settings.issuer_internal_url or settings.issuer,
                client_id=settings.client_id,
                client_secret=settings.client_secret.get_secret_value(),
                transport=transport,
            )
        )

    async def households(self, ids: Sequence[UUID], *, on: date, on_behalf_of: str) -> list[Household]:
        """Return those registered on that day, as they were then; one call for up to 2,000."""
        body = {"ids": [str(household) for household in ids], "as_of": on.isoformat()}
        try:
            answer = await self._client.post(
                "/v1/beneficiaries/households/lookup",
                body,
                idempotency_key=str(new_id()),
                on_behalf_of=on_behalf_of,
            )
            found = _understood(answer)
        except NeighbourDown as down:
            raise unavailable(down) from down
        return [Household(UUID(item["id"]), UUID(item["area_id"]), int(item["members"])) for item in found["found"]]

    async def geography(self, as_of: date) -> Geography:
        try:
            answer = await self._client.get("/v1/beneficiaries/areas/geography", query={"as_of": as_of.isoformat()})
            found = _understood(answer)
        except NeighbourDown as down:
            raise unavailable(down) from down
        return Geography(
            units=[Area(UUID(unit["id"]), unit["code"], unit["name"]) for unit in found["units"]],
            places={UUID(place): UUID(unit) for place, unit in found["places"].items() if unit is not None},
        )

    async def close(self) -> None:
        await self._client.close()


def _understood(answer: httpx2.Response) -> dict[str, Any]:
    """Return the body of a 200. Anything else is a quarrel between our own services: nothing the caller can mend."""
    if answer.status_code != httpx2.codes.OK:
        raise NeighbourDown(f"answered {answer.status_code}")
    body: dict[str, Any] = answer.json()
    return body
