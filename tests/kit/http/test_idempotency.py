import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy import text

from kit.http import idempotency
from tests.kit.conftest import Kit

KEY = {"Idempotency-Key": "a-key-of-mine"}


async def test_a_repeated_key_returns_the_first_answer_and_writes_once(kit: Callable[..., Kit]) -> None:
    service = kit()
    async with service.client() as http:
        first = await http.post("/v1/kit/things", json={"name": "one"}, headers=KEY)
        again = await http.post("/v1/kit/things", json={"name": "one"}, headers=KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert len(await service.sql("select from things")) == 1


async def test_a_key_with_another_body_is_refused(kit: Callable[..., Kit]) -> None:
    service = kit()
    async with service.client() as http:
        await http.post("/v1/kit/things", json={"name": "one"}, headers=KEY)
        other = await http.post("/v1/kit/things", json={"name": "two"}, headers=KEY)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-mismatch")
    assert len(await service.sql("select from things")) == 1


async def test_a_missing_or_malformed_key_is_refused(kit: Callable[..., Kit]) -> None:
    async with kit().client() as http:
        missing = await http.post("/v1/kit/things", json={"name": "one"})
        short = await http.post("/v1/kit/things", json={"name": "one"}, headers={"Idempotency-Key": "x"})
    assert (missing.status_code, missing.json()["code"]) == (400, "idempotency-key-missing")
    assert (short.status_code, short.json()["code"]) == (400, "malformed")


async def test_the_same_key_of_another_caller_is_another_key(kit: Callable[..., Kit]) -> None:
    service = kit()
    async with (
        service.client("treasurer") as one,
        service.client(token=service.token("treasurer", sub="somebody else")) as other,
    ):
        first = await one.post("/v1/kit/things", json={"name": "one"}, headers=KEY)
        second = await other.post("/v1/kit/things", json={"name": "two"}, headers=KEY)
    assert (first.status_code, second.status_code) == (201, 201)


async def test_twenty_at_the_same_instant_write_once_and_the_rest_wait_or_replay(
    kit: Callable[..., Kit],
) -> None:
    service = kit()
    async with service.client() as http:
        answers = await asyncio.gather(
            *(http.post("/v1/kit/things", json={"name": "one"}, headers=KEY) for _ in range(20))
        )
    codes = {answer.status_code for answer in answers}
    assert codes <= {201, 409}
    assert 201 in codes
    assert all(answer.headers["Retry-After"] == "1" for answer in answers if answer.status_code == 409)
    assert len(await service.sql("select from things")) == 1


async def test_a_refusal_by_a_rule_is_kept_and_leaves_nothing_behind(kit: Callable[..., Kit]) -> None:
    service = kit()
    async with service.client() as http:
        first = await http.post("/v1/kit/things", json={"name": "refused by a rule"}, headers=KEY)
        again = await http.post("/v1/kit/things", json={"name": "refused by a rule"}, headers=KEY)
    assert (first.status_code, again.status_code) == (404, 404)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json()["request_id"] == first.json()["request_id"]
    assert not await service.sql("select from things")


async def test_an_unexpected_error_shows_nothing_writes_nothing_and_keeps_no_answer(
    kit: Callable[..., Kit],
) -> None:
    service = kit()
    async with service.client() as http:
        answer = await http.post("/v1/kit/things/broken", headers=KEY)
    assert (answer.status_code, answer.json()["code"]) == (500, "unexpected")
    assert "secret" not in answer.text
    assert not await service.sql("select from things")
    assert not await service.sql("select from idempotency_keys")


async def test_a_body_that_is_not_understood_is_not_kept(kit: Callable[..., Kit]) -> None:
    service = kit()
    async with service.client() as http:
        wrong = await http.post("/v1/kit/things", json={"nom": "one"}, headers=KEY)
        right = await http.post("/v1/kit/things", json={"name": "one"}, headers=KEY)
    assert (wrong.status_code, right.status_code) == (422, 201)


async def test_a_request_that_was_overtaken_undoes_itself_and_returns_the_first_answer(
    kit: Callable[..., Kit], monkeypatch: pytest.MonkeyPatch
) -> None:
    service = kit()
    async with service.client() as http:
        first = await http.post("/v1/kit/things", json={"name": "one"}, headers=KEY)
        # The look comes back empty, as it does when the first commits between our look and our lock.
        blind = idempotency._CLAIM.text.replace("k.id = :id", "k.id = :id and false")
        monkeypatch.setattr(idempotency, "_CLAIM", text(blind))
        for body, status in (({"name": "one"}, 201), ({"name": "two"}, 422)):
            again = await http.post("/v1/kit/things", json=body, headers=KEY)
            assert again.status_code == status
        assert (await http.post("/v1/kit/things", json={"name": "one"}, headers=KEY)).json() == first.json()
    assert [row["name"] for row in await service.sql("select name from things")] == ["one"]
