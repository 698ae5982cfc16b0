"""Applications that came while the registry was away are verified when it is back."""

from uuid import UUID

from kit.calls import NeighbourDown
from kit.crypto import Vault
from kit.database import Database, RowScope
from kit.identity import Actor
from kit.telemetry import logger
from services.loans.applications import actions, queries
from services.loans.clients.registry import Answer, Registry
from services.loans.errors import HouseholdNotFound

_SELF = Actor(
    subject="service:loans", client_id="service:loans", scopes=frozenset(), roles=frozenset({"service:loans"})
)
_SCOPE = RowScope.everything(_SELF.subject)
_AT_A_TIME = 200


class Waiting:
    """Asks the registry for what waits: once for each application, outside any transaction."""

    def __init__(self, database: Database, registry: Registry, vault: Vault) -> None:
        self._database = database
        self._registry = registry
        self._vault = vault

    async def verify(self, application_id: UUID) -> bool:
        """Return whether it was decided now; False where somebody else was faster. Errors: NeighbourDown."""
        async with self._database.transaction(_SCOPE, read_only=True) as session:
            waiting = await queries.one(session, application_id)
        if waiting.state != "awaiting_status":
            return False
        answer: Answer | None = None
        try:
            answer = await self._registry.poverty_status(
                waiting.household_id, waiting.applied_on, on_behalf_of=waiting.applied_by
            )
        except HouseholdNotFound:
            logger().warning("household unknown", application=str(application_id))
        async with self._database.transaction(_SCOPE) as session:
            application = await queries.one(session, application_id, lock=True)
            if application.state != "awaiting_status":
                return False
            if answer is None:
                application.refuse("household_unknown")
            else:
                await actions.take_answer(session, application, answer, by=_SELF, vault=self._vault)
        return True

    async def sweep(self) -> int:
        """Verify what still waits, the longest first; stop at the first sign that the registry is away.

        A job for every minute: after a long outage the single jobs may have used up their attempts.
        """
        async with self._database.transaction(_SCOPE, read_only=True) as session:
            found = await queries.waiting(session, _AT_A_TIME)
        decided = 0
        for application_id in found:
            try:
                decided += await self.verify(application_id)
            except NeighbourDown:
                break
        return decided
