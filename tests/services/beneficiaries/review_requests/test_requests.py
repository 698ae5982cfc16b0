"""Who asked in writing: listed for those who answer for the household, and for nobody else."""

from collections.abc import Callable
from typing import Any

import httpx2

from tests.conftest import Service
from tests.services.beneficiaries.reviews.conftest import Book
from tests.services.beneficiaries.test_lists import statements

Key = Callable[[], dict[str, str]]
REQUESTS = "/v1/beneficiaries/review-requests"


async def ask(client: httpx2.AsyncClient, home: dict[str, Any], key: dict[str, str]) -> str:
    asked = {"household_id": home["id"], "received_on": "2025-10-02", "wish": "Xin rà soát"}
    answer = await client.post(REQUESTS, json=asked, headers=key)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def test_requests_come_by_the_page_and_by_state(book: Book, listed_home: Any, new_key: Key) -> None:
    homes = [await listed_home(None, name) for name in ("Một", "Hai", "Ba")]
    made = [await ask(book.officer, home, new_key()) for home in homes]
    first = (await book.officer.get(REQUESTS, params={"limit": 2})).json()
    rest = (await book.officer.get(REQUESTS, params={"limit": 2, "cursor": first["next"]})).json()
    assert [one["id"] for one in first["items"] + rest["items"]] == made
    of_one = (await book.officer.get(REQUESTS, params={"household_id": homes[1]["id"]})).json()["items"]
    assert [one["id"] for one in of_one] == made[1:2]
    assert (await book.officer.get(REQUESTS, params={"state": "answered"})).json()["items"] == []
    assert (await book.officer.get(REQUESTS, params={"wish": "x"})).status_code == 422


async def test_a_list_of_requests_takes_two_statements_whatever_its_length(
    registry: Service, book: Book, listed_home: Any, new_key: Key
) -> None:
    async def taken() -> int:
        with statements(registry) as seen:
            assert (await book.officer.get(REQUESTS)).status_code == 200
        return len(seen)

    await ask(book.officer, await listed_home(None), new_key())
    few = await taken()
    for name in ("Hai", "Ba", "Bốn"):
        await ask(book.officer, await listed_home(None, name), new_key())
    assert await taken() == few


async def test_another_communes_officer_sees_no_request(
    registry: Service, book: Book, stranger: httpx2.AsyncClient, listed_home: Any, new_key: Key
) -> None:
    home = await listed_home(None)
    await ask(book.officer, home, new_key())
    for asked in ({}, {"state": "open"}, {"household_id": home["id"]}):
        found = (await stranger.get(REQUESTS, params=asked)).json()
        assert found == {"items": [], "next": None}
    assert (await (await registry.signed_in("treasurer")).get(REQUESTS)).status_code == 403
