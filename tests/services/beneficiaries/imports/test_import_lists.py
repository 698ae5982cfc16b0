"""Lists of imports and of their errors: whole over several pages, a fixed number of statements."""

import httpx2

from tests.conftest import Service
from tests.services.beneficiaries.imports.conftest import IMPORTS, Sent, as_csv, person
from tests.services.beneficiaries.test_lists import statements


async def test_pages_of_imports_and_errors_cost_the_same_whatever_their_length(
    registry: Service, officer: httpx2.AsyncClient, sent: Sent
) -> None:
    first = await sent(as_csv([person("1", sex="?")]))
    second = await sent(as_csv([person(str(number), sex="?") for number in range(5)]))
    counts = []
    for path, limit in (("", 1), ("", 20), (f"/{second['id']}/errors", 1), (f"/{second['id']}/errors", 20)):
        with statements(registry) as seen:
            answer = await officer.get(f"{IMPORTS}{path}", params={"limit": limit})
        counts.append((len(answer.json()["items"]), len(seen)))
    assert counts == [(1, 2), (2, 2), (1, 3), (5, 3)]
    listed = (await officer.get(IMPORTS, params={"limit": 1})).json()
    assert [one["id"] for one in listed["items"]] == [second["id"]]
    rest = (await officer.get(IMPORTS, params={"limit": 1, "cursor": listed["next"]})).json()
    assert ([one["id"] for one in rest["items"]], rest["next"]) == ([first["id"]], None)


async def test_errors_are_paged_in_the_order_of_the_file(officer: httpx2.AsyncClient, sent: Sent) -> None:
    found = await sent(as_csv([person(str(number), sex="?") for number in range(12)]))
    rows: list[int] = []
    cursor: str | None = None
    while True:
        asked = {"limit": "5", **({"cursor": cursor} if cursor else {})}
        page = (await officer.get(f"{IMPORTS}/{found['id']}/errors", params=asked)).json()
        rows += [one["row"] for one in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert rows == list(range(2, 14))
