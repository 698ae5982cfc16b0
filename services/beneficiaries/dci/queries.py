"""From a condition to one statement that counts and pages; whatever the size of the registry or of the answer."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.crypto import Vault
from services.beneficiaries.dci.attributes import Attribute, Entity
from services.beneficiaries.dci.criteria import Condition, Either, Every, Node, Not, conditions

CURRENT: Final = (
    "m.recorded_to is null and m.joined_on <= cast(:day as date)"
    " and (m.left_on is null or m.left_on > cast(:day as date)) and not person_is_restricted(m.person_id)"
)
"""A membership `m` that holds on `:day`, as it is known now, of somebody whose data may be given."""

_SIGNS: Final = {"eq": "=", "lt": "<", "gt": ">", "le": "<=", "ge": ">="}
_TYPES: Final = {"text": "text", "number": "numeric", "day": "date", "place": "text", "identity": "bytea"}
_HOUSEHOLDS: Final = f"""
    households h
    cross join lateral household_standing(h.id, cast(:day as date), now()) standing
    cross join lateral (select count(*) as members from memberships m where m.household_id = h.id and {CURRENT}) counted
"""  # noqa: S608 - no input in it
_PEOPLE: Final = f"memberships m join people p on p.id = m.person_id where m.household_id = h.id and {CURRENT}"
# A record of a household tells of all its members, so all of them must have agreed.
_ALL_CONSENT: Final = (
    f"not exists (select from memberships m where m.household_id = h.id and {CURRENT}"
    " and not consents_to_exchange(m.person_id, cast(:day as date)))"
)
_ONE_CONSENTS: Final = "consents_to_exchange(p.id, cast(:day as date))"


@dataclass(frozen=True)
class Search:
    """A question that was read and found allowed.

    only: restricts it to these households: whom an event was about.
    """

    where: Node
    order: tuple[tuple[Attribute, bool], ...]
    entity: Entity
    by_consent: bool
    limit: int
    offset: int = 0
    only: Sequence[UUID] | None = None


@dataclass
class _Written:
    """SQL in the making: our own text, and the values that are bound to it."""

    vault: Vault
    values: dict[str, Any] = field(default_factory=dict)

    def node(self, node: Node) -> str:
        match node:
            case Condition():
                return self._condition(node)
            case Not():
                return f"(not {self.node(node.part)})"
            case Every():
                return "(" + " and ".join(self.node(part) for part in node.parts) + ")"
            case Either():
                return "(" + " or ".join(self.node(part) for part in node.parts) + ")"

    def _condition(self, condition: Condition) -> str:
        attribute = condition.attribute
        bound = [self._kept(attribute, value) for value in condition.values]
        name = f"v{len(self.values)}"
        sql_type = _TYPES[attribute.kind]
        if condition.operator != "in":
            self.values[name] = bound[0]
            value = f"cast(:{name} as {sql_type})"
            if attribute.kind == "place":
                return f"{attribute.sql} = any ((select areas_under({value}))::uuid[])"
            return f"coalesce({attribute.sql} {_SIGNS[condition.operator]} {value}, false)"
        self.values[name] = bound
        value = f"cast(:{name} as {sql_type}[])"
        if attribute.kind == "place":
            return (
                f"exists (select from unnest({value}) as wanted(code)"
                f" where {attribute.sql} = any (areas_under(wanted.code)))"
            )
        return f"coalesce({attribute.sql} = any ({value}), false)"

    def _kept(self, attribute: Attribute, value: Any) -> Any:
        return self.vault.index(value, context="people.identity_number") if attribute.kind == "identity" else value


async def search(session: AsyncSession, asked: Search, vault: Vault, day: date) -> tuple[int, list[UUID]]:
    """Return how many records match in all, and the ids of those on the page, in order."""
    written = _Written(vault)
    where = written.node(asked.where)
    order = "".join(f"{attribute.sql} {'desc' if down else 'asc'}, " for attribute, down in asked.order)
    matching = _groups(asked, where, order) if asked.entity == "Group" else _members(asked, where, order)
    page = (
        f"with hits as materialized ({matching})"  # noqa: S608 - our own text, values bound
        " select (select count(*) from hits) as total,"
        " array(select id from hits where place > :skipped and place <= :until order by place) as ids"
    )
    values = {**written.values, "day": day, "skipped": asked.offset, "until": asked.offset + asked.limit}
    if asked.only is not None:
        values["only"] = list(asked.only)
    row = (await session.execute(text(page), values)).one()
    return row.total, list(row.ids)


def _groups(asked: Search, where: str, order: str) -> str:
    """Return the households of which one current member, with the household, meets the condition."""
    if any(condition.attribute.of_person for condition in conditions(asked.where)):
        where = f"exists (select from {_PEOPLE} and {where})"
    return (
        f"select h.id, row_number() over (order by {order}h.id) as place"  # noqa: S608 - our own text, values bound
        f" from {_HOUSEHOLDS} where {where}{_limits(asked, _ALL_CONSENT)} and counted.members > 0"
    )


def _members(asked: Search, where: str, order: str) -> str:
    return (
        f"select p.id, row_number() over (order by {order}p.id) as place"  # noqa: S608 - our own text, values bound
        f" from {_HOUSEHOLDS} join memberships m on m.household_id = h.id and {CURRENT}"
        f" join people p on p.id = m.person_id where {where}{_limits(asked, _ONE_CONSENTS)}"
    )


def _limits(asked: Search, consent: str) -> str:
    """Return what holds beside the condition."""
    only = " and h.id = any (cast(:only as uuid[]))" if asked.only is not None else ""
    return f" and {consent}{only}" if asked.by_consent else only


_GROUPS: Final = text(
    f"""
    select h.id, h.code, h.village, h.registered_on, h.changed_at, a.code as area_code, a.name as area_name,
           a.latitude, a.longitude, standing.status, standing.standard, counted.members
    from {_HOUSEHOLDS} join areas a on a.id = h.area_id
    where h.id = any (:ids)
    """  # noqa: S608 - no input in it
)
_PEOPLE_OF: Final = f"""
    select p.id, p.full_name, p.sex, p.birth_date, p.birth_precision, p.identity_sealed, m.household_id, m.relation,
           m.joined_on, h.code as household_code, h.registered_on
    from memberships m join people p on p.id = m.person_id join households h on h.id = m.household_id
    where {{which}} = any (:ids) and {CURRENT}
    order by m.household_id, m.relation <> 'head', p.birth_date, p.id
"""  # noqa: S608
_OF_HOUSEHOLDS: Final = text(_PEOPLE_OF.format(which="m.household_id"))
_THEMSELVES: Final = text(_PEOPLE_OF.format(which="p.id"))


async def groups(session: AsyncSession, ids: Sequence[UUID], day: date) -> dict[UUID, Any]:
    """Return households by id."""
    return {row.id: row for row in await session.execute(_GROUPS, {"ids": list(ids), "day": day})}


async def members_of(session: AsyncSession, ids: Sequence[UUID], day: date) -> dict[UUID, list[Any]]:
    """Return the current members by household, the head first."""
    found: dict[UUID, list[Any]] = {household_id: [] for household_id in ids}
    for row in await session.execute(_OF_HOUSEHOLDS, {"ids": list(ids), "day": day}):
        found[row.household_id].append(row)
    return found


async def people(session: AsyncSession, ids: Sequence[UUID], day: date) -> dict[UUID, Any]:
    """Return current members by their own id."""
    return {row.id: row for row in await session.execute(_THEMSELVES, {"ids": list(ids), "day": day})}
