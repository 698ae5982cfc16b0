"""Supersede the terms of a kind of review; reviews opened before keep theirs."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kit import audit
from kit.identity import Actor
from kit.values.ids import new_id
from services.beneficiaries.review_terms.schemas import TermsIn

# The version known now is locked by its own update: who comes second ends the first one's.
_END = text(
    "update review_terms set recorded_to = greatest(clock_timestamp(), recorded_from + interval '1 microsecond')"
    " where kind = :kind and recorded_to is null returning version, recorded_to"
)
_INSERT = text(
    "insert into review_terms (id, kind, version, confidence, source, opens_month, opens_day, closes_month, closes_day,"
    " decide_within_days, posting_days, agreement_percent, entered_by, recorded_from) values (:id, :kind, :version,"
    " :confidence, :source, :opens_month, :opens_day, :closes_month, :closes_day, :decide_within_days, :posting_days,"
    " :agreement_percent, :entered_by, :recorded_from)"
)


async def supersede(session: AsyncSession, given: TermsIn, *, by: Actor) -> None:
    """Errors: VersionTaken, by constraint."""
    kind = "regular" if given.decide_within_days is not None else "yearly"
    before = (await session.execute(_END, {"kind": kind})).one()
    row = {
        "id": new_id(),
        "kind": kind,
        "version": before.version + 1,
        "entered_by": by.subject,
        "recorded_from": before.recorded_to,
    }
    await session.execute(_INSERT, given.model_dump() | row)
    change = {"kind": kind, "version": row["version"]}
    await audit.record(session, by, "review_terms.superseded", "review_terms", row["id"], change)
