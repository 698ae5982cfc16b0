"""`/v1/impact`: three answers in one, and an honest word about who is missing."""

import asyncio
import json
from datetime import date
from typing import Any

import pytest

from gateway.impact import read_query
from kit.problems import Invalid, Malformed
from tests.gateway.conftest import Asked, Front, Handler, OpenFront, StartService, until

NAMES = ("beneficiaries", "funds", "loans")


def rows(*names: str) -> Handler:
    async def answer(asked: Asked) -> None:
        body = {"rows": [{"row": name, "counts": "turns", "area": None} for name in names]}
        await asked.answer(json.dumps(body).encode(), "200 OK", "content-type: application/json")

    return answer


def refuse(status: str, body: bytes = b'{"code":"x"}', *headers: str) -> Handler:
    async def answer(asked: Asked) -> None:
        await asked.answer(body, status, *headers)

    return answer


async def read(gate: Front, query: str = "", **headers: str) -> tuple[int, dict[str, Any]]:
    async with gate.client.get(f"/v1/impact{query}", headers=headers) as response:
        return response.status, await response.json(content_type=None)


async def test_the_rows_of_all_services_come_together(front: OpenFront, service: StartService) -> None:
    services = {name: await service(rows(f"{name}-1", f"{name}-2")) for name in NAMES}
    gate = await front(**services)
    status, body = await read(gate, "?from=2021-01-01&to=2021-12-31&as_of=2025-07-01", authorization="Bearer t")
    assert status == 200
    assert {key: body[key] for key in ("from", "to", "as_of", "by", "missing")} == {
        "from": "2021-01-01",
        "to": "2021-12-31",
        "as_of": "2025-07-01",
        "by": "none",
        "missing": [],
    }
    assert [(row["service"], row["row"]) for row in body["rows"]] == [
        (name, f"{name}-{number}") for name in NAMES for number in (1, 2)
    ]
    for name, asked in services.items():
        line = f"GET /v1/{name}/impact?from=2021-01-01&to=2021-12-31&as_of=2025-07-01&by=none HTTP/1.1"
        assert asked.last.line == line.encode()
        assert asked.last.one("authorization") == "Bearer t"
        assert asked.last.one("x-request-id") is not None


async def test_the_services_are_asked_at_the_same_time(front: OpenFront, service: StartService) -> None:
    arrived: set[bytes] = set()

    async def wait_for_all(asked: Asked) -> None:
        arrived.add(asked.line)
        await until(lambda: len(arrived) == 3)
        await rows("x")(asked)

    gate = await front(**{name: await service(wait_for_all) for name in NAMES})
    status, body = await read(gate)
    assert (status, len(body["rows"])) == (200, 3)


@pytest.mark.parametrize(
    ("handler", "reason"),
    [
        (refuse("503 X"), "unavailable"),
        (refuse("500 X"), "unavailable"),
        (refuse("504 X"), "timeout"),
        (refuse("401 X"), "unauthenticated"),
        (refuse("403 X"), "forbidden"),
        (refuse("404 X"), "refused"),
        (refuse("200 OK", b"not json"), "bad-answer"),
        (refuse("200 OK", b"[]"), "bad-answer"),
        (refuse("200 OK", b'{"rows":[1]}'), "bad-answer"),
        (refuse("200 OK", b'{"rows":[' + b" " * 5000 + b"]}"), "bad-answer"),
    ],
)
async def test_a_service_without_rows_is_named_and_the_others_still_answer(
    front: OpenFront, service: StartService, handler: Handler, reason: str
) -> None:
    gate = await front(funds=await service(rows("rice")), loans=await service(handler), max_answer_bytes=4000)
    status, body = await read(gate)
    assert status == 200
    assert body["missing"] == [{"service": "loans", "reason": reason}]
    assert [row["row"] for row in body["rows"]] == ["rice"]


async def test_a_service_that_is_not_there_or_too_slow_is_named(
    front: OpenFront, service: StartService, nobody: str
) -> None:
    async def never(asked: Asked) -> None:
        await asked.reader.read()

    gate = await front(
        beneficiaries=nobody,
        funds=await service(never),
        loans=await service(rows("loans")),
        deadline_seconds=0.5,
        retry_seconds=0,
    )
    status, body = await read(gate)
    assert status == 200
    assert body["missing"] == [
        {"service": "beneficiaries", "reason": "unavailable"},
        {"service": "funds", "reason": "timeout"},
    ]


async def test_with_nobody_there_it_is_unavailable(front: OpenFront, nobody: str) -> None:
    gate = await front(funds=nobody, loans=nobody, retry_seconds=0)
    status, body = await read(gate, **{"accept-language": "en"})
    assert (status, body["code"]) == (503, "unavailable")


@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden"])
async def test_what_every_service_refuses_is_refused(front: OpenFront, service: StartService, status: str) -> None:
    said = refuse(status, b'{"code":"own"}', 'www-authenticate: Bearer realm="x"')
    gate = await front(**{name: await service(said) for name in NAMES})
    async with gate.client.get("/v1/impact?by=area") as response:
        assert response.status == int(status[:3])
        assert response.headers["www-authenticate"] == 'Bearer realm="x"'
        assert response.headers["content-type"] == "application/problem+json"
        assert await response.json(content_type=None) == {"code": "own"}


@pytest.mark.parametrize(
    ("query", "pointer", "code"),
    [
        ("?year=2021", "#query/year", "unknown_parameter"),
        ("?by=village", "#query/by", "literal_error"),
        ("?by=", "#query/by", "literal_error"),
        ("?from=2021-02-30", "#query/from", "date_parsing"),
        ("?from=21-1-1", "#query/from", "date_parsing"),
        ("?from=2021-1-1", "#query/from", "date_parsing"),
        ("?from=%C3%A9", "#query/from", "date_parsing"),
        ("?to=1899-12-31", "#query/to", "greater_than_equal"),
        ("?as_of=2201-01-01", "#query/as_of", "less_than_equal"),
        ("?from=2022-01-01&to=2021-01-01", "#query/from", "less_than_equal"),
        ("?by=area&by=none", "#query/by", "repeated_parameter"),
    ],
)
async def test_a_wrong_parameter_is_named(
    front: OpenFront, service: StartService, query: str, pointer: str, code: str
) -> None:
    funds = await service(rows())
    gate = await front(funds=funds)
    status, body = await read(gate, query, **{"accept-language": "en"})
    assert status == 422
    assert [(error["pointer"], error["code"]) for error in body["errors"]] == [(pointer, code)]
    assert body["errors"][0]["detail"]
    assert not funds.asked


def test_the_period_runs_from_the_beginning_to_today_where_nothing_is_said() -> None:
    today = date(2025, 6, 30)
    assert read_query(b"", today) == {"from": "2021-01-01", "to": "2025-06-30", "as_of": "2025-06-30", "by": "none"}
    early = read_query(b"to=1999-12-31", today)
    assert (early["from"], early["to"], early["as_of"]) == ("1999-12-31", "1999-12-31", "2025-06-30")


@pytest.mark.parametrize("query", [b"from=%ff", b"&".join(b"by=area" for _ in range(50))])
def test_a_query_that_cannot_be_read_is_malformed(query: bytes) -> None:
    with pytest.raises((Malformed, Invalid)):
        read_query(query, date(2025, 6, 30))


async def test_it_does_not_go_through_to_a_service_twice(front: OpenFront, service: StartService) -> None:
    funds = await service(rows("rice"))
    gate = await front(funds=funds)
    await asyncio.gather(read(gate), read(gate))
    assert len(funds.asked) == 2
