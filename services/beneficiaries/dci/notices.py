"""Events on their way to subscribers: each event once to each subscription that it matches, while it may be told."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kit import audit, jobs
from kit.database import Database
from kit.jobs import Job
from kit.outbox import Event, feed
from kit.values.dates import today
from kit.values.ids import new_id
from services.beneficiaries.dci import addresses, answers, queries, searching
from services.beneficiaries.dci.answers import REG_TYPE, VERSION, Json, moment
from services.beneficiaries.dci.desk import Desk
from services.beneficiaries.dci.envelope import SearchCriteria
from services.beneficiaries.dci.posting import Post, Undelivered
from services.beneficiaries.dci.refusals import Refused
from services.beneficiaries.dci.responding import SCOPE
from services.beneficiaries.dci.subscriptions import context
from services.beneficiaries.partners import queries as partners
from services.beneficiaries.partners.models import Partner

NOTIFY: Final = "dci.notify"
_AT_ONCE: Final = 200
_TYPES: Final = ("household.*", "poverty_status.*")
_REGISTERED: Final = "household.registered"

_LOCK: Final = text("select cursor from dci_watermark for update skip locked")
_MOVE: Final = text("update dci_watermark set cursor = :cursor")
# A partner's own transactions never come here: the worker sees all of them.
_ACTIVE: Final = text(
    "select s.id, s.partner_id, s.code, s.event_type, s.criteria_sealed from dci_subscriptions s"
    " join dci_partners p on p.id = s.partner_id where s.status = 'subscribe' and p.state = 'active' order by s.id"
)
_MADE: Final = text(
    "insert into dci_notices (id, subscription_id, event_id, record_id, state)"
    " values (:id, :subscription, :event, :record, 'waiting') on conflict do nothing returning id"
)
_WAITING: Final = text(
    "select n.id, n.record_id, s.partner_id, s.code, s.event_type, s.entity, s.criteria_sealed, s.callback_url,"
    " s.id as subscription_id, s.status from dci_notices n join dci_subscriptions s on s.id = n.subscription_id"
    " where n.id = :id and n.state = 'waiting'"
)
_SETTLE: Final = text("update dci_notices set state = :state, settled_at = now() where id = :id")


@dataclass(frozen=True)
class Notifier:
    database: Database
    desk: Desk
    post: Post

    async def pass_on(self, _: Job) -> None:
        """Make notices of the events since the last time; of several workers one does."""
        async with self.database.transaction(SCOPE) as session:
            mark = (await session.execute(_LOCK)).one_or_none()
            if mark is None:
                return
            news = await feed(session, mark.cursor, _AT_ONCE, _TYPES)
            if news.events:
                await self._make(session, news.events)
            await session.execute(_MOVE, {"cursor": news.cursor})

    async def _make(self, session: AsyncSession, events: Sequence[Event]) -> None:
        for row in (await session.execute(_ACTIVE)).all():
            meant = {
                UUID(event.subject if event.type.startswith("household.") else str(event.data["household_id"])): event
                for event in events
                if (event.type == _REGISTERED) == (row.event_type == "REGISTER")
            }
            partner = await partners.one(session, row.partner_id)
            search = self._search(row, partner) if meant else None
            if search is None:
                continue
            # Consent is looked at when a notice is sent: until then nothing leaves.
            by_household = replace(search, entity="Group", by_consent=False, order=(), only=list(meant), limit=_AT_ONCE)
            for household_id in (await self._ids(session, by_household))[1]:
                await _keep(session, row.id, meant[household_id].id, household_id)

    async def tell(self, job: Job) -> None:
        """Send one notice, with the record as it is now. Errors: Undelivered; the last time it is given up."""
        notice = UUID(job.payload["notice"])
        async with self.database.transaction(SCOPE) as session:
            prepared = await self._prepared(session, notice)
        if prepared is None:
            return
        state = "sent"
        try:
            await self.post(*prepared)
        except Undelivered:
            if job.attempt < job.max_attempts:
                raise
            state = "undelivered"
        async with self.database.transaction(SCOPE) as session:
            await session.execute(_SETTLE, {"id": notice, "state": state})

    async def _prepared(self, session: AsyncSession, notice: UUID) -> tuple[str, Json] | None:
        """Return address and message; None where it may not be told: ended, suspended, no consent, no match."""
        row = (await session.execute(_WAITING, {"id": notice})).one_or_none()
        if row is None:
            return None
        partner = await partners.one(session, row.partner_id)
        search = self._search(row, partner) if partner.state == "active" and row.status == "subscribe" else None
        records: list[Json] = []
        if search is not None:
            found = replace(search, only=[row.record_id], limit=_AT_ONCE)
            records = await self._records(session, partner, found, row)
        if not records:
            await session.execute(_SETTLE, {"id": notice, "state": "withheld"})
            return None
        head = answers.header(
            "notify", "succ", signer=self.desk.signer, receiver_id=partner.sender_id, total=len(records)
        )
        message = {"transaction_id": str(notice), "notify_event": [_told(row, record) for record in records]}
        return row.callback_url + addresses.NOTIFY, answers.envelope(head, message, self.desk.signer)

    async def _records(self, session: AsyncSession, partner: Partner, search: queries.Search, row: Any) -> list[Json]:
        _, ids = await self._ids(session, search)
        asking = self.desk.asking(partner)
        groups, members = (ids, []) if search.entity == "Group" else ([], ids)
        shaped = await searching.records(session, asking, groups, members, today())
        facts = {"entity": search.entity, "basis": partner.basis, "given": [str(row_id) for row_id in ids]}
        facts |= {"subscription": row.code, "attributes": list(partner.given)}
        if ids:
            await audit.record(session, asking.by, "dci.notified", "dci_partner", partner.id, facts)
        return [shaped[row_id] for row_id in ids if row_id in shaped]

    async def _ids(self, session: AsyncSession, search: queries.Search) -> tuple[int, list[UUID]]:
        return await queries.search(session, search, self.desk.vault, today())

    def _search(self, row: Any, partner: Partner) -> queries.Search | None:
        """Return what the subscription asks for, None where the partner may not ask for it any more."""
        plain = self.desk.vault.open(row.criteria_sealed, context=context(getattr(row, "subscription_id", row.id)))
        try:
            return searching.understood(SearchCriteria.model_validate_json(plain), None, partner)
        except Refused:
            return None


async def _keep(session: AsyncSession, subscription: UUID, event: UUID, record: UUID) -> None:
    values = {"id": new_id(), "subscription": subscription, "event": event, "record": record}
    made = (await session.execute(_MADE, values)).one_or_none()
    if made is not None:
        await jobs.enqueue(session, NOTIFY, {"notice": str(made.id)}, key=str(made.id))


def _told(row: Any, record: Json) -> Json:
    return {
        "reference_id": row.code,
        "timestamp": moment(),
        "data": {
            "version": VERSION,
            "reg_type": REG_TYPE,
            "reg_event_type": row.event_type,
            "reg_record_type": row.entity,
            "reg_records": record,
        },
    }
