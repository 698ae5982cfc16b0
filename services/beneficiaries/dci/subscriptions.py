"""Subscriptions of partners: taken, told twice, ended. What they ask for is kept sealed, since it may name people."""

import hashlib
import secrets
from collections.abc import Sequence
from typing import Any, Final

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kit import audit
from kit.values.ids import new_id
from services.beneficiaries.dci import searching
from services.beneficiaries.dci.answers import REG_TYPE, VERSION, Json, moment
from services.beneficiaries.dci.desk import Desk
from services.beneficiaries.dci.envelope import SearchCriteria, SubscribeCriteria, SubscribeItem
from services.beneficiaries.dci.refusals import Refused
from services.beneficiaries.partners.models import Partner

EVENT_TYPES: Final = ("REGISTER", "UPDATE")
_LONGEST_REFERENCE: Final = 99
_SAVE: Final = text(
    "insert into dci_subscriptions (id, partner_id, code, event_type, entity, criteria_sealed, fingerprint,"
    " callback_url, status) values (:id, :partner, :code, :event, :entity, :sealed, :fingerprint, :url, 'subscribe')"
    " on conflict (partner_id, fingerprint) where status = 'subscribe' do nothing returning code"
)
_END: Final = text(
    "with asked as (select s.id, s.code, s.status from dci_subscriptions s"
    "  where s.partner_id = :partner and s.code = any(:codes) for update),"
    " ended as (update dci_subscriptions s set status = 'unsubscribe', ended_at = now() from asked"
    "  where s.id = asked.id and asked.status = 'subscribe')"
    " select code, status from asked"
)


def context(subscription: Any) -> str:
    return f"dci_subscriptions.criteria:{subscription}"


async def take(
    session: AsyncSession, desk: Desk, partner: Partner, items: Sequence[SubscribeItem], url: str
) -> list[Json]:
    """Save what can be subscribed to, and return one answer for each item, in their order."""
    seen: set[str] = set()
    told = []
    for item in items:
        line: Json = {"reference_id": item.reference_id, "timestamp": moment()}
        if item.locale is not None:
            line["locale"] = item.locale
        try:
            _check(item, seen)
            line |= {"status": "succ", "subscriptions": [await _one(session, desk, partner, item, url)]}
        except Refused as refusal:
            line |= {"status": "rjct", "status_reason_code": refusal.reason, "status_reason_message": refusal.message}
        told.append(line)
    return told


def _check(item: SubscribeItem, seen: set[str]) -> None:
    reference = item.reference_id
    if not 0 < len(reference.strip()) <= _LONGEST_REFERENCE or not reference.isprintable():
        raise Refused("rjct.reference_id.invalid", f"a reference_id has 1 to {_LONGEST_REFERENCE} printable characters")
    if reference in seen:
        raise Refused("rjct.reference_id.duplicate", "this reference_id stands twice in the message")
    seen.add(reference)
    searching.check_timestamp(item.timestamp)


async def _one(session: AsyncSession, desk: Desk, partner: Partner, item: SubscribeItem, url: str) -> Json:
    asked = item.subscribe_criteria
    event = asked.reg_event_type.rsplit(":", 1)[-1].upper()
    if event not in EVENT_TYPES:
        raise Refused("rjct.notify_types.invalid", f"events here are {', '.join(EVENT_TYPES)}")
    if asked.frequency is not None:
        raise Refused("rjct.notify_details.invalid", "notices are sent as things happen, not at set times")
    wanted = criteria_of(asked)
    try:
        search = searching.understood(wanted, None, partner)
    except Refused as refusal:
        raise Refused("rjct.notify_details.invalid", refusal.message) from refusal
    plain = orjson.dumps(wanted.model_dump(mode="json", exclude_none=True), option=orjson.OPT_SORT_KEYS)
    row_id, code = new_id(), f"sub-{secrets.token_urlsafe(18)}"
    values = {
        "id": row_id,
        "partner": partner.id,
        "code": code,
        "event": event,
        "entity": search.entity,
        "sealed": desk.vault.seal(plain.decode(), context=context(row_id)),
        "fingerprint": desk.vault.index(
            hashlib.sha256(event.encode() + plain).hexdigest(), context="dci_subscriptions.criteria"
        ),
        "url": url,
    }
    if (await session.execute(_SAVE, values)).first() is None:
        raise Refused("rjct.event.already_subscribed", "this is subscribed to already")
    facts = {"event_type": event, "entity": search.entity, "query_type": wanted.query_type}
    await audit.record(session, desk.asking(partner).by, "dci.subscribed", "dci_subscription", row_id, facts)
    return {
        "version": VERSION,
        "code": code,
        "status": "subscribe",
        "timestamp": moment(),
        "reg_type": REG_TYPE,
        "reg_event_type": event,
        "notify_record_type": search.entity,
    }


def criteria_of(asked: SubscribeCriteria) -> SearchCriteria:
    """Return the filter as the criteria of a search; without a type it is told by its form."""
    if asked.filter_type == "graphql":
        raise Refused("rjct.notify_details.invalid", "filters are idtype-value, expression or predicate")
    query_type: str | None = asked.filter_type
    if query_type is None:
        query_type = "predicate" if isinstance(asked.filter, list) else _by_form(asked.filter)
    return SearchCriteria.model_validate(
        {
            "version": asked.version,
            "reg_type": asked.reg_type,
            "reg_record_type": asked.notify_record_type,
            "query_type": query_type,
            "query": asked.filter,
        }
    )


def _by_form(written: dict[str, Any]) -> str:
    value = written.get("value")
    return "expression" if isinstance(value, dict) and "expression" in value else "idtype-value"


async def end(session: AsyncSession, partner: Partner, codes: Sequence[str]) -> Json:
    """End these subscriptions of the partner, and return what the answer says; all succeed or it tells which did."""
    rows = {row.code: row.status for row in await session.execute(_END, {"partner": partner.id, "codes": list(codes)})}
    told: Json = {"timestamp": moment(), "status": "succ"}
    missing = [code for code in codes if code not in rows]
    ended_before = [code for code, status in rows.items() if status == "unsubscribe"]
    if missing:
        # The code of another partner is no code at all.
        told |= _rejected("rjct.subscription_code.invalid", f"{len(missing)} of the codes are no subscription of yours")
    elif ended_before:
        told |= _rejected("rjct.event.already_unsubscribed", f"{len(ended_before)} of them had ended before")
    if len(rows) > len(ended_before):
        told["status"] = "succ"
    told["subscription_status"] = [{"code": code, "status": "unsubscribe"} for code in rows]
    return told


def _rejected(reason: str, message: str) -> Json:
    return {"status": "rjct", "status_reason_code": reason, "status_reason_message": message}
