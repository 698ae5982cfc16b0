from collections.abc import Callable

import pytest

from tests.kit.conftest import Kit


async def _fill(service: Kit, count: int) -> None:
    await service.sql(
        "insert into things (name, owner) select 'thing ' || lpad(n::text, 3, '0'), 'treasurer'"
        " from generate_series(1, $1) n",
        count,
    )


async def test_pages_follow_one_another_without_loss_or_repetition(kit: Callable[..., Kit]) -> None:
    service = kit()
    await _fill(service, 25)
    seen: list[str] = []
    async with service.client() as http:
        address: str | None = "/v1/kit/things?limit=10"
        while address:
            page = await http.get(address)
            seen += [item["name"] for item in page.json()["items"]]
            # A row that appears in the middle of reading moves nobody to another page.
            await service.sql("insert into things (name, owner) values ('a' || clock_timestamp(), 'treasurer')")
            address = page.links.get("next", {}).get("url")
    assert seen == [f"thing {number:03}" for number in range(1, 26)]


@pytest.mark.parametrize(
    "cursor",
    ["x", "bm90IGpzb24", "W10", "WyJ4IiwxLDJd", "W251bGwsbnVsbF0", "a" * 1000, "W1tdLHt9XQ"],
)
async def test_a_cursor_that_was_not_given_out_is_refused(kit: Callable[..., Kit], cursor: str) -> None:
    async with kit().client() as http:
        answer = await http.get(f"/v1/kit/things?cursor={cursor}")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-cursor")


async def test_a_cursor_belongs_to_the_filters_it_came_from(kit: Callable[..., Kit]) -> None:
    service = kit()
    await _fill(service, 3)
    async with service.client() as http:
        page = (await http.get("/v1/kit/things?limit=1")).json()
        answer = await http.get("/v1/kit/things", params={"cursor": page["next"], "name": "thing 001"})
    assert answer.json()["code"] == "bad-cursor"


@pytest.mark.parametrize(
    ("query", "pointer", "code"),
    [
        ("colour=red", "#query/colour", "unknown_parameter"),
        ("limit=1&limit=2", "#query/limit", "repeated_parameter"),
        ("limit=0", "#query/limit", "greater_than_equal"),
        ("limit=201", "#query/limit", "less_than_equal"),
        ("limit=99999999999999999999999999", "#query/limit", "less_than_equal"),
        ("name=%00", "#query/name", "string_pattern_mismatch"),
        ("cursor=%F0%9F%98%80", "#query/cursor", "string_pattern_mismatch"),
        ("name=" + "x" * 201, "#query/name", "string_too_long"),
    ],
)
async def test_a_parameter_that_cannot_be_is_named(
    kit: Callable[..., Kit], query: str, pointer: str, code: str
) -> None:
    async with kit().client() as http:
        answer = await http.get(f"/v1/kit/things?{query}")
    assert answer.status_code == 422
    assert {(error["pointer"], error["code"]) for error in answer.json()["errors"]} == {(pointer, code)}


async def test_an_unknown_parameter_is_refused_where_a_route_takes_none(kit: Callable[..., Kit]) -> None:
    async with kit().client() as http:
        answer = await http.get("/v1/kit/things/1?verbose=1")
    assert answer.status_code == 422


async def test_a_change_needs_the_version_that_was_read(kit: Callable[..., Kit]) -> None:
    service = kit()
    await _fill(service, 1)
    async with service.client() as http:
        blind = await http.patch("/v1/kit/things/1", json={"name": "new"})
        read = await http.get("/v1/kit/things/1")
        first = await http.patch("/v1/kit/things/1", json={"name": "new"}, headers={"If-Match": read.headers["etag"]})
        second = await http.patch("/v1/kit/things/1", json={"name": "old"}, headers={"If-Match": read.headers["etag"]})
        strange = await http.patch("/v1/kit/things/1", json={"name": "old"}, headers={"If-Match": "*"})
    assert [answer.status_code for answer in (blind, first, second, strange)] == [428, 200, 412, 412]
    assert second.headers["etag"] == '"2"'


async def test_what_did_not_change_is_not_sent_again(kit: Callable[..., Kit]) -> None:
    service = kit()
    await _fill(service, 2)
    async with service.client() as http:
        for address in ("/v1/kit/things", "/v1/kit/things/1"):
            first = await http.get(address)
            again = await http.get(address, headers={"If-None-Match": f'"x", {first.headers["etag"]}'})
            assert (again.status_code, again.content) == (304, b"")


async def test_rows_of_somebody_else_are_not_there(kit: Callable[..., Kit]) -> None:
    service = kit()
    await service.sql("insert into things (name, owner) values ('theirs', 'somebody else')")
    async with service.client() as http:
        assert (await http.get("/v1/kit/things/1")).status_code == 404
        assert (await http.get("/v1/kit/things")).json()["items"] == []
        change = await http.patch("/v1/kit/things/1", json={"name": "mine"}, headers={"If-Match": '"1"'})
        assert change.status_code == 404


async def test_scope_of_one_request_is_gone_from_the_connection_of_the_next(kit: Callable[..., Kit]) -> None:
    service = kit(database_pool=1)
    await _fill(service, 1)
    async with (
        service.client("treasurer") as one,
        service.client(token=service.token("treasurer", sub="somebody else")) as other,
    ):
        assert (await one.get("/v1/kit/things/1")).status_code == 200
        assert (await other.get("/v1/kit/things/1")).status_code == 404


async def test_a_constraint_of_the_database_answers_as_the_refusal_it_stands_for(
    kit: Callable[..., Kit],
) -> None:
    async with kit().client() as http:
        await http.post("/v1/kit/things", json={"name": "one"}, headers={"Idempotency-Key": "first-key"})
        answer = await http.post("/v1/kit/things", json={"name": "one"}, headers={"Idempotency-Key": "second-key"})
    assert (answer.status_code, answer.json()["code"]) == (409, "name-taken")


@pytest.mark.parametrize(
    "body",
    [
        b"{", b"", b"[]", b"null", b'{"name": "a\\u0000b"}', b'{"name": "\\ud800"}', b'{"name": "a\\nb"}',
        b'{"name": 5}', b'{"name": ""}', b'{"name": "one", "more": 1}', b"\xff\xfe", b'{"name": NaN}',
        b'{"name": ' + b"[" * 5000 + b"}", b'{"name": ' + b"9" * 5000 + b"}",
    ],
)  # fmt: skip
async def test_bad_bodies_are_client_errors_and_write_nothing(kit: Callable[..., Kit], body: bytes) -> None:
    service = kit()
    async with service.client() as http:
        answer = await http.post(
            "/v1/kit/things",
            content=body,
            headers={"Idempotency-Key": "bad-body-key", "Content-Type": "application/json"},
        )
    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == "application/problem+json"
    assert not await service.sql("select from things")


async def test_an_oversized_body_is_refused_declared_or_streamed(kit: Callable[..., Kit]) -> None:
    async def stream() -> object:
        for _ in range(300):
            yield b" " * 8192

    async with kit().client() as http:
        headers = {"Idempotency-Key": "large-body-key", "Content-Type": "application/json"}
        declared = await http.post("/v1/kit/things", content=b" " * 2_000_000, headers=headers)
        streamed = await http.post("/v1/kit/things", content=stream(), headers=headers)
    assert (declared.status_code, streamed.status_code) == (413, 413)
    assert declared.json()["code"] == "too-large"


async def test_no_address_and_no_method_are_problems_too(kit: Callable[..., Kit]) -> None:
    async with kit().client() as http:
        nowhere, nohow = await http.get("/v1/kit/nothing"), await http.put("/v1/kit/things")
        nul = await http.get("/v1/kit/things%00")
    assert [answer.status_code for answer in (nowhere, nohow, nul)] == [404, 405, 400]
    assert nohow.headers["allow"]
    assert all(answer.headers["content-type"] == "application/problem+json" for answer in (nowhere, nohow, nul))
