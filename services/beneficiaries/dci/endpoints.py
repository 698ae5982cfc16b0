"""The SP-DCI social registry interface 1.0.0 for other systems; its refusals are in the standard's form (ADR 22)."""

import base64
from typing import Annotated, Any, Final

import orjson
from fastapi import Body, Request, Response

from kit.database import Session
from kit.http import router as http_router
from services.beneficiaries.auth import PartnerSearching, PartnerSubscribing
from services.beneficiaries.dci import actions, examples
from services.beneficiaries.dci.answers import Acknowledgement, ExchangeErrors, Json, SearchAnswer, StatusAnswer
from services.beneficiaries.dci.desk import Desk
from services.beneficiaries.dci.envelope import (
    NoticeEnvelope,
    SearchEnvelope,
    StatusEnvelope,
    SubscribeEnvelope,
    UnsubscribeEnvelope,
)
from services.beneficiaries.dci.route import router
from services.beneficiaries.partners.schemas import ExchangeKeys, PublicKey

exchange = router()
exchange_keys = http_router("exchange-keys", "Social registry exchange")

_REFUSALS: Final[dict[int | str, dict[str, Any]]] = {
    400: {
        "model": ExchangeErrors,
        "description": "The message does not have the form of the standard, or is not yours to send",
    },
    401: {"model": ExchangeErrors, "description": "`err.request.unauthorized`"},
    403: {
        "model": ExchangeErrors,
        "description": "`err.request.forbidden`: another scope is needed, or you are suspended",
    },
    413: {"model": ExchangeErrors, "description": "`err.request.bad`: the body is too large"},
    429: {
        "model": ExchangeErrors,
        "description": "`err.request.too_many_requests`: more messages than are agreed for a day",
    },
    503: {"model": ExchangeErrors, "description": "`err.service.unavailable`"},
}


@exchange.post(
    "/registry/sync/search",
    operation_id="dci_search_now",
    summary="SP-DCI: search, answered at once",
    response_model=SearchAnswer,
    responses=_REFUSALS,
)
async def dci_search_now(
    given: Annotated[SearchEnvelope, Body(openapi_examples=examples.SEARCHES)],
    session: Session,
    by: PartnerSearching,
    request: Request,
) -> Response:
    """Search households or members by identifier, expression or predicate, with order and pages; the answer is signed.

    Filters and order come from a list of attributes that the partner is given. A partner that works under a law finds
    everybody, one that does not finds those who agreed. Every answer is written to the audit log.
    """
    return _answer(await actions.search_now(session, given, request.state.raw, _desk(request), by=by))


@exchange.post(
    "/registry/search",
    operation_id="dci_search_later",
    summary="SP-DCI: search, answered by a callback",
    response_model=Acknowledgement,
    responses=_REFUSALS,
)
async def dci_search_later(
    given: Annotated[SearchEnvelope, Body(openapi_examples=examples.SEARCHES)],
    session: Session,
    by: PartnerSearching,
    request: Request,
) -> Response:
    """Acknowledge a search; its signed answer is posted to `sender_uri` + `/registry/on-search` until it arrives.

    The address must be at the one recorded for the partner. The question is kept encrypted until it is answered, and
    the answer is made when it is sent: a consent withdrawn in the meantime counts.
    """
    return _answer(await actions.search_later(session, given, request.state.raw, _desk(request), by=by))


@exchange.post(
    "/registry/sync/txn/status",
    operation_id="dci_status_now",
    summary="SP-DCI: what became of a transaction",
    response_model=StatusAnswer,
    responses=_REFUSALS,
)
async def dci_status_now(
    given: Annotated[StatusEnvelope, Body(openapi_examples=examples.STATUS)],
    session: Session,
    by: PartnerSearching,
    request: Request,
) -> Response:
    """Give the state of an earlier transaction of the same partner, by its id, correlation id or reference ids.

    It tells of each reference whether it was answered or why not; data is only in the answer to the search itself.
    """
    return _answer(await actions.status_now(session, given, request.state.raw, _desk(request), by=by))


@exchange.post(
    "/registry/txn/status",
    operation_id="dci_status_later",
    summary="SP-DCI: what became of a transaction, by a callback",
    response_model=Acknowledgement,
    responses=_REFUSALS,
)
async def dci_status_later(
    given: Annotated[StatusEnvelope, Body(openapi_examples=examples.STATUS)],
    session: Session,
    by: PartnerSearching,
    request: Request,
) -> Response:
    """Acknowledge the question; the answer is posted to `sender_uri` + `/registry/txn/on-status`."""
    return _answer(await actions.status_later(session, given, request.state.raw, _desk(request), by=by))


@exchange.post(
    "/registry/subscribe",
    operation_id="dci_subscribe",
    summary="SP-DCI: subscribe to events",
    response_model=Acknowledgement,
    responses=_REFUSALS,
)
async def dci_subscribe(
    given: Annotated[SubscribeEnvelope, Body(openapi_examples=examples.SUBSCRIBE)],
    session: Session,
    by: PartnerSubscribing,
    request: Request,
) -> Response:
    """Subscribe to REGISTER or UPDATE of the households that a filter matches; codes are posted to `on-subscribe`.

    Each event is posted to `sender_uri` + `/registry/notify` with the record as it is then, if it still matches and
    may be given.
    """
    return _answer(await actions.subscribe(session, given, request.state.raw, _desk(request), by=by))


@exchange.post(
    "/registry/unsubscribe",
    operation_id="dci_unsubscribe",
    summary="SP-DCI: end subscriptions",
    response_model=Acknowledgement,
    responses=_REFUSALS,
)
async def dci_unsubscribe(
    given: Annotated[UnsubscribeEnvelope, Body(openapi_examples=examples.UNSUBSCRIBE)],
    session: Session,
    by: PartnerSubscribing,
    request: Request,
) -> Response:
    """End subscriptions by their codes; what became of each is posted to `sender_uri` + `/registry/on-unsubscribe`."""
    return _answer(await actions.unsubscribe(session, given, request.state.raw, _desk(request), by=by))


@exchange.post(
    "/registry/notify",
    operation_id="dci_notify",
    summary="SP-DCI: tell us of an event elsewhere",
    response_model=Acknowledgement,
    responses=_REFUSALS,
)
async def dci_notify(
    given: Annotated[NoticeEnvelope, Body(openapi_examples=examples.NOTICE)],
    session: Session,
    by: PartnerSubscribing,
    request: Request,
) -> Response:
    """Acknowledge a notice of another registry. That it came is kept; nothing in this registry changes by it.

    What it tells of people is not kept: an officer registers and changes households here, not another system.
    """
    return _answer(await actions.take_notice(session, given, request.state.raw, _desk(request), by=by))


@exchange_keys.get("", operation_id="read_exchange_keys", summary="Keys that our messages are signed by")
async def read_exchange_keys(request: Request) -> ExchangeKeys:
    """Give the public keys (Ed25519, base64) by which partners check what we send, and the name that we sign under."""
    signer = _desk(request).signer
    key = PublicKey(id=signer.key_id, key=base64.b64encode(signer.public_key).decode())
    return ExchangeKeys(sender_id=signer.sender_id, algorithm="ed25519", keys=[key])


def _answer(body: Json) -> Response:
    return Response(orjson.dumps(body), media_type="application/json", headers={"Cache-Control": "no-store"})


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk
