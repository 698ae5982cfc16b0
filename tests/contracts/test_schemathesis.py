"""Every operation of the merged document under data that fits it and data that does not, with every check there is.

Data that fits is sent for real rows, in a state that the operation needs (`tests/contracts/fitting`), and must be
accepted. Some calls keep the id or the version that was made up, and must be told that there is no such row.
"""

import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from kit.webhooks import sign
from local.home import Home
from local.stages import signing_secret
from tests.contracts.conftest import METHODS, login_for
from tests.contracts.fitting import OUTSIDE, address, keep_the_rules, name_real_rows
from tests.contracts.rows import Rows
from tests.running import Platform

_CONTRACT = Path(__file__).parents[2] / "docs" / "openapi"
EXAMPLES = 10
_NO_SUCH_ADDRESS = {400, 404, 405, 412, 414, 422, 428}
_SUCCESS = range(200, 300)
_FIRST_VERSION = '"1"'
"""What is changed here was made for it just before."""
_ONE_IN = 5
"""One in so many calls keeps what was made up of a path or a version."""


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


class Calls:
    """How an operation is called here: by somebody who may, signed where a signature stands for the token."""

    def __init__(self, operation: Any, platform: Platform, rows: Rows, token: Callable[[str], str]) -> None:
        self.name: str = operation.definition.raw["operationId"]
        self.login = login_for(operation.definition.raw)
        self.rows = rows
        self._headers = {"Authorization": f"Bearer {token(self.login)}"} if self.login else {}
        self._signed = Signed(platform.home) if self.name == "receive_event" else None
        self._row: dict[str, Any] | None = None
        self.answered: Counter[int] = Counter()

    def fit(self, case: schemathesis.Case, *, made_up: bool) -> bool:
        """Make a case fit. Return whether the answer must be a success."""
        path, tag = dict(case.path_parameters or {}), (case.headers or {}).get("If-Match")
        name_real_rows(case, self.rows)
        keep_the_rules(case, self.rows)
        self._own_key(case)
        if tag is not None:
            case.headers["If-Match"] = _FIRST_VERSION
        if "cursor" in (case.query or {}):
            self._go_on(case)
        if not made_up or not (path or tag):
            return True
        if tag is None:
            # Not what was generated: that may be a schema's own example, which names a row that is there.
            case.path_parameters = {name: str(uuid4()) if name.endswith("_id") else "nosuchrow" for name in path}
        else:
            case.headers["If-Match"] = tag
        return False

    def misfit(self, case: schemathesis.Case) -> bool:
        """Make fit what need not misfit, so that the rest is what a refusal is about. Return whether the address fits."""
        wrong = {place for place, how in case.meta.components.items() if how.mode.is_negative}
        if ParameterLocation.HEADER not in wrong:
            self._own_key(case)
            if "If-Match" in (case.headers or {}):
                case.headers["If-Match"] = _FIRST_VERSION
        if ParameterLocation.PATH in wrong:
            return False
        if case.path_parameters:
            self._row = self._row or address(case, self.rows)  # one for all calls: none of them changes it
            case.path_parameters = dict(self._row)
        return True

    def _own_key(self, case: schemathesis.Case) -> None:
        """A generator repeats itself, and a repeated key names a call that has been answered."""
        if "Idempotency-Key" in (case.headers or {}):
            case.headers["Idempotency-Key"] = f"{case.headers['Idempotency-Key'][:90]}{uuid4()}"

    def _go_on(self, case: schemathesis.Case) -> None:
        """Take the cursor from the page before; there is none after the last."""
        query = {**case.query, "limit": 1}
        del query["cursor"], case.query["cursor"]
        page = self.rows.get(case.formatted_path, self.login, **query).json()
        following = page.get("next") or page.get("next_cursor")
        if following:
            case.query["cursor"] = following

    def send(self, case: schemathesis.Case, *, settled: bool = False) -> int:
        """Return the status, after all checks; `settled`: but for those of acceptance, which the caller makes."""
        excluded = [positive_data_acceptance, negative_data_rejection] if settled else []
        sent: dict[str, Any] = {"auth": self._signed} if self._signed else {}
        answer = case.call_and_validate(headers=self._headers, timeout=30, excluded_checks=excluded, **sent)
        self.answered[answer.status_code] += 1
        return answer.status_code


class Signed(requests.auth.AuthBase):
    """Signs an event as the sender that it names does, over the bytes that are sent."""

    _FORMS = (("webhook-id", "[0-9a-f-]{36}"), ("webhook-timestamp", "[0-9]{1,12}"), ("webhook-signature", ".+"))

    def __init__(self, home: Home) -> None:
        self._home = home

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        body = request.body or b""
        raw = body.encode() if isinstance(body, str) else body
        try:
            event = json.loads(raw)
            name, sender = str(event["id"]), "loans" if event["source"] == "/v1/loans" else "funds"
        except (ValueError, TypeError, KeyError):
            name, sender = str(uuid4()), "funds"
        # A header that was generated not to fit stays as it is.
        if all(re.fullmatch(form, str(request.headers.get(header, ""))) for header, form in self._FORMS):
            request.headers.update(sign(signing_secret(self._home, sender), name, int(time.time()), raw))
        return request


def _many(operation: Any, mode: GenerationMode) -> Callable[[Any], Any]:
    def decorated(test: Any) -> Any:
        strategies = {"case": operation.as_strategy(generation_mode=mode)}
        if mode is GenerationMode.POSITIVE:
            strategies["chance"] = st.integers(1, _ONE_IN)
        return settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            phases=(Phase.explicit, Phase.generate),
            suppress_health_check=list(HealthCheck),
        )(given(**strategies)(test))

    return decorated


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

    @_many(operation, GenerationMode.POSITIVE)
    def accepted(case: schemathesis.Case, chance: int) -> None:
        succeeds = calls.fit(case, made_up=chance == _ONE_IN)
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

    @_many(operation, GenerationMode.NEGATIVE)
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
