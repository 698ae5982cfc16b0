"""The same request sent twice counts once: `Idempotency-Key`, bound to caller, route and body.

The answer is stored in the request's own transaction: either both the effect and the answer exist, or neither.
A refusal by a rule rolls its effects back and is kept as well, so that a repeated key can never change its answer.
Malformed bodies, 401, 403, 429 and 5xx are not kept: nothing was decided.
"""

import hashlib
import re
from typing import Annotated, Any

import orjson
from fastapi import Depends, Header, Request
from fastapi.responses import Response
from sqlalchemy import text

from kit.database import DirectWriter, Session
from kit.identity.dependencies import caller
from kit.problems import IdempotencyInFlight, IdempotencyKeyMissing, IdempotencyMismatch, Malformed, Problem
from kit.problems.responses import response_of
from kit.statements import Statements

_SHAPE = r"^[\x21-\x7e]{8,128}$"
_KEY = re.compile(_SHAPE, re.ASCII)

# An advisory lock tells a request in flight from one that is done without waiting for either.
_CLAIM = text(
    "select pg_try_advisory_xact_lock(:lock) as mine, k.fingerprint, k.status, k.headers, k.body"
    " from (select 1) as one left join idempotency_keys k on k.id = :id"
)
_SEEN = text("select fingerprint, status, headers, body from idempotency_keys where id = :id")
_KEEP = text(
    "insert into idempotency_keys (id, fingerprint, status, headers, body)"
    " values (:id, :fingerprint, :status, :headers, :body) on conflict (id) do nothing returning 1"
)
_DECIDED = frozenset({404, 409, 422})
_REPEATED = ("content-type", "etag", "location")


class Replay(Exception):  # noqa: N818 - not an error: the first answer, once more
    """The stored answer to this key."""

    def __init__(self, row: Any) -> None:
        super().__init__("replay")
        self.row = row

    def response(self) -> Response:
        headers = {**orjson.loads(self.row.headers), "Idempotency-Replayed": "true"}
        return Response(self.row.body, status_code=self.row.status, headers=headers)


class Claim:
    """A key that this request is the first to use."""

    def __init__(self, session: Statements, key_id: bytes, fingerprint: bytes) -> None:
        self.session = session
        self._id = key_id
        self._fingerprint = fingerprint

    async def keep(self, response: Response) -> Response:
        """Store the answer with the effect; both commit together. Return the answer to send.

        Where the first request committed between our look and our lock, its answer is there already: what this
        one did is undone, and the first answer is returned.
        """
        headers = {name: response.headers[name] for name in _REPEATED if name in response.headers}
        answer = {
            "status": response.status_code,
            "headers": orjson.dumps(headers).decode(),
            "body": bytes(response.body),
        }
        row = {"id": self._id, "fingerprint": self._fingerprint, **answer}
        if (await self.session.execute(_KEEP, row)).first() is not None:
            return response
        await self.session.rollback()
        first = (await self.session.execute(_SEEN, {"id": self._id})).one()
        return _replay(first, self._fingerprint).response()

    async def keep_refusal(self, request: Request, problem: Problem) -> Response | None:
        """Undo what the refused request did, and store its answer; None where this kind of refusal is not kept."""
        if problem.status not in _DECIDED:
            return None
        await self.session.rollback()
        kept = await self.keep(response_of(problem, request))
        await self.session.commit()
        return kept


def _replay(row: Any, fingerprint: bytes) -> Replay:
    if bytes(row.fingerprint) != fingerprint:
        raise IdempotencyMismatch
    return Replay(row)


Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description="A name of your own for this request (8 to 128 visible characters, a UUID is best). Sending"
        " the request again with it returns the first answer; kept for seven days.",
        json_schema_extra={"pattern": _SHAPE},
        openapi_examples={"a UUID": {"value": "8e03978e-40d5-43e8-bc93-6894a57f9324"}},
    ),
]


async def _well_formed(idempotency_key: Key = None) -> str:
    if idempotency_key is None:
        raise IdempotencyKeyMissing
    if not _KEY.fullmatch(idempotency_key):
        raise Malformed
    return idempotency_key


_WellFormedKey = Annotated[str, Depends(_well_formed)]


async def _unanswered(request: Request, key: _WellFormedKey) -> str:
    state = request.app.state
    key_id, fingerprint = await _name(request, key)
    async with state.database.transaction(state.row_scope(await caller(request)), read_only=True) as session:
        seen = (await session.execute(_SEEN, {"id": key_id})).one_or_none()
    if seen is not None:
        raise _replay(seen, fingerprint)
    return key


UnansweredKey = Annotated[str, Depends(_unanswered)]
"""The key, not claimed yet: for what asks another service before the transaction.

An answer that exists already is given again without asking: it stands even while that service is away.
Errors: 400 missing or malformed, 422 used with another body.
"""


async def _in_session(request: Request, key: _WellFormedKey, session: Session) -> str:
    return await _claim(request, session, key)


async def _in_direct_session(request: Request, key: _WellFormedKey, session: DirectWriter) -> str:
    return await _claim(request, session, key)


async def _name(request: Request, idempotency_key: str) -> tuple[bytes, bytes]:
    """Return what a key is kept under, bound to caller and route, and the fingerprint of the body."""
    actor = await caller(request)
    who = actor.subject if actor else "anybody"
    route = f"{request.method} {request.url.path}"
    key_id = hashlib.sha256(f"{who}\n{route}\n{idempotency_key}".encode()).digest()
    return key_id, hashlib.sha256(await request.body()).digest()


async def _claim(request: Request, session: Statements, idempotency_key: str) -> str:
    key_id, fingerprint = await _name(request, idempotency_key)
    lock = int.from_bytes(key_id[:8], signed=True)
    claimed = (await session.execute(_CLAIM, {"lock": lock, "id": key_id})).one()
    if not claimed.mine:
        raise IdempotencyInFlight(headers={"Retry-After": "1"})
    if claimed.status is not None:
        raise _replay(claimed, fingerprint)
    request.state.claim = Claim(session, key_id, fingerprint)
    return idempotency_key


IdempotencyKey = Annotated[str, Depends(_in_session)]
"""The caller's own name for this write. Errors: 400 missing, 409 in flight, 422 used with another body."""

DirectIdempotencyKey = Annotated[str, Depends(_in_direct_session)]
"""The same beside a `DirectWriter`."""
