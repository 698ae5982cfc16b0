"""Whether a message is taken: who sent it, was it signed, is there room for it today, is it new and in order."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.identity import Actor
from services.beneficiaries.dci import signatures
from services.beneficiaries.dci.answers import VERSION
from services.beneficiaries.dci.envelope import MessageHeader, NoticeHeader
from services.beneficiaries.dci.refusals import HeaderRefused, MessageRefused
from services.beneficiaries.partners import queries as partners
from services.beneficiaries.partners.models import Partner

MOST_ITEMS: Final = 100
KEPT_FOR: Final = timedelta(days=366)
"""As long as message ids are remembered; an older message could be one that was forgotten."""

_AHEAD: Final = timedelta(minutes=10)
_ACTIONS: Final = frozenset(
    {
        "search",
        "on-search",
        "subscribe",
        "on-subscribe",
        "unsubscribe",
        "on-unsubscribe",
        "txn-status",
        "txn-on-status",
        "notify",
    }
)

_COUNT: Final = text(
    "insert into dci_usage (partner_id, day, messages) values (:partner, vietnam_today(), 1)"
    " on conflict (partner_id, day) do update set messages = dci_usage.messages + 1 returning messages"
)
_REMEMBER: Final = text(
    "insert into dci_messages (partner_id, message_id) values (:partner, :message)"
    " on conflict do nothing returning message_id"
)


@dataclass(frozen=True)
class Incoming:
    """A message at the door. `raw` is the body as it was sent: that is what was signed."""

    signature: str | None
    header: MessageHeader | NoticeHeader
    raw: dict[str, Any]
    action: str
    items: int | None


async def admit(session: AsyncSession, incoming: Incoming, our_id: str, *, by: Actor) -> Partner:
    """Return the partner that sent it. Errors: MessageRefused."""
    partner = await _known(session, incoming.header, by)
    if incoming.header.is_msg_encrypted:
        raise MessageRefused("err.encryption.invalid", "encrypted messages are not taken; TLS protects them")
    _check_signature(partner, incoming, our_id)
    used: int = (await session.execute(_COUNT, {"partner": partner.id})).scalar_one()
    if used > partner.messages_per_day:
        raise MessageRefused(
            "err.request.too_many_requests",
            f"{partner.messages_per_day} messages a day are agreed",
            status=HTTPStatus.TOO_MANY_REQUESTS,
        )
    return partner


async def check_header(session: AsyncSession, partner: Partner, incoming: Incoming) -> None:
    """Look at what a header says of its message, and remember the message. Errors: HeaderRefused."""
    header = incoming.header
    if header.version != VERSION:
        raise HeaderRefused("rjct.version.invalid", f"the version here is {VERSION}")
    if header.action not in _ACTIONS:
        raise HeaderRefused("rjct.action.invalid", "there is no such action")
    if header.action != incoming.action:
        raise HeaderRefused("rjct.action.not_supported", f"the action of this address is {incoming.action}")
    now = datetime.now(UTC)
    if not now - KEPT_FOR < header.message_ts <= now + _AHEAD:
        raise HeaderRefused("rjct.message_ts.invalid", "the message is a year old, or from the future")
    if incoming.items is not None:
        if incoming.items > MOST_ITEMS:
            raise HeaderRefused("rjct.total_count.limit_exceeded", f"at most {MOST_ITEMS} items in a message")
        if (header.total_count is not None and header.total_count != incoming.items) or incoming.items == 0:
            raise HeaderRefused("rjct.total_count.invalid", "total_count is the number of items, of which there is one")
    known = {"partner": partner.id, "message": header.message_id}
    if (await session.execute(_REMEMBER, known)).first() is None:
        raise HeaderRefused("rjct.message_id.duplicate", "a message with this message_id was received before")


async def _known(session: AsyncSession, header: MessageHeader | NoticeHeader, by: Actor) -> Partner:
    partner = await partners.of_client(session, by.client_id)
    # One answer for a client without a record and for one that uses another's name.
    if partner is None or header.sender_id not in {None, partner.sender_id}:
        raise MessageRefused("err.sender_id.invalid", "sender_id is not that of the partner that calls")
    if partner.state != "active":
        raise MessageRefused(
            "err.request.forbidden", "the exchange with this partner is suspended", status=HTTPStatus.FORBIDDEN
        )
    return partner


def _check_signature(partner: Partner, incoming: Incoming, our_id: str) -> None:
    signature = incoming.signature
    if signature is None or signatures.is_unsigned(signature):
        if partner.signatures_required:
            raise MessageRefused("err.signature.missing", "messages of this partner are signed")
        return
    header, message = incoming.raw["header"], incoming.raw["message"]
    signatures.check(signature, header, message, sender_id=partner.sender_id, keys=partner.keys)
    # Only of a signed message: it could be meant for somebody else and be passed on to us.
    if incoming.header.receiver_id not in {None, our_id}:
        raise MessageRefused("err.receiver_id.invalid", f"signed for another receiver; this one is {our_id}")
