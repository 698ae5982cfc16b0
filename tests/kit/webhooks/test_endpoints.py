from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from kit.crypto import Vault
from kit.jobs.connections import worker_pool
from kit.settings import EventTarget
from kit.webhooks import EndpointNotFound, Guard, UnsafeEndpoint, UnusableSecret, endpoints, new_key_pair, new_secret
from tests.kit.outbox.database import Place
from tests.kit.webhooks.receiving import SECRET, VAULT, register, unreachable_url

URL = "https://bank.example.com/hooks"
OUTSIDE = Guard()


async def test_the_secret_is_shown_once_and_kept_encrypted(place: Place) -> None:
    async with place.transaction("bank", bank="vbsp") as session:
        made, secret = await endpoints.register(session, VAULT, OUTSIDE, url=URL, bank="vbsp")
        assert await endpoints.find(session, made.id) == made
    assert secret.startswith("whsec_")
    (row,) = await place.sql("select secret from webhook_endpoints")
    assert secret.encode() not in row["secret"]
    assert not hasattr(made, "secret")


async def test_an_unsafe_address_or_a_weak_secret_is_not_registered(place: Place) -> None:
    async with place.transaction("bank", bank="vbsp") as session:
        with pytest.raises(UnsafeEndpoint):
            await endpoints.register(session, VAULT, OUTSIDE, url="https://10.0.0.1/", bank="vbsp")
        with pytest.raises(UnusableSecret):
            await endpoints.register(session, VAULT, OUTSIDE, url=URL, bank="vbsp", secret="hunter2")
    assert await place.sql("select 1 from webhook_endpoints") == []


async def test_a_bank_sees_and_changes_its_own_endpoints_only(place: Place) -> None:
    mine = await register(place, unreachable_url(), bank="agribank")
    async with place.transaction("bank", bank="vbsp") as session:
        assert await endpoints.every(session) == []
        for refused in (
            endpoints.find(session, mine),
            endpoints.set_state(session, mine, "paused"),
            endpoints.rotate(session, VAULT, mine),
            endpoints.retire(session, VAULT, mine),
            endpoints.remove(session, mine),
        ):
            with pytest.raises(EndpointNotFound):
                await refused
    async with place.transaction("bank", bank="agribank") as session:
        assert [each.id for each in await endpoints.every(session)] == [mine]
        assert (await endpoints.set_state(session, mine, "paused")).state == "paused"
        await endpoints.remove(session, mine)
        assert await endpoints.every(session) == []


async def test_a_bank_cannot_register_for_another(place: Place) -> None:
    with pytest.raises(DBAPIError, match="row-level security"):
        async with place.transaction("bank", bank="vbsp") as session:
            await endpoints.register(session, VAULT, OUTSIDE, url=URL, bank="agribank")


async def test_rotation_keeps_two_secrets_and_retiring_keeps_the_newest(place: Place) -> None:
    endpoint = await register(place, unreachable_url())
    private, _ = new_key_pair()

    async def kept() -> list[str]:
        (row,) = await place.sql("select secret from webhook_endpoints")
        return VAULT.open(row["secret"], context=endpoints.secret_context(endpoint)).split()

    async with place.transaction("bank", bank="agribank") as session:
        second = await endpoints.rotate(session, VAULT, endpoint)
    assert await kept() == [SECRET, second]
    async with place.transaction("bank", bank="agribank") as session:
        await endpoints.rotate(session, VAULT, endpoint, private)
    assert await kept() == [second, private]
    async with place.transaction("bank", bank="agribank") as session:
        await endpoints.retire(session, VAULT, endpoint)
    assert await kept() == [private]


async def test_secrets_move_to_a_new_encryption_key_without_changing(place: Place) -> None:
    endpoint = await register(place, unreachable_url())
    renewed = Vault({"k": b"k" * 32, "n": b"n" * 32}, "n", b"i" * 32)
    pool = await worker_pool(place.url)
    assert await endpoints.reseal(pool, renewed) == 1
    assert await endpoints.reseal(pool, renewed) == 0
    await pool.close()
    (row,) = await place.sql("select secret from webhook_endpoints")
    assert not renewed.needs_rotation(row["secret"])
    assert renewed.open(row["secret"], context=endpoints.secret_context(endpoint)) == SECRET


async def test_our_own_services_follow_the_settings_and_no_bank_sees_them(place: Place) -> None:
    pool = await worker_pool(place.url)
    first, second = (EventTarget(url=f"http://127.0.0.1:{port}/hook", secret=new_secret()) for port in (8001, 8002))
    for targets in ([first, second], [first, second], [second]):
        await endpoints.upsert_own(pool, VAULT, targets)
    await pool.close()
    found = await place.sql("select url, state, internal from webhook_endpoints order by url")
    assert [tuple(row) for row in found] == [(first.url, "disabled", True), (second.url, "active", True)]
    async with place.transaction() as session:
        assert await endpoints.every(session) == []
        with pytest.raises(EndpointNotFound):
            await endpoints.find(session, uuid4())
    async with place.transaction("bank") as session:
        assert (await session.scalar(text("select count(*) from webhook_endpoints"))) == 0
