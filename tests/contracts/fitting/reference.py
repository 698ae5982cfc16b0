"""Reference data of the registry: the map, and the poverty standards."""

from datetime import date, timedelta

import schemathesis

from kit.values.dates import LAST_DAY
from tests.contracts.fitting.values import Body, Rule, move, within
from tests.contracts.rows import Rows


def _change_the_map(case: schemathesis.Case, rows: Rows) -> None:
    """An act is decided before it takes effect, on units that stand and have no later act, and changes something.

    A code is one unit's at a time.
    """
    units, first = rows.communes()
    act: Body = case.body
    effective = move(act, "effective_on", first, LAST_DAY)
    move(act, "decided_on", date(1900, 1, 1), effective)
    act |= {"units": units} if "units" in act else {"unit": units[0]}
    if act["kind"] == "reclassify":
        act["urban"] = True
    if act["kind"] == "correct_aliases":
        act["aliases"] = [*act["aliases"][:19], "Tên khác"]
    into = act.get("into", [])
    for made in [into] if isinstance(into, dict) else into:
        made["code"] = f"{rows.number() + 90_000}"
        made.pop("villages", None)  # none is listed in a unit that was just made


def _enter(case: schemathesis.Case, rows: Rows) -> None:
    """A standard begins after those before it, and ends after it began; a code is one standard's."""
    known = rows.get("/v1/beneficiaries/poverty-standards").json()["items"]
    last = max(date.fromisoformat(standard["valid_from"]) for standard in known)
    since = move(case.body, "valid_from", last + timedelta(days=1), last + timedelta(days=365))
    move(case.body, "valid_to", since + timedelta(days=1), LAST_DAY)
    case.body["code"] = f"{case.body['code'][:30]}{rows.number()}"
    _hang_together(case.body["rules"])


def _rules(case: schemathesis.Case, _: Rows) -> None:
    """Each indicator is named once, as many can be asked for as there are, and average begins above poverty."""
    _hang_together(case.body)


def _hang_together(rules: Body) -> None:
    _each_once(rules["indicators"])
    rules["deprivations"] = within(rules["deprivations"], 0, len(rules["indicators"]))
    for place in ("rural", "urban"):
        if rules.get(f"average_{place}") is not None:
            rules[f"income_{place}"] = within(rules[f"income_{place}"], 1, 999_999_999)
            rules[f"average_{place}"] = within(rules[f"average_{place}"], rules[f"income_{place}"] + 1, 10**9)


def _points(case: schemathesis.Case, _: Rows) -> None:
    """Each item is named once."""
    _each_once(case.body.get("items", []))


def _each_once(lines: list[Body]) -> None:
    for number, line in enumerate(lines):
        line["code"] = f"{line['code'][:30]}_{number}"


RULES: dict[str, Rule] = {
    "enter_poverty_standard": _enter,
    "record_area_act": _change_the_map,
    "supersede_point_table": _points,
    "supersede_poverty_rules": _rules,
}
