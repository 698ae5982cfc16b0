"""What the loans service asks of the registry, in its own words."""

import asyncio
from dataclasses import dataclass
from datetime import date
from typing import Literal, Self, TypeVar
from uuid import UUID

import httpx2
from pydantic import BaseModel, ConfigDict, ValidationError

from kit.calls import NeighbourDown, ServiceClient
from kit.telemetry import logger
from services.loans.errors import HouseholdNotFound
from services.loans.settings import Settings

_OK, _NOT_FOUND = 200, 404
_Body = TypeVar("_Body", bound=BaseModel)


class _Status(BaseModel):
    """The registry's answer; what else it may say one day is kept in the snapshot and not read here."""

    model_config = ConfigDict(extra="ignore")

    household_id: UUID
    as_of: date
    status: Literal["poor", "near_poor", "newly_escaped", "none"]
    since: date | None = None
    standard: str | None = None
    area_id: UUID | None = None
    left_list_on: date | None = None


class _Geography(BaseModel):
    model_config = ConfigDict(extra="ignore")

    class Unit(BaseModel):
        model_config = ConfigDict(extra="ignore")

        id: UUID
        code: str
        name: str

    units: list[Unit]
    places: dict[UUID, UUID | None]


@dataclass(frozen=True)
class Answer:
    """A household's poverty status on a day. `text` is the body exactly as it came."""

    household_id: UUID
    as_of: date
    status: Literal["poor", "near_poor", "newly_escaped", "none"]
    since: date | None
    standard: str | None
    area_id: UUID | None
    left_list_on: date | None
    text: str


@dataclass(frozen=True)
class Unit:
    id: UUID
    code: str
    name: str


@dataclass(frozen=True)
class Geography:
    """Which unit of a day every unit that ever was belongs to; None where it cannot be said."""

    units: list[Unit]
    places: dict[UUID, UUID | None]


class Registry:
    """The beneficiaries service. Every method raises NeighbourDown where nothing is known about what was asked."""

    def __init__(self, client: ServiceClient, patience: float) -> None:
        """patience: seconds that a caller who waits is made to wait, retries included."""
        self._client = client
        self._patience = patience

    @classmethod
    def of(cls, settings: Settings, transport: httpx2.AsyncBaseTransport | None) -> Self:
        client = ServiceClient(
            settings.registry_url or "",
            issuer=settings.issuer_internal_url or settings.issuer,
            client_id=settings.client_id or "",
            client_secret=settings.client_secret.get_secret_value(),
            transport=transport,
        )
        return cls(client, settings.registry_patience_seconds)

    async def poverty_status(self, household_id: UUID, as_of: date, *, on_behalf_of: str) -> Answer:
        """Errors: HouseholdNotFound, NeighbourDown."""
        path = f"/v1/beneficiaries/households/{household_id}/poverty-status"
        answer = await self._ask(path, {"as_of": as_of.isoformat()}, on_behalf_of)
        if answer.status_code == _NOT_FOUND:
            raise HouseholdNotFound
        known = _read(_Status, answer)
        if known.household_id != household_id or known.as_of != as_of:
            raise NeighbourDown("the registry answered another question")
        return Answer(
            household_id=household_id,
            as_of=as_of,
            status=known.status,
            since=known.since,
            standard=known.standard,
            area_id=known.area_id,
            left_list_on=known.left_list_on,
            text=answer.text,
        )

    async def geography(self, as_of: date) -> Geography:
        """Errors: NeighbourDown."""
        path = "/v1/beneficiaries/areas/geography"
        known = _read(_Geography, await self._ask(path, {"as_of": as_of.isoformat()}, None))
        return Geography([Unit(unit.id, unit.code, unit.name) for unit in known.units], known.places)

    async def close(self) -> None:
        await self._client.close()

    async def _ask(self, path: str, query: dict[str, str], on_behalf_of: str | None) -> httpx2.Response:
        try:
            async with asyncio.timeout(self._patience):
                return await self._client.get(path, query=query, on_behalf_of=on_behalf_of)
        except TimeoutError as error:
            raise NeighbourDown("no answer in time") from error


def _read(kind: type[_Body], answer: httpx2.Response) -> _Body:
    """Return the body. A refusal or a body of another form tells nothing about a household: NeighbourDown."""
    if answer.status_code != _OK:
        logger().error("registry refused", status=answer.status_code)
        raise NeighbourDown(f"the registry answered {answer.status_code}")
    try:
        return kind.model_validate_json(answer.content)
    except ValidationError as error:
        logger().error("registry answered in another form", fields=len(error.errors()))
        raise NeighbourDown("the registry answered in another form") from error
