"""The examples of the documents for areas, villages and classes, tried one after the other on a fresh system."""

from collections.abc import Callable
from typing import Any

import httpx2

from tests.conftest import Service
from tests.services.beneficiaries.areas.conftest import ACTS, AREAS, MAI_SON
from tests.services.beneficiaries.areas.test_villages import CSV, IMPORTS, VILLAGES


async def test_the_examples_for_areas_and_villages_work_on_a_fresh_system(
    registry: Service, admin: httpx2.AsyncClient, new_key: Callable[[], dict[str, str]]
) -> None:
    public = await registry.signed_in(None)
    contract: dict[str, Any] = (await public.get("/openapi.json")).json()
    schemas = contract["components"]["schemas"]

    def shown(method: str, path: str, media: str = "application/json") -> Any:
        [example] = contract["paths"][path][method]["requestBody"]["content"][media]["examples"].values()
        return example["value"]

    act = await admin.post(ACTS, json=shown("post", ACTS), headers=new_key())
    assert act.status_code == 201, act.text
    village = await admin.post(VILLAGES, json=schemas["VillageIn"]["examples"][0], headers=new_key())
    assert village.status_code == 201, village.text
    address = f"{VILLAGES}/{village.json()['id']}"
    change = await admin.patch(address, json=schemas["VillageChange"]["examples"][0], headers={"If-Match": '"1"'})
    assert change.status_code == 200, change.text
    file = await admin.post(IMPORTS, content=shown("post", IMPORTS, "text/csv").encode(), headers=CSV)
    assert (file.status_code, file.json()["listed"], file.json()["refused"]) == (200, 2, 0)
    for place, name in ((f"{AREAS}/{MAI_SON}", "DifficultyIn"), (address, "VillageDifficultyIn")):
        body = schemas[name]["examples"][0]
        answer = await admin.post(f"{place}/difficulties", json=body, headers=new_key())
        assert answer.status_code == 201, answer.text
