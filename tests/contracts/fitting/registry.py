"""The registry: households, their status, needs, organisations."""

from datetime import date
from uuid import uuid4

import schemathesis

from tests.contracts.fitting import engaged, reference
from tests.contracts.fitting.values import Body, Rule, Source, move
from tests.contracts.rows import MAP_BEGINS, Rows

_THIS_STANDARD, _NEXT_STANDARD = "decree-07-2021", "decree-351-2025"

ROWS: dict[str, Source] = {
    "act_id": lambda rows: rows.act["id"],
    "activity_id": lambda rows: rows.deed["id"],
    "assignment_id": lambda rows: rows.charge["id"],
    "need_id": lambda rows: rows.lack["id"],
    "organisation_id": lambda rows: rows.charge["organisation_id"],
    "parent_id": lambda rows: rows.area["parent"]["id"],
    "area_id": lambda rows: rows.area["id"],
    "household_id": lambda rows: rows.home["id"],
    "ids": lambda rows: [rows.home["id"], str(uuid4())],
    "parent": lambda rows: rows.area["parent"]["id"],
}

FRESH: dict[str, Source] = {
    "assign_organisation": lambda rows: rows.organisation()["id"],
    "change_need_kind": Rows.need_kind,
    "change_organisation": lambda rows: rows.organisation()["id"],
    "close_need": lambda rows: rows.need()["id"],
    "end_assignment": lambda rows: rows.assignment()["id"],
    "explain_need": lambda rows: rows.need()["id"],
    "read_need_kind": Rows.need_kind,
    "read_poverty_standard": lambda _: _THIS_STANDARD,
    "supersede_point_table": lambda _: _NEXT_STANDARD,
    "supersede_poverty_rules": lambda _: _NEXT_STANDARD,
    "write_down_dwelling": lambda rows: rows.household()["id"],
    "withdraw_activity": lambda rows: rows.activity()["id"],
    "change_household": lambda rows: rows.household()["id"],
    "decide_poverty_status": lambda rows: rows.household()["id"],
}


def _register(case: schemathesis.Case, rows: Rows) -> None:
    """The commune stands since a day, and nobody is registered in the future."""
    since = move(case.body, "registered_on", MAP_BEGINS, rows.now)
    _can_be_one_household(case.body["members"], since, rows)


def _can_be_one_household(members: list[Body], since: date, rows: Rows) -> None:
    """Generations follow one another, and a member was born before joining; an identity number is one person's."""
    for member in members:
        relation = member["relation"]
        born = {"head": 1960, "parent": 1930, "grandparent": 1930, "child": 1990, "grandchild": 1990}.get(
            relation, 1960
        )
        move(member, "birth_date", date(born, 1, 1), date(born + 20, 12, 31))
        move(member, "joined_on", since, rows.now)
        # Who fits whom as a parent is a rule of several people: it is called for by itself.
        member.update({name: None for name in ("mother_id", "father_id") if name in member})
        _own_number(member, rows)


def _own_number(person: Body, rows: Rows) -> None:
    if person.get("identity_number"):
        person["identity_number"] = f"{rows.number():012}"


def _change_household(case: schemathesis.Case, rows: Rows) -> None:
    """Who leaves or is changed is a member, each named once; who joins stands in no other household.

    There stays one head, older than children and younger than parents.
    """
    members: Body | None = case.body.get("members")
    if members is None:
        return
    home = rows.get(f"/v1/beneficiaries/households/{case.path_parameters['household_id']}", "district-admin").json()
    _, _, third, fourth = home["members"]
    for name, person in (("leave", third["person_id"]), ("change", fourth["person_id"])):
        members[name] = [{**named, "person_id": person} for named in members.get(name, [])[:1]]
    for leaving in members["leave"]:
        move(leaving, "left_on", MAP_BEGINS, rows.now)
    for change in members["change"]:
        change.update({"relation": "other_relative"} if change.get("relation") else {})
        move(change, "birth_date", date(1960, 1, 1), date(1980, 12, 31))
        _own_number(change, rows)
    newcomers = [*members.get("add", ()), *members.get("join", ())]
    for newcomer in newcomers:
        if newcomer["relation"] == "head":
            newcomer["relation"] = "sibling"
    _can_be_one_household(members.get("add", []), MAP_BEGINS, rows)
    if members.get("join"):
        joining = {**members["join"][0], "person_id": rows.person_of_no_household(), "relation": "sibling"}
        move(joining, "joined_on", MAP_BEGINS, rows.now)
        members["join"] = [joining]


def _decide(case: schemathesis.Case, rows: Rows) -> None:
    """A decision names the standard of its day."""
    move(case.body, "valid_from", date(2022, 1, 1), rows.now)
    if case.body.get("standard"):
        case.body["standard"] = _THIS_STANDARD


def _as_it_was_known(case: schemathesis.Case, rows: Rows) -> None:
    """There is nothing to read of a household from before it was registered and known."""
    query = case.query or {}
    move(query, "as_of", MAP_BEGINS, rows.now)
    if query.get("known_at"):
        query["known_at"] = f"2196{query['known_at'][4:]}"


def _dwell(case: schemathesis.Case, rows: Rows) -> None:
    """A household dwells nowhere before it is registered, or in the future."""
    move(case.body, "since", MAP_BEGINS, rows.now)


RULES: dict[str, Rule] = {
    **reference.RULES,
    **engaged.RULES,
    "change_household": _change_household,
    "decide_poverty_status": _decide,
    "read_household": _as_it_was_known,
    "write_down_dwelling": _dwell,
    "register_household": _register,
}
