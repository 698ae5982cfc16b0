"""`/openapi.json`: whole, valid, revalidated, and never waiting for a service that is away."""

import asyncio
import json
from typing import Any

import schemathesis
from fastapi import APIRouter, FastAPI
from fastapi.openapi.models import OpenAPI
from pydantic import BaseModel, Field

from tests.gateway.conftest import Asked, Front, OpenFront, Service, StartService, until
from tests.gateway.openapi.test_merge import reached


def fastapi_document(name: str, amount: type) -> bytes:
    """What a service's framework writes; `amount` makes the same name mean different things."""
    fields: dict[str, Any] = {"__annotations__": {"amount": amount}, "amount": Field(examples=[1])}
    thing = type("Thing", (BaseModel,), fields)
    router = APIRouter(prefix=f"/v1/{name}")

    @router.post("/things", operation_id="make", summary="Make a thing")
    async def make(thing: thing) -> thing:  # type: ignore[valid-type]
        return thing

    app = FastAPI()
    app.include_router(router)
    return json.dumps(
        app.openapi() | {"x-problems": {f"{name}-closed": {"status": 409, "title": _title(name)}}}
    ).encode()


def _title(name: str) -> dict[str, str]:
    return {"en": f"{name} <closed>", "vi": f"{name} đóng", "fr": f"{name} fermé"}


async def documented(service: StartService, name: str, amount: type = int) -> Service:
    body = fastapi_document(name, amount)

    async def answer(asked: Asked) -> None:
        await asked.answer(body, "200 OK", "content-type: application/json")

    return await service(answer)


async def discovery(service: StartService) -> Service:
    async def answer(asked: Asked) -> None:
        assert asked.line == b"GET /.well-known/openid-configuration HTTP/1.1"
        places = {f"{kind}_endpoint": f"https://login.example/{kind}" for kind in ("authorization", "token")}
        await asked.answer(json.dumps(places).encode())

    return await service(answer)


async def read(gate: Front) -> dict[str, Any]:
    async with gate.client.get("/openapi.json") as response:
        assert response.status == 200
        document: dict[str, Any] = await response.json()
        return document


async def test_it_is_valid_and_every_operation_can_be_tried(front: OpenFront, service: StartService) -> None:
    issuer = await discovery(service)
    gate = await front(
        beneficiaries=await documented(service, "beneficiaries"),
        funds=await documented(service, "funds", str),
        loans=await documented(service, "loans"),
        issuer="https://login.example",
        issuer_internal_url=issuer.url,
    )
    document = await read(gate)
    OpenAPI.model_validate(document)
    reached(document)
    operations = [result.ok() for result in schemathesis.openapi.from_dict(document).get_all_operations()]
    assert sorted((operation.method.upper(), operation.path) for operation in operations) == [
        ("GET", "/v1/impact"),
        ("POST", "/v1/beneficiaries/things"),
        ("POST", "/v1/funds/things"),
        ("POST", "/v1/loans/things"),
    ]
    ids = [item[method]["operationId"] for item in document["paths"].values() for method in item]
    assert len(ids) == len(set(ids))
    assert {"FundsThing", "LoansThing", "BeneficiariesThing", "ProblemDocument"} <= set(
        document["components"]["schemas"]
    )
    assert document["x-missing-services"] == []
    assert {"funds-closed", "loans-closed", "not-found", "gateway-timeout"} <= set(document["x-problems"])
    flow = document["components"]["securitySchemes"]["oauth2"]["flows"]["authorizationCode"]
    assert flow["authorizationUrl"] == "https://login.example/authorization"
    assert flow["tokenUrl"] == "https://login.example/token"
    assert "impact.read" in flow["scopes"]
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"


async def test_a_missing_service_is_named_and_comes_back(front: OpenFront, service: StartService, nobody: str) -> None:
    gate = await front(funds=await documented(service, "funds"), loans=nobody)
    document = await read(gate)
    assert document["x-missing-services"] == ["loans"]
    assert "loans" in document["info"]["description"].partition("Missing")[2]
    assert "/v1/funds/things" in document["paths"]
    back = await documented(service, "loans")
    gate.gateway.upstreams["loans"].origin = back.url
    gate.gateway._own._document._made = float("-inf")
    document = await read(gate)
    assert document["x-missing-services"] == []
    assert "/v1/loans/things" in document["paths"]


async def test_without_an_issuer_nobody_is_sent_to_sign_in(front: OpenFront, funds: Service) -> None:
    gate = await front(funds=funds)
    document = await read(gate)
    assert list(document["components"]["securitySchemes"]) == ["bearer"]
    assert document["paths"]["/v1/impact"]["get"]["security"] == [{}, {"bearer": []}]


async def test_an_issuer_known_by_two_names_is_shown_by_the_public_one(
    front: OpenFront, service: StartService, funds: Service
) -> None:
    async def answer(asked: Asked) -> None:
        places = {f"{kind}_endpoint": f"{issuer.url}/realm/{kind}" for kind in ("authorization", "token")}
        await asked.answer(json.dumps(places).encode())

    issuer = await service(answer)
    gate = await front(funds=funds, issuer="https://login.example/realm", issuer_internal_url=f"{issuer.url}/realm")
    flow = (await read(gate))["components"]["securitySchemes"]["oauth2"]["flows"]["authorizationCode"]
    assert flow["authorizationUrl"] == "https://login.example/realm/authorization"
    assert flow["tokenUrl"] == "https://login.example/realm/token"


async def test_what_is_no_document_counts_as_missing(front: OpenFront, service: StartService) -> None:
    answers = iter([b"[1]", b"not json", b"x" * 5000])

    async def babble(asked: Asked) -> None:
        await asked.answer(next(answers))

    funds = await service(babble)
    gate = await front(funds=funds, max_answer_bytes=4000)
    for _ in range(3):
        gate.gateway._own._document._made = float("-inf")
        assert (await read(gate))["x-missing-services"] == ["funds"]
    assert len(funds.asked) == 3


async def test_it_is_made_once_for_many_readers_and_revalidated(front: OpenFront, service: StartService) -> None:
    funds, issuer = await documented(service, "funds"), await discovery(service)
    gate = await front(funds=funds, issuer=issuer.url)
    await asyncio.gather(*(read(gate) for _ in range(5)))
    assert len(funds.asked) == 1
    async with gate.client.get("/openapi.json") as response:
        etag = response.headers["etag"]
    for tags in (etag, f'"other", W/{etag}', "*"):
        async with gate.client.get("/openapi.json", headers={"if-none-match": tags}) as response:
            assert (response.status, await response.read()) == (304, b"")
    async with gate.client.get("/openapi.json", headers={"if-none-match": '"other"'}) as response:
        assert response.status == 200


async def test_an_old_one_is_served_while_a_new_one_is_made(front: OpenFront, service: StartService) -> None:
    release, body = asyncio.Event(), fastapi_document("funds", int)

    async def slow_later(asked: Asked) -> None:
        if len(funds.asked) > 1:
            await release.wait()
        await asked.answer(body)

    funds, issuer = await service(slow_later), await discovery(service)
    gate = await front(funds=funds, issuer=issuer.url, openapi_seconds=0.01)
    await read(gate)
    await until(lambda: gate.gateway._own._document._making is None)
    gate.gateway._own._document._made = float("-inf")
    assert "/v1/funds/things" in (await read(gate))["paths"]
    await until(lambda: len(funds.asked) == 2)
    release.set()
