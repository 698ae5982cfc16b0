"""What happens to households: they move, split, merge, lose a member; and an act is taken back."""

from datetime import timedelta

import schemathesis

from tests.contracts.fitting.values import Body, Rule, Source, move
from tests.contracts.rows import MAP_BEGINS, Row, Rows

_DAY_AFTER = MAP_BEGINS + timedelta(days=1)
_OF_ONE_AGE = frozenset({"spouse", "sibling", "other_relative", "not_related"})
"""Relations that the people made here may have to each other: they were born in one year."""

ROWS: dict[str, Source] = {}

FRESH: dict[str, Source] = {
    "move_household": lambda rows: rows.household()["id"],
    "record_death": lambda rows: rows.household()["id"],
    "reverse_household_act": lambda rows: rows.death(),
    "split_household": lambda rows: rows.household()["id"],
}


def _related(given: list[Body], people: list[str]) -> list[Body]:
    """Give each of the people what was made up of a relation; there stays one head."""
    fit = [one["relation"] if one["relation"] in _OF_ONE_AGE else "sibling" for one in given]
    return [{"person_id": own, "relation": fit[number % len(fit)]} for number, own in enumerate(people)]


def _people(household: Row) -> list[str]:
    return [member["person_id"] for member in household["members"]]


def _home(case: schemathesis.Case, rows: Rows) -> list[str]:
    path = f"/v1/beneficiaries/households/{case.path_parameters['household_id']}"
    return _people(rows.get(path, "district-admin").json())


def _move(case: schemathesis.Case, rows: Rows) -> None:
    """A household moves while it lives, and not in the future."""
    move(case.body, "moved_on", MAP_BEGINS, rows.now)


def _split(case: schemathesis.Case, rows: Rows) -> None:
    """Who goes is a member since before, led by a head; who stays is related to the head who stays."""
    *_, third, fourth = _home(case, rows)
    move(case.body, "split_on", _DAY_AFTER, rows.now)
    case.body["members"] = [{"person_id": fourth, "relation": "head"}]
    if case.body.get("relations"):
        case.body["relations"] = _related(case.body["relations"], [third])


def _merge(case: schemathesis.Case, rows: Rows) -> None:
    """Every member goes, into another household that lives; both were registered before."""
    going, staying = rows.household(), rows.household()
    case.body |= {"household_id": going["id"], "into_household_id": staying["id"]}
    case.body["members"] = _related(case.body["members"], _people(going))
    move(case.body, "merged_on", _DAY_AFTER, rows.now)


def _die(case: schemathesis.Case, rows: Rows) -> None:
    """A member dies after joining, and not in the future; where the head does, somebody who stays is the new one."""
    head, spouse, *_, last = _home(case, rows)
    move(case.body, "died_on", _DAY_AFTER, rows.now)
    changes = bool(case.body.get("relations"))
    case.body["person_id"] = head if changes else last
    if changes:
        case.body["relations"] = [{"person_id": spouse, "relation": "head"}]


RULES: dict[str, Rule] = {
    "merge_households": _merge,
    "move_household": _move,
    "record_death": _die,
    "split_household": _split,
}
