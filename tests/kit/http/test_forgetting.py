from collections.abc import Callable
from typing import Any

import asyncpg

from kit.jobs.service_worker import forgetting
from tests.kit.conftest import Kit

KEY = {"Idempotency-Key": "a-key-of-mine"}
OTHER = {"Idempotency-Key": "another-key-of-mine"}


async def test_a_key_is_forgotten_after_seven_days_and_no_earlier(kit: Callable[..., Kit]) -> None:
    service = kit()
    async with service.client() as http:
        for name, key in (("old", KEY), ("young", OTHER)):
            assert (await http.post("/v1/kit/things", json={"name": name}, headers=key)).status_code == 201
        await service.sql("update idempotency_keys set recorded_at = now() - interval '6 days 23 hours'")
        await _forget(service)
        assert len(await service.sql("select from idempotency_keys")) == 2
        await service.sql(
            "update idempotency_keys set recorded_at = now() - interval '7 days 1 minute' where body like '%old%'::bytea"
        )
        await _forget(service)
        # The business key behind it still holds: forgetting never lets a thing come about twice.
        again = await http.post("/v1/kit/things", json={"name": "old"}, headers=KEY)
        replayed = await http.post("/v1/kit/things", json={"name": "young"}, headers=OTHER)
    assert (again.status_code, again.json()["code"]) == (409, "name-taken")
    assert replayed.headers["Idempotency-Replayed"] == "true"


async def test_a_proof_is_kept_until_it_could_not_be_used_again(kit: Callable[..., Kit]) -> None:
    service = kit()
    await service.sql(
        "insert into dpop_proofs values ('\\x01', now() - interval '1 second'), ('\\x02', now() + interval '1 minute')"
    )
    await _forget(service)
    assert [row["proof"] for row in await service.sql("select proof from dpop_proofs")] == [b"\x02"]


async def _forget(service: Kit) -> None:
    job: Any = None
    async with asyncpg.create_pool(service.url, min_size=1, max_size=1) as pool:
        await forgetting(pool)(job)
