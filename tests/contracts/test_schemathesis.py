"""Every operation of the merged document under data that fits it and data that does not, with every check there is."""

from collections.abc import Callable

import schemathesis
from hypothesis import HealthCheck, Phase, settings

from tests.contracts.conftest import login_for

merged = schemathesis.pytest.from_fixture("merged")


@merged.parametrize()
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
def test_an_operation_keeps_its_contract(case: schemathesis.Case, token: Callable[[str], str]) -> None:
    login = login_for(case.operation.definition.raw)
    headers = {"Authorization": f"Bearer {token(login)}"} if login else {}
    case.call_and_validate(headers=headers, timeout=30)
