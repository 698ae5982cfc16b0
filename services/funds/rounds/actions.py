from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kit import audit, ledger, outbox
from kit.identity import Actor
from services.funds.campaigns.models import Campaign
from services.funds.campaigns.queries import read as read_campaign
from services.funds.clients.registry import Household
from services.funds.errors import AlreadyGiven, NotEnough, UnknownHouseholds
from services.funds.rounds import queries
from services.funds.rounds.models import Round, RoundLine
from services.funds.rounds.schemas import GiftRoundIn, RiceRoundIn
from services.funds.values import spoken

_NOT_KNOWN = {
    "en": "The registry does not know this household.",
    "vi": "Sổ bộ không có hộ này.",
    "fr": "Le registre ne connaît pas ce ménage.",
}
_SERVED = {
    "en": "This household has received for the occasion.",
    "vi": "Hộ này đã nhận cho dịp này.",
    "fr": "Ce ménage a déjà reçu pour cette occasion.",
}


def check_known(asked: Sequence[UUID], found: Sequence[Household]) -> None:
    """Errors: UnknownHouseholds, which points at each."""
    missing = set(asked) - {household.id for household in found}
    if missing:
        raise UnknownHouseholds(errors=_pointed(asked, missing, "unknown-household", _NOT_KNOWN))


async def propose(
    session: AsyncSession, proposal: GiftRoundIn | RiceRoundIn, households: Sequence[Household], *, by: Actor
) -> Round:
    """Write the round down with a line for each household; nothing is spent yet.

    Errors: CampaignNotFound, GivenInTheFuture, GivenBeforeCampaign, NobodyInHousehold, SupportTooLarge, AlreadyGiven;
    RoundExists, by the database.
    """
    campaign: Campaign = await read_campaign(session, proposal.campaign_id)
    made = Round.proposed(
        campaign, proposal.terms, occasion=proposal.occasion, on=proposal.on, by=by.subject, round_id=proposal.id
    )
    lines = made.lines(proposal.terms, households)
    served = await queries.served(session, made, proposal.households)
    if served:
        raise AlreadyGiven(errors=_pointed(proposal.households, served, "already-given", _SERVED))
    session.add(made)
    await session.flush()
    await session.execute(queries.INSERT_LINES, [_columns(line) for line in lines])
    change = {"kind": made.kind, "occasion": made.occasion, "households": len(lines)}
    await audit.record(session, by, "round.proposed", "round", made.id, change)
    return made


async def approve(session: AsyncSession, round_id: UUID, *, by: Actor) -> None:
    """Give what was proposed: every line enters the books, or none does.

    Errors: RoundNotFound, RoundDecided, SecondPersonNeeded, NotEnough.
    """
    found = await queries.locked(session, round_id)
    found.decide("approved", by=by.subject)
    await session.flush()
    lines = await queries.lines_of(session, found.id)
    try:
        await ledger.post_many(session, [line.entry(on=found.given_on, by=by.subject) for line in lines])
    except ledger.Overdrawn as short:
        missing = spoken(str(short.facts["unit"]), int(str(short.facts["missing"])))
        raise NotEnough(missing=missing) from short
    await outbox.add_all(session, "support.given", [(str(line.id), _told(found, line)) for line in lines])
    await audit.record(session, by, "round.approved", "round", found.id, {"households": len(lines)})


async def reject(session: AsyncSession, round_id: UUID, reason: str, *, by: Actor) -> None:
    """Turn the proposal down; its households may be proposed again.

    Errors: RoundNotFound, RoundDecided, SecondPersonNeeded.
    """
    found = await queries.locked(session, round_id)
    found.decide("rejected", by=by.subject, reason=reason)
    await session.flush()
    await audit.record(session, by, "round.rejected", "round", found.id, reason=reason)


def _told(found: Round, line: RoundLine) -> dict[str, object]:
    return {
        "support_id": str(line.id),
        "household_id": str(line.household_id),
        "kind": found.kind,
        "on": found.given_on,
        "values": queries.values(line.money, line.rice_g),
        "reference": line.reference,
        "occasion": found.occasion,
        "campaign_id": str(found.campaign_id),
    }


def _columns(line: RoundLine) -> dict[str, object]:
    return {column.key: getattr(line, column.key) for column in RoundLine.__table__.columns}


def _pointed(asked: Sequence[UUID], wrong: set[UUID], code: str, detail: dict[str, str]) -> list[dict[str, object]]:
    return [
        {"pointer": f"/households/{place}", "code": code, "detail": detail}
        for place, household in enumerate(asked)
        if household in wrong
    ]
