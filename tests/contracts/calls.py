"""How an operation is called here: by somebody who may, on real rows."""

import json
import re
import time
from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import uuid4

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
from tests.contracts.conftest import login_for
from tests.contracts.fitting import VERSIONS, address, keep_the_rules, name_real_rows
from tests.contracts.rows import Rows
from tests.running import Platform

EXAMPLES = 5
_FIRST_VERSION = '"1"'
"""What is changed here was made for it just before."""
ONE_IN = 5
"""One in so many calls keeps what was made up of a path or a version."""


class Calls:
    """How an operation is called here: by somebody who may, signed where a signature stands for the token."""

    def __init__(
        self, operation: Any, platform: Platform, rows: Rows, token: Callable[[str], str], login: str | None = None
    ) -> None:
        """Call as `login`, or as the one who may with the fewest scopes."""
        self.name: str = operation.definition.raw["operationId"]
        self.login = login or login_for(operation.definition.raw)
        self.rows = rows
        self.headers = {"Authorization": f"Bearer {token(self.login)}"} if self.login else {}
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
            case.headers["If-Match"] = VERSIONS.get(self.name, lambda _: _FIRST_VERSION)(self.rows)
        if "cursor" in (case.query or {}):
            self._go_on(case)
        if not made_up or not (path.keys() - {"number"} or tag):  # every number there may be is a form's
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
        answer = case.call_and_validate(headers=self.headers, timeout=30, excluded_checks=excluded, **sent)
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


def many(operation: Any, mode: GenerationMode, *, examples: int = EXAMPLES) -> Callable[[Any], Any]:
    def decorated(test: Any) -> Any:
        strategies = {"case": operation.as_strategy(generation_mode=mode)}
        if mode is GenerationMode.POSITIVE:
            strategies["chance"] = st.integers(1, ONE_IN)
        return settings(
            max_examples=examples,
            deadline=None,
            derandomize=True,
            database=None,
            phases=(Phase.explicit, Phase.generate),
            suppress_health_check=list(HealthCheck),
        )(given(**strategies)(test))

    return decorated
