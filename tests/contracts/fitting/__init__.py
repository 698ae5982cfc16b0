"""What makes generated data fit the state of the platform: ids of real rows, and what no schema can say.

ROWS: where the real id of a parameter or a field comes from, by its name. FRESH: the row in the address of an operation
that changes it for good, or needs it in a state which it ends; made anew for each call, and by the names of its parts
where these are of several rows. VERSIONS: the `ETag` of a row that there is one of, where a fresh one has its first.
RULES: what else must hold for an operation, each a function with its reason; none makes
up for a rule that the schema could state.
"""

from uuid import uuid4

import schemathesis

from tests.contracts.fitting import (
    acts,
    changes,
    exchange,
    files,
    fund,
    grievances,
    loans,
    people,
    registry,
    reviews,
    villages,
)
from tests.contracts.fitting.values import Rule, Source, in_order, objects, whole
from tests.contracts.rows import Rows

_PARTS = (registry, acts, changes, people, reviews, villages, grievances, exchange, files, fund, loans)
ROWS: dict[str, Source] = {name: source for part in _PARTS for name, source in part.ROWS.items()}
ROWS["id"] = lambda _: str(uuid4())  # a name of its own for a row to be made; there is one of each
FRESH: dict[str, Source] = {name: source for part in _PARTS for name, source in part.FRESH.items()}
RULES: dict[str, Rule] = {name: rule for part in _PARTS for name, rule in part.RULES.items()}

VERSIONS: dict[str, Source] = changes.VERSIONS

OUTSIDE: dict[str, str] = {}
"""Operations that are not called here, and why."""


def operation_of(case: schemathesis.Case) -> str:
    name: str = case.operation.definition.raw["operationId"]
    return name


def address(case: schemathesis.Case, rows: Rows) -> dict[str, str]:
    """Return the path parameters of a real row."""
    names, fresh = case.path_parameters or {}, FRESH.get(operation_of(case))
    if fresh is None:
        return {name: ROWS[name](rows) for name in names}
    made = fresh(rows)
    return {name: made[name] if isinstance(made, dict) else made for name in names}


def name_real_rows(case: schemathesis.Case, rows: Rows) -> None:
    case.path_parameters = address(case, rows)
    for part in (case.query, case.body):
        for inner in objects(part):
            for name, value in inner.items():
                # An object is the row itself and not its id: a correction holds the right donation.
                if name in ROWS and value is not None and not isinstance(value, dict):
                    inner[name] = ROWS[name](rows)


def keep_the_rules(case: schemathesis.Case, rows: Rows) -> None:
    """Put right what the schemas cannot say. The address already names its row."""
    case.body = whole(case.body)
    for part in (case.query, case.body):
        if isinstance(part, dict):
            in_order(part, "from", "to")
            in_order(part, "opens_on", "closes_on")
    rule = RULES.get(operation_of(case))
    if rule:
        rule(case, rows)
