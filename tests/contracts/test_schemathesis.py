"""Every operation of the merged document under data that fits it and data that does not, with every check there is.

Data that fits is sent for real rows, in a state that the operation needs (`tests/contracts/fitting`), and must be
accepted. Some calls keep the id or the version that was made up, and must be told that there is no such row.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from schemathesis.generation import GenerationMode

from tests.contracts.calls import ONE_IN, Calls, many
from tests.contracts.conftest import METHODS
from tests.contracts.fitting import OUTSIDE
from tests.contracts.rows import Rows
from tests.running import Platform

_CONTRACT = Path(__file__).parents[2] / "docs" / "openapi"
_NO_SUCH_ADDRESS = {400, 404, 405, 412, 414, 422, 428}
_SUCCESS = range(200, 300)


def _operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for document in sorted(_CONTRACT.glob("*.json")):
        for path, item in json.loads(document.read_text(encoding="utf-8"))["paths"].items():
            yield from ((method.upper(), path, item[method]) for method in METHODS if method in item)
    yield "GET", "/v1/impact", {"parameters": ["from", "to", "as_of", "by"]}


def _called() -> Iterator[tuple[str, str, dict[str, Any]]]:
    yield from (operation for operation in _operations() if operation[2].get("operationId") not in OUTSIDE)


def _every() -> list[Any]:
    return [pytest.param(method, path, id=f"{method} {path}") for method, path, _ in _called()]


def _taking_something() -> list[Any]:
    """What takes nothing can be given nothing wrong."""
    taking = [(m, path) for m, path, raw in _called() if raw.get("parameters") or "requestBody" in raw]
    return [pytest.param(method, path, id=f"{method} {path}") for method, path in taking]


@pytest.mark.parametrize(("method", "path"), _every())
def test_data_that_fits_is_accepted(
    merged: Any,
    platform: Platform,
    rows: Rows,
    token: Callable[[str], str],
    record_property: Callable[[str, object], None],
    method: str,
    path: str,
) -> None:
    operation = merged[path][method]
    calls, times = Calls(operation, platform, rows, token), Counter[str]()

    @many(operation, GenerationMode.POSITIVE)
    def accepted(case: schemathesis.Case, chance: int) -> None:
        succeeds = calls.fit(case, made_up=chance == ONE_IN)
        status = calls.send(case, settled=not succeeds)
        if succeeds:
            # Said once more: what we put right and broke by that would count as data that does not fit.
            assert status in _SUCCESS, status
            times["accepted"] += 1
        else:
            # A version that was made up may be the right one.
            assert status in ({200, 412} if "If-Match" in case.headers else {404}), status

    accepted()
    record_property("accepted", (calls.name, times["accepted"]))
    record_property("fitting", dict(calls.answered))
    assert times["accepted"] > 0, calls.answered


@pytest.mark.parametrize(("method", "path"), _taking_something())
def test_data_that_does_not_fit_is_refused(
    merged: Any,
    platform: Platform,
    rows: Rows,
    token: Callable[[str], str],
    record_property: Callable[[str, object], None],
    method: str,
    path: str,
) -> None:
    operation = merged[path][method]
    calls = Calls(operation, platform, rows, token)

    @many(operation, GenerationMode.NEGATIVE)
    def refused(case: schemathesis.Case) -> None:
        fits = calls.misfit(case)
        status = calls.send(case, settled=not fits)
        assert fits or status in _NO_SUCH_ADDRESS, status

    refused()
    record_property("misfitting", dict(calls.answered))


def test_no_operation_of_the_platform_is_left_out(merged: Any) -> None:
    paths = merged.raw_schema["paths"]
    running = {(method.upper(), path) for path, item in paths.items() for method in METHODS if method in item}
    assert running == {(method, path) for method, path, _ in _operations()}
    assert {raw.get("operationId") for *_, raw in _operations()} >= OUTSIDE.keys()
