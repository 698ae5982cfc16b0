"""Take a message: admit it, do what it asks, answer now or leave the answer to the worker."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kit import jobs
from kit.identity import Actor
from services.beneficiaries.dci import addresses, answers, searching, subscriptions, transactions
from services.beneficiaries.dci.admission import Incoming, admit, check_header
from services.beneficiaries.dci.answers import Json
from services.beneficiaries.dci.desk import Desk
from services.beneficiaries.dci.envelope import (
    NoticeEnvelope,
    SearchEnvelope,
    StatusEnvelope,
    StatusQuestion,
    SubscribeEnvelope,
    UnsubscribeEnvelope,
)
from services.beneficiaries.dci.refusals import ErrorCode, HeaderRefused
from services.beneficiaries.dci.transactions import Kept
from services.beneficiaries.partners.models import Partner

RESPOND: Final = "dci.respond"
_OF_TYPE: Final = {"search": ("search",), "subscribe": ("subscribe", "unsubscribe"), "receipt": ()}


async def search_now(session: AsyncSession, given: SearchEnvelope, raw: Any, desk: Desk, *, by: Actor) -> Json:
    """Return the signed answer. Errors: MessageRefused."""
    asked = given.message
    incoming = Incoming(given.signature, given.header, raw, "search", len(asked.search_request))
    partner = await admit(session, incoming, desk.signer.sender_id, by=by)
    items: list[Json] = []
    reason: HeaderRefused | None = None
    try:
        await check_header(session, partner, incoming)
        items = await searching.answer(session, desk.asking(partner, by), asked.search_request)
    except HeaderRefused as refusal:
        reason = refusal
    status = "rjct" if reason else answers.overall(items)
    kept = Kept(asked.transaction_id, "search", _state(status), items)
    await transactions.save(session, partner, kept, desk.vault)
    head = answers.header(
        "on-search", status, signer=desk.signer, receiver_id=partner.sender_id, total=len(items), reason=reason
    )
    return answers.envelope(head, _search_response(kept.transaction_id, kept.id, items), desk.signer)


async def search_later(session: AsyncSession, given: SearchEnvelope, raw: Any, desk: Desk, *, by: Actor) -> Json:
    """Acknowledge, and leave the question to the worker. Errors: MessageRefused."""
    asked = given.message
    incoming = Incoming(given.signature, given.header, raw, "search", len(asked.search_request))
    try:
        partner, url = await _take_in(session, incoming, given.header.sender_uri, desk, by)
    except HeaderRefused as refusal:
        return _not_taken(refusal)
    kept = Kept(asked.transaction_id, "search", "pdng", message=raw["message"], callback_url=url + addresses.ON_SEARCH)
    return await _leave(session, partner, kept, desk)


async def status_now(session: AsyncSession, given: StatusEnvelope, raw: Any, desk: Desk, *, by: Actor) -> Json:
    """Return what became of a transaction, signed. Errors: MessageRefused."""
    incoming = Incoming(given.signature, given.header, raw, "txn-status", None)
    partner = await admit(session, incoming, desk.signer.sender_id, by=by)
    asked = given.message
    kept = Kept(asked.transaction_id, "txn-status", "succ")
    reason: HeaderRefused | None = None
    try:
        await check_header(session, partner, incoming)
        found = await _found(session, partner, asked.txnstatus_request)
    except HeaderRefused as refusal:
        reason, found = refusal, None
    await transactions.save(session, partner, kept, desk.vault)
    message, status = _told(kept, asked.txnstatus_request, found)
    head = answers.header(
        "txn-on-status", status, signer=desk.signer, receiver_id=partner.sender_id, total=1, reason=reason
    )
    if reason is None and found is None:
        head["status_reason_message"] = "no such transaction of this partner"
    return answers.envelope(head, message, desk.signer)


async def status_later(session: AsyncSession, given: StatusEnvelope, raw: Any, desk: Desk, *, by: Actor) -> Json:
    """Acknowledge; what became of a transaction is posted. Errors: MessageRefused."""
    incoming = Incoming(given.signature, given.header, raw, "txn-status", None)
    try:
        partner, url = await _take_in(session, incoming, given.header.sender_uri, desk, by)
    except HeaderRefused as refusal:
        return _not_taken(refusal)
    asked = given.message
    found = await _found(session, partner, asked.txnstatus_request)
    kept = Kept(asked.transaction_id, "txn-status", "succ", callback_url=url + addresses.ON_STATUS)
    message, status = _told(kept, asked.txnstatus_request, found)
    return await _leave(session, partner, kept, desk, ("txn-on-status", status, message, 1))


async def subscribe(session: AsyncSession, given: SubscribeEnvelope, raw: Any, desk: Desk, *, by: Actor) -> Json:
    """Take subscriptions; what became of each is posted. Errors: MessageRefused."""
    asked = given.message
    incoming = Incoming(given.signature, given.header, raw, "subscribe", len(asked.subscribe_request))
    try:
        partner, url = await _take_in(session, incoming, given.header.sender_uri, desk, by)
    except HeaderRefused as refusal:
        return _not_taken(refusal)
    items = await subscriptions.take(session, desk, partner, asked.subscribe_request, url)
    status = answers.overall(items)
    kept = Kept(asked.transaction_id, "subscribe", _state(status), items, callback_url=url + addresses.ON_SUBSCRIBE)
    message = _ids(kept) | {"subscribe_response": items}
    return await _leave(session, partner, kept, desk, ("on-subscribe", status, message, len(items)))


async def unsubscribe(session: AsyncSession, given: UnsubscribeEnvelope, raw: Any, desk: Desk, *, by: Actor) -> Json:
    """End subscriptions; what became of each is posted. Errors: MessageRefused."""
    asked = given.message
    incoming = Incoming(given.signature, given.header, raw, "unsubscribe", None)
    try:
        partner, url = await _take_in(session, incoming, given.header.sender_uri, desk, by)
    except HeaderRefused as refusal:
        return _not_taken(refusal)
    outcome = await subscriptions.end(session, partner, asked.subscription_codes)
    status = _state(outcome["status"])
    kept = Kept(asked.transaction_id, "unsubscribe", status, callback_url=url + addresses.ON_UNSUBSCRIBE)
    message = _ids(kept) | outcome
    return await _leave(
        session, partner, kept, desk, ("on-unsubscribe", status, message, len(asked.subscription_codes))
    )


async def take_notice(session: AsyncSession, given: NoticeEnvelope, raw: Any, desk: Desk, *, by: Actor) -> Json:
    """Acknowledge a notice. That it came is kept, what it tells of people is not. Errors: MessageRefused."""
    asked = given.message
    incoming = Incoming(given.signature, given.header, raw, "notify", len(asked.notify_event))
    partner = await admit(session, incoming, desk.signer.sender_id, by=by)
    try:
        await check_header(session, partner, incoming)
    except HeaderRefused as refusal:
        return _not_taken(refusal)
    kept = Kept(asked.transaction_id, "notify", "succ")
    await transactions.save(session, partner, kept, desk.vault)
    return answers.acknowledged(kept.id)


async def _take_in(
    session: AsyncSession, incoming: Incoming, sender_uri: str | None, desk: Desk, by: Actor
) -> tuple[Partner, str]:
    """Admit a message that is answered by a callback, and return who sent it and where to.

    Errors: MessageRefused, HeaderRefused.
    """
    partner = await admit(session, incoming, desk.signer.sender_id, by=by)
    url = addresses.callback(partner, sender_uri, desk.guard)
    await check_header(session, partner, incoming)
    return partner, url


async def _leave(
    session: AsyncSession,
    partner: Partner,
    kept: Kept,
    desk: Desk,
    settled: tuple[str, answers.Status, Json, int] | None = None,
) -> Json:
    """Save the transaction with its answer, if that is settled, and have the worker post it."""
    answer = None if settled is None else dict(zip(("action", "status", "message", "total"), settled, strict=True))
    await transactions.save(session, partner, kept, desk.vault, answer)
    await jobs.enqueue(session, RESPOND, {"transaction": str(kept.id)}, key=str(kept.id))
    return answers.acknowledged(kept.id)


def _not_taken(refusal: HeaderRefused) -> Json:
    code: ErrorCode = "err.request.bad"
    if refusal.reason == "rjct.version.invalid":
        code = "err.version.not_supported"
    return answers.refused(code, f"{refusal.reason}: {refusal.message}")


def _state(status: answers.Status) -> transactions.State:
    return "rjct" if status == "rjct" else "succ"


def _ids(kept: Kept) -> Json:
    return {"transaction_id": kept.transaction_id, "correlation_id": str(kept.id)}


def _search_response(transaction_id: str, correlation_id: UUID, items: Sequence[Json]) -> Json:
    return {
        "transaction_id": transaction_id,
        "correlation_id": str(correlation_id),
        "search_response": list(items),
    }


async def _found(session: AsyncSession, partner: Partner, asked: StatusQuestion) -> Any:
    actions = _OF_TYPE[asked.txn_type]
    if not actions or isinstance(asked.attribute_value, list) != (asked.attribute_type == "reference_id_list"):
        return None
    return await transactions.find(session, partner, actions, asked.attribute_type, asked.attribute_value)


def _told(kept: Kept, asked: StatusQuestion, found: Any) -> tuple[Json, answers.Status]:
    """Return the message about a transaction, and the status; one that is not there is rejected."""
    items = [] if found is None else found.items
    if isinstance(asked.attribute_value, list):
        items = [item for item in items if item["reference_id"] in asked.attribute_value]
    transaction = kept.transaction_id if found is None else found.transaction_id
    told = _search_response(transaction, kept.id if found is None else found.id, items)
    status: answers.Status = "rjct" if found is None else found.state
    return _ids(kept) | {"txnstatus_response": {"txn_type": asked.txn_type, "txn_status": told}}, status
