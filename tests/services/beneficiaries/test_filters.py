"""A filter that a list does not know is refused; ignored, it would be answered with everything."""

import httpx2


async def test_every_list_refuses_a_filter_that_it_does_not_know(admin: httpx2.AsyncClient) -> None:
    reads = [
        path
        for path, item in (await admin.get("/openapi.json")).json()["paths"].items()
        if "get" in item and "{" not in path
    ]
    assert len(reads) > 30
    for path in reads:
        answer = await admin.get(path, params={"colour": "red"})
        assert answer.status_code == 422, (path, answer.text)
        told = [(one["pointer"], one["code"]) for one in answer.json()["errors"]]
        assert ("#query/colour", "unknown_parameter") in told, path
