"""What may be asked about, by name: the only place where a name in a query becomes a column.

An attribute that is not here cannot be filtered or sorted by, and neither can one that the partner may not read: the
count of what matches would tell it. Ethnicity, disability, telephones and addresses are not here on purpose, and an
identity number may be asked for, never compared or sorted.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["text", "number", "day", "place", "identity"]
Entity = Literal["Group", "Member"]
Operator = Literal["eq", "lt", "gt", "le", "ge", "in"]

SCORES: Final = {"poor": 1, "near_poor": 2, "newly_escaped": 3, "none": 4}
"""The poverty class as the number that the standard wants: no measurement, and lower is poorer."""

SCORE_TYPE: Final = "poverty-class"

_EQUALITY: Final[tuple[Operator, ...]] = ("eq", "in")
_ORDER: Final[tuple[Operator, ...]] = ("eq", "lt", "gt", "le", "ge", "in")
_SCORE: Final = (
    "(case standing.status " + " ".join(f"when '{status}' then {score}" for status, score in SCORES.items()) + " end)"
)


@dataclass(frozen=True)
class Attribute:
    """One attribute: `sql` is ours and holds no input.

    needs: what the partner must be given for itself; None where the caller has to know the value anyway.
    """

    sql: str
    kind: Kind
    operators: tuple[Operator, ...]
    needs: str | None
    of_person: bool = False
    sortable: bool = False

    def may_be_asked(self, given: Collection[str]) -> bool:
        return self.needs is None or self.needs in given


_HOUSEHOLD: Final = Attribute("h.code", "text", _EQUALITY, None, sortable=True)
_IDENTITY: Final = Attribute("p.identity_index", "identity", _EQUALITY, None, of_person=True)
_SEX: Final = Attribute("p.sex", "text", _EQUALITY, "sex", of_person=True)

ATTRIBUTES: Final[dict[str, Attribute]] = {
    "group_identifier": _HOUSEHOLD,
    "household_id": _HOUSEHOLD,
    "uin": _IDENTITY,
    "nin": _IDENTITY,
    "location": Attribute("h.area_id", "place", _EQUALITY, "place"),
    "place": Attribute("h.area_id", "place", _EQUALITY, "place"),
    "village": Attribute("h.village", "text", _EQUALITY, "place"),
    "poverty_score": Attribute(_SCORE, "number", _ORDER, "poverty_score", sortable=True),
    "group_size": Attribute("counted.members", "number", _ORDER, "group_size", sortable=True),
    "registration_date": Attribute("h.registered_on", "day", _ORDER, "registration_date", sortable=True),
    "last_updated": Attribute("cast(h.changed_at as date)", "day", _ORDER, "last_updated", sortable=True),
    "sex": _SEX,
    "gender": _SEX,
    "birth_date": Attribute("p.birth_date", "day", _ORDER, "birth_date", of_person=True, sortable=True),
    "age": Attribute(
        "extract(year from age(cast(:day as date), p.birth_date))",
        "number",
        _ORDER,
        "birth_date",
        of_person=True,
        sortable=True,
    ),
}
"""By name in lower case; names are compared without regard to case."""

IDENTIFIERS: Final = {
    "uin": "uin",
    "nin": "nin",
    "nationalid": "uin",
    "national_id": "uin",
    "household_id": "household_id",
    "group_identifier": "group_identifier",
}
"""Types of an `idtype-value` query, and the attribute that each of them asks for."""
