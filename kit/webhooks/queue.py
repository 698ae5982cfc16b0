"""What is due, claimed and settled: short statements, none of them open while a message is on its way."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from kit.outbox import Event
from kit.webhooks.schedule import GIVE_UP_AFTER, OUR_OWN, PARTNERS, Schedule

LEASE: Final = timedelta(seconds=30)
"""How long a claimed delivery belongs to its worker; longer than an attempt may take."""

_ENDPOINTS: Final = """
    select id, url, secret, internal, failures
    from webhook_endpoints as endpoint
    where state = 'active' and (open_until is null or open_until <= now())
      and exists (
        select from webhook_deliveries
        where endpoint_id = endpoint.id and state in ('pending', 'failed') and next_attempt_at <= now()
      )
"""

# The attempt is counted here, before it is made: a worker that dies in it has used it up.
_CLAIM: Final = """
    with due as (
        select found.endpoint_id, found.event_id
        from unnest($1::uuid[], $2::int[], $3::int[]) as wanted(endpoint_id, room, attempts)
        cross join lateral (
            select endpoint_id, event_id
            from webhook_deliveries as delivery
            where delivery.endpoint_id = wanted.endpoint_id
              and delivery.state in ('pending', 'failed')
              and delivery.next_attempt_at <= now()
              and delivery.attempt < wanted.attempts
            order by delivery.next_attempt_at, delivery.event_id
            limit wanted.room
            for update skip locked
        ) as found
    )
    update webhook_deliveries as delivery
    set attempt = delivery.attempt + 1, last_attempt_at = now(), next_attempt_at = now() + $4
    from due join outbox_events as event on event.id = due.event_id
    where delivery.endpoint_id = due.endpoint_id and delivery.event_id = due.event_id
    returning delivery.endpoint_id, delivery.attempt,
        event.id, event.type, event.source, event.subject, event.data, event.occurred_at
"""

_BURY: Final = """
    update webhook_deliveries as delivery
    set state = 'dead', last_error = coalesce(last_error, 'the worker ended during the last attempt')
    from unnest($1::uuid[], $2::int[]) as endpoint(id, attempts)
    where delivery.endpoint_id = endpoint.id and delivery.state in ('pending', 'failed')
      and delivery.next_attempt_at <= now() and delivery.attempt >= endpoint.attempts
"""

# Fenced by the attempt: whoever claimed it since, or asked for a replay, is not overruled.
_DELIVERED: Final = """
    with settled as (
        update webhook_deliveries
        set state = 'delivered', delivered_at = now(), last_status = $4, last_error = null
        where endpoint_id = $1 and event_id = $2 and attempt = $3 and state in ('pending', 'failed')
    )
    update webhook_endpoints set failures = 0, failing_since = null, open_until = null
    where id = $1 and failures > 0
"""

_FAILED: Final = """
    with settled as (
        update webhook_deliveries
        set state = case when $6::interval is null then 'dead' else 'failed' end,
            next_attempt_at = coalesce(now() + $6::interval, next_attempt_at),
            last_status = $4, last_error = $5
        where endpoint_id = $1 and event_id = $2 and attempt = $3 and state in ('pending', 'failed')
    )
    update webhook_endpoints
    set failures = failures + 1, failing_since = coalesce(failing_since, now())
    where id = $1
    returning failures, not internal and failing_since < now() - $7::interval as hopeless
"""

_REST: Final = "update webhook_endpoints set open_until = now() + $2 where id = $1"

_DISABLE: Final = "update webhook_endpoints set state = 'disabled', state_reason = $2 where id = $1"


@dataclass(frozen=True)
class Endpoint:
    id: UUID
    url: str
    secret: bytes
    internal: bool
    failures: int

    @property
    def schedule(self) -> Schedule:
        return OUR_OWN if self.internal else PARTNERS

    def room(self, in_flight: int, most: int) -> int:
        """How many more messages it may get now: one at a time while it has yet to prove that it is back."""
        proving = self.failures >= self.schedule.failures_before_rest
        return max((1 if proving else most) - in_flight, 0)


@dataclass(frozen=True)
class Claim:
    """One attempt, ours until the lease ends."""

    endpoint: Endpoint
    event: Event
    attempt: int


async def ready(pool: Any) -> list[Endpoint]:
    """Return endpoints that have something due and are not resting."""
    return [Endpoint(**row) for row in await pool.fetch(_ENDPOINTS)]


async def claim(pool: Any, rooms: Mapping[Endpoint, int]) -> list[Claim]:
    """Claim at most so many due deliveries for each endpoint; bury those whose last attempt was cut off."""
    endpoints = {endpoint.id: endpoint for endpoint in rooms}
    attempts = [endpoint.schedule.attempts for endpoint in rooms]
    rows = await pool.fetch(_CLAIM, list(endpoints), list(rooms.values()), attempts, LEASE)
    if not rows:
        await pool.execute(_BURY, list(endpoints), attempts)
    return [Claim(endpoints[row["endpoint_id"]], Event.of(dict(row)), row["attempt"]) for row in rows]


async def delivered(pool: Any, done: Claim, status: int) -> None:
    await pool.execute(_DELIVERED, done.endpoint.id, done.event.id, done.attempt, status)


async def failed(
    pool: Any,
    done: Claim,
    *,
    status: int | None,
    error: str,
    wait_at_least: timedelta = timedelta(0),
) -> bool:
    """Settle a failed attempt; return whether that was the last one.

    wait_at_least: what the receiver asked for. After some failures in a row the whole endpoint rests.
    """
    schedule = done.endpoint.schedule
    delay = schedule.delay(done.attempt)
    if delay is not None:
        delay = max(delay, wait_at_least)
    row = await pool.fetchrow(
        _FAILED, done.endpoint.id, done.event.id, done.attempt, status, error, delay, GIVE_UP_AFTER
    )
    if row is not None and row["hopeless"]:
        await disable(pool, done.endpoint, "took nothing for five days")
    elif row is not None and (pause := schedule.pause(row["failures"])) is not None:
        await pool.execute(_REST, done.endpoint.id, pause)
    return delay is None


async def gone(pool: Any, done: Claim) -> None:
    """The receiver said 410: it wants no more events. This one ends here, the rest waits for a new start."""
    await pool.execute(_FAILED, done.endpoint.id, done.event.id, done.attempt, 410, "gone", None, GIVE_UP_AFTER)
    await disable(pool, done.endpoint, "answered 410 Gone")


async def disable(pool: Any, endpoint: Endpoint, reason: str) -> None:
    await pool.execute(_DISABLE, endpoint.id, reason)
