"""Current members of households, one a row; numbers masked as everywhere."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kit.crypto import Vault, mask
from kit.http import Keyset, ListQuery
from kit.values.text import Line
from services.beneficiaries.areas.models import AreaVersion
from services.beneficiaries.areas.schemas import AreaCode, AreaName
from services.beneficiaries.clocks import held_then
from services.beneficiaries.households import queries as households
from services.beneficiaries.households.models import Household, Membership, Person
from services.beneficiaries.households.schemas import Precision, Relation, Sex
from services.beneficiaries.parents.models import Parentage, ParentKind

_ORDER = Keyset((Membership.id,), (UUID,))


class PeopleQuery(ListQuery):
    area: Annotated[
        AreaCode | None,
        Field(description="Of today's commune with this code, and of the units it was made from"),
    ] = None
    area_id: Annotated[UUID | None, Field(description="Of households recorded in exactly this unit")] = None
    village: Annotated[Line | None, Field(description="Of households of this village, as it is written there")] = None


class PersonLine(BaseModel):
    """A member of a household today."""

    model_config = ConfigDict(extra="forbid")

    person_id: UUID
    household_id: UUID
    household_code: str
    area: AreaName
    village: str
    full_name: str
    sex: Sex
    birth_date: date
    birth_precision: Precision
    ethnicity: str
    relation: Relation
    identity_number: str | None
    phone: str | None
    joined_on: date
    mother_id: UUID | None
    father_id: UUID | None


async def page(session: AsyncSession, query: PeopleQuery, vault: Vault) -> tuple[list[PersonLine], str | None]:
    """Return the members that the caller may see, in the order of their ids, and the next cursor."""
    wanted: Any = (
        select(Membership, Person, Household, AreaVersion, _parent("mother"), _parent("father"))
        .join(Person, Person.id == Membership.person_id)
        .join(Household, Household.id == Membership.household_id)
        .join(AreaVersion, AreaVersion.id == Household.area_id)
        .where(Membership.recorded_to.is_(None), Membership.left_on.is_(None), Household.dissolved_on.is_(None))
        .where(~func.person_is_restricted(Person.id))
    )
    if query.area is not None:
        wanted = wanted.where(Household.area_id == func.any(select(func.areas_under(query.area)).scalar_subquery()))
    if query.area_id is not None:
        wanted = wanted.where(Household.area_id == query.area_id)
    if query.village is not None:
        wanted = wanted.where(Household.village == query.village)
    rows, following = await _ORDER.rows(session, wanted, query, lambda row: [row[0].id])
    return [_line(vault, *row) for row in rows], following


def _parent(kind: ParentKind) -> ScalarSelect[UUID]:
    """Return an expression: who is a person's mother or father today, unless their data may only be kept."""
    day = func.vietnam_today()
    return (
        select(Parentage.parent_id)
        .where(Parentage.child_id == Person.id, Parentage.kind == kind, Parentage.recorded_to.is_(None))
        .where(held_then(Parentage, day))
        .where(~func.person_is_restricted(Parentage.parent_id))
        .correlate(Person)
        .scalar_subquery()
    )


def _line(
    vault: Vault,
    membership: Membership,
    person: Person,
    household: Household,
    area: AreaVersion,
    mother: UUID | None,
    father: UUID | None,
) -> PersonLine:
    """Numbers of somebody who lives in another unit today belong to those who answer for it."""
    here = person.area_id == household.area_id
    number = households.identity_number(person, vault) if here else None
    phone = households.phone(person, vault) if here else None
    return PersonLine.model_validate(
        {
            "person_id": person.id,
            "household_id": household.id,
            "household_code": household.code,
            "area": AreaName(id=area.id, code=area.code, name=area.name),
            "village": household.village,
            **{name: getattr(person, name) for name in ("full_name", "sex", "birth_date", "birth_precision")},
            "ethnicity": person.ethnicity,
            "relation": membership.relation,
            "identity_number": None if number is None else mask(number),
            "phone": None if phone is None else mask(phone),
            "joined_on": membership.joined_on,
            "mother_id": mother,
            "father_id": father,
        }
    )
