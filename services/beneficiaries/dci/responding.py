"""The worker's part of a transaction: make the answer, send it, note how it went."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kit.database import Database, RowScope
from kit.jobs import Job
from services.beneficiaries.dci import answers, searching, transactions
from services.beneficiaries.dci.answers import Json
from services.beneficiaries.dci.desk import Desk
from services.beneficiaries.dci.envelope import SearchRequest
from services.beneficiaries.dci.posting import Post, Undelivered
from services.beneficiaries.dci.refusals import HeaderRefused
from services.beneficiaries.partners import queries as partners
from services.beneficiaries.partners.models import Partner

SCOPE: Final = RowScope.everything("dci-worker")


@dataclass(frozen=True)
class Responder:
    """Answers what was left to the worker, at least once until the partner takes it."""

    database: Database
    desk: Desk
    post: Post

    async def respond(self, job: Job) -> None:
        """Errors: Undelivered, after which the job is tried again; the last time it is given up."""
        transaction = UUID(job.payload["transaction"])
        async with self.database.transaction(SCOPE) as session:
            prepared = await self._prepared(session, transaction)
        if prepared is None:
            return
        url, message = prepared
        try:
            await self.post(url, message)
        except Undelivered:
            if job.attempt >= job.max_attempts:
                await self._note(transaction, arrived=False)
            raise
        await self._note(transaction, arrived=True)

    async def _note(self, transaction: UUID, *, arrived: bool) -> None:
        async with self.database.transaction(SCOPE) as session:
            await transactions.delivered(session, transaction, arrived=arrived)

    async def _prepared(self, session: AsyncSession, transaction: UUID) -> tuple[str, Json] | None:
        """Return address and message; None where it was sent before, or the partner is suspended by now."""
        row = await transactions.waiting(session, transaction)
        if row is None:
            return None
        partner = await partners.one(session, row.partner_id)
        if partner.state != "active":
            await transactions.delivered(session, transaction, arrived=False)
            return None
        if row.answer is not None:
            head = self._head(partner, row.answer["action"], row.answer["status"], row.answer["total"])
            message = row.answer["message"]
        else:
            head, message = await self._searched(session, partner, row)
        return row.callback_url, answers.envelope(head, message, self.desk.signer)

    async def _searched(self, session: AsyncSession, partner: Partner, row: Any) -> tuple[Json, Json]:
        """Answer a search with what may be given at this moment."""
        told = self.desk.vault.open(row.message_sealed, context=transactions.context(row.id))
        asked = SearchRequest.model_validate_json(told)
        items: list[Json] = []
        reason: HeaderRefused | None = None
        try:
            items = await searching.answer(session, self.desk.asking(partner), asked.search_request)
        except HeaderRefused as refusal:
            reason = refusal
        status: transactions.State = "rjct" if reason or answers.overall(items) == "rjct" else "succ"
        await transactions.settle(session, row.id, status, items)
        message = {
            "transaction_id": row.transaction_id,
            "correlation_id": str(row.id),
            "search_response": items,
        }
        return self._head(partner, "on-search", status, len(items), reason), message

    def _head(
        self,
        partner: Partner,
        action: str,
        status: answers.Status,
        total: int,
        reason: HeaderRefused | None = None,
    ) -> Json:
        return answers.header(
            action, status, signer=self.desk.signer, receiver_id=partner.sender_id, total=total, reason=reason
        )
