"""What makes generated data fit the state of the platform: ids of real rows, and what no schema can say.

ROWS: where the real id of a parameter or a field comes from, by its name. FRESH: the row in the address of an operation
that changes it for good, or needs it in a state which it ends; made anew for each call. RULES: what else must hold for
an operation, each a function with its reason; none makes up for a rule that the schema could state.
"""

from uuid import uuid4

import schemathesis

from tests.contracts.fitting import exchange, fund, grievances, loans, people, registry, villages
from tests.contracts.fitting.values import Rule, Source, in_order, objects, whole
from tests.contracts.rows import Rows

_PARTS = (registry, people, villages, grievances, exchange, fund, loans)
ROWS: dict[str, Source] = {name: source for part in _PARTS for name, source in part.ROWS.items()}
ROWS["id"] = lambda _: str(uuid4())  # a name of its own for a row to be made; there is one of each
FRESH: dict[str, Source] = {name: source for part in _PARTS for name, source in part.FRESH.items()}
RULES: dict[str, Rule] = {name: rule for part in _PARTS for name, rule in part.RULES.items()}

_ACTS = "needs households made for the act: who joins, dies or moves, and where to"
_REPORTS = "names a household, a commune or a number of a report of its own, which nothing makes here yet"
_REVIEW = "needs a review brought to that step by the people who take it"
OUTSIDE: dict[str, str] = {
    **dict.fromkeys(("derive_needs", "download_poverty_report", "read_poverty_rate", "read_poverty_report"), _REPORTS),
    **dict.fromkeys(
        ("merge_households", "reverse_household_act", "record_death", "move_household", "split_household"), _ACTS
    ),
    **dict.fromkeys(
        (
            "answer_review_complaint",
            "classify_review",
            "decide_review",
            "draw_review_list",
            "list_certificates",
            "list_public_postings",
            "list_review_cases",
            "list_review_complaints",
            "list_review_meetings",
            "list_review_results",
            "list_review_terms",
            "list_reviews",
            "open_review",
            "post_review_results",
            "read_certificate",
            "read_movement",
            "read_public_posting",
            "read_refusal",
            "read_review",
            "read_review_case",
            "record_review_complaint",
            "record_review_meeting",
            "request_review",
            "score_household",
            "supersede_review_terms",
            "verify_certificate",
            "void_certificate",
        ),
        _REVIEW,
    ),
}
"""Operations that are not called here, and why. It is to get shorter."""


def operation_of(case: schemathesis.Case) -> str:
    name: str = case.operation.definition.raw["operationId"]
    return name


def address(case: schemathesis.Case, rows: Rows) -> dict[str, str]:
    """Return the path parameters of a real row."""
    fresh = FRESH.get(operation_of(case))
    return {name: (fresh or ROWS[name])(rows) for name in case.path_parameters or {}}


def name_real_rows(case: schemathesis.Case, rows: Rows) -> None:
    case.path_parameters = address(case, rows)
    for part in (case.query, case.body):
        for inner in objects(part):
            for name, value in inner.items():
                if name in ROWS and value is not None:
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
