"""`GET /v1/impact`: what the three services count, put together; who is missing is named."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

import orjson
from multidict import CIMultiDict

from gateway.answers import Answer, Asked, json_answer
from gateway.settings import Settings
from gateway.upstream import NO_ANSWER, Upstream, read_whole
from kit.problems import Malformed, Problem, Unavailable
from kit.problems.validation import one_error

_VIETNAM = timedelta(hours=7)  # no summer time since 1975
_SINCE = date(2021, 1, 1)  # the first year of the account
_FIRST, _LAST = date(1900, 1, 1), date(2200, 12, 31)
_BY = ("none", "area")
_DAYS = ("from", "to", "as_of")
_OK, _SERVER_ERROR = 200, 500
_REASONS = {401: "unauthenticated", 403: "forbidden", 503: "unavailable", 504: "timeout"}
# Headers that describe the caller's own body or cache do not belong to a question of ours.
_NOT_ASKED = (
    "Content-Length",
    "Content-Type",
    "If-None-Match",
    "If-Modified-Since",
    "Range",
    "Accept-Encoding",
)


class Refused(Exception):  # noqa: N818 - an answer, not an error
    """A service answered otherwise than with rows."""

    def __init__(self, reason: str, status: int = 0, body: bytes = b"", challenge: str | None = None) -> None:
        super().__init__(reason)
        self.reason, self.status, self.body, self.challenge = reason, status, body, challenge


def read_query(query: bytes, present: date) -> dict[str, str]:
    """Return `from`, `to`, `as_of` (days) and `by`, defaults filled in; Invalid or Malformed."""
    try:
        pairs = parse_qsl(query.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=32)
    except ValueError as error:
        raise Malformed from error
    given: dict[str, str] = {}
    for name, value in pairs:
        if name not in {*_DAYS, "by"}:
            raise one_error(f"#query/{name[:64]}", "unknown_parameter")
        if name in given:
            raise one_error(f"#query/{name}", "repeated_parameter")
        given[name] = value
    by = given.get("by", "none")
    if by not in _BY:
        raise one_error("#query/by", "literal_error", expected=", ".join(_BY))
    last = _day("to", given.get("to"), max(present, _SINCE))
    first = _day("from", given.get("from"), min(_SINCE, last))
    if first > last:
        raise one_error("#query/from", "less_than_equal", le=last.isoformat())
    as_of = _day("as_of", given.get("as_of"), present)
    return {"from": first.isoformat(), "to": last.isoformat(), "as_of": as_of.isoformat(), "by": by}


def _day(name: str, text: str | None, default: date) -> date:
    if text is None:
        return default
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError:
        raise one_error(f"#query/{name}", "date_parsing") from None
    if text != day.isoformat():
        raise one_error(f"#query/{name}", "date_parsing")
    if day < _FIRST:
        raise one_error(f"#query/{name}", "greater_than_equal", ge=_FIRST.isoformat())
    if day > _LAST:
        raise one_error(f"#query/{name}", "less_than_equal", le=_LAST.isoformat())
    return day


def today() -> date:
    """Return the day that it is in Vietnam."""
    return (datetime.now(UTC) + _VIETNAM).date()


class Impact:
    def __init__(self, settings: Settings, upstreams: Mapping[str, Upstream]) -> None:
        self._settings, self._upstreams = settings, upstreams

    async def answer(self, asked: Asked) -> Answer:
        """Answer 200 with whatever came, with a refusal that all share, or 503 where nothing came."""
        parameters = read_query(asked.query, today())
        rows, refused = await self.ask(asked, parameters)
        if len(refused) == len(self._upstreams):
            return _all_refused(list(refused.values()))
        missing = [{"service": name, "reason": answer.reason} for name, answer in refused.items()]
        return json_answer({**parameters, "rows": rows, "missing": missing}, vary="authorization, accept-language")

    async def ask(self, asked: Asked, parameters: Mapping[str, str]) -> tuple[list[dict[str, Any]], dict[str, Refused]]:
        """Ask all services at once; return their rows, each with its service, and who gave none."""
        names = list(self._upstreams)
        answers = await asyncio.gather(
            *(self._ask(self._upstreams[name], asked, parameters) for name in names), return_exceptions=True
        )
        rows: list[dict[str, Any]] = []
        refused: dict[str, Refused] = {}
        for name, answer in zip(names, answers, strict=True):
            if isinstance(answer, Refused):
                refused[name] = answer
            elif isinstance(answer, BaseException):
                raise answer
            else:
                rows += [{"service": name, **row} for row in answer]
        return rows, refused

    async def _ask(self, upstream: Upstream, asked: Asked, parameters: Mapping[str, str]) -> list[dict[str, Any]]:
        target = f"/v1/{upstream.name}/impact?{urlencode(parameters)}"
        headers: CIMultiDict[str] = CIMultiDict(asked.passing)
        for name in _NOT_ASKED:
            headers.popall(name, None)
        if not upstream.slots.take() and not await upstream.slots.wait():
            raise Refused("unavailable")
        try:
            async with asyncio.timeout(self._settings.deadline_seconds):
                return await self._rows(upstream, target, headers)
        except Problem as error:
            raise Refused("unavailable") from error
        except TimeoutError as error:
            upstream.breaker.failed()
            raise Refused("timeout") from error
        except NO_ANSWER as error:
            raise Refused("bad-answer") from error
        finally:
            upstream.slots.release()

    async def _rows(self, upstream: Upstream, target: str, headers: CIMultiDict[str]) -> list[dict[str, Any]]:
        response = await upstream.call("GET", target, headers)
        async with response:
            body = await read_whole(response, self._settings.max_answer_bytes)
        if response.status != _OK:
            reason = _REASONS.get(response.status, "unavailable" if response.status >= _SERVER_ERROR else "refused")
            raise Refused(reason, response.status, body, response.headers.get("WWW-Authenticate"))
        document = orjson.loads(body)
        rows = document.get("rows") if isinstance(document, dict) else None
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise Refused("bad-answer")
        return rows


def _all_refused(answers: list[Refused]) -> Answer:
    """Return what they all said, where it was the caller's doing; Unavailable otherwise.

    A service that is down does not turn "sign in first" into "try again later": the caller could try for ever.
    """
    said = [answer for answer in answers if answer.status in {400, 401, 403, 422}]
    if not said or any(
        answer.status not in {0, 400, 401, 403, 422} and answer.status < _SERVER_ERROR for answer in answers
    ):
        raise Unavailable(headers={"retry-after": "5"})
    first = min(said, key=lambda answer: answer.status)
    challenge = {} if first.challenge is None else {"www-authenticate": first.challenge}
    return Answer(first.body, "application/problem+json", first.status, {"cache-control": "no-store", **challenge})
