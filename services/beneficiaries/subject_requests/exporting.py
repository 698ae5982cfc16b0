"""Everything that is held on a person, in one document that a machine reads."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.crypto import Vault
from kit.values.dates import now
from services.beneficiaries.households import queries as households
from services.beneficiaries.households.models import Person
from services.beneficiaries.people import queries as people
from services.beneficiaries.people.models import account_context
from services.beneficiaries.subject_requests.models import SubjectRequest, details_context
from services.beneficiaries.subject_requests.schemas import PersonalExport, Rows, Sight

_PERSON: Final = (
    "id",
    "full_name",
    "sex",
    "birth_date",
    "birth_precision",
    "ethnicity",
)
# Of a household's status and support, what fell into the time in which the person stood in it, as it is known now.
_PARTS: Final = {
    "memberships": "select to_jsonb(m) from memberships m where m.person_id = :person order by m.recorded_from, m.id",
    "poverty_statuses": "select distinct on (s.id) to_jsonb(s) from poverty_statuses s join memberships m"
    " on m.household_id = s.household_id and m.recorded_to is null"
    " and daterange(m.joined_on, m.left_on) && daterange(s.valid_from, s.valid_to)"
    " where m.person_id = :person order by s.id",
    "support": "select distinct on (i.source, i.support_id) to_jsonb(i) from support_items i join memberships m"
    " on m.household_id = i.household_id and m.recorded_to is null"
    " and daterange(m.joined_on, m.left_on) @> i.happened_on"
    " where m.person_id = :person order by i.source, i.support_id",
    "payment_channels": "select to_jsonb(c) - 'account_sealed' - 'account_index' from payment_channels c"
    " where c.person_id = :person order by c.recorded_from, c.id",
    "disabilities": "select to_jsonb(d) from disabilities d where d.person_id = :person order by d.recorded_from, d.id",
    "parents": "select to_jsonb(p) from parentages p where p.child_id = :person order by p.recorded_from, p.id",
    "consents": "select to_jsonb(c) from exchange_consents c where c.person_id = :person order by c.id",
    "requests": "select to_jsonb(r) - 'details_sealed' from subject_requests r where r.person_id = :person"
    " order by r.id",
    "restrictions": "select to_jsonb(r) from person_restrictions r where r.person_id = :person order by r.id",
}
# What a household's members were shown of, or a partner was given, stands in the log under household and partner.
_SEEN: Final = text(
    """
    select a.id, a.recorded_at, a.actor, a.action, a.reason from audit_log a
    where a.subject_type = 'person' and a.subject_id = :person and a.action in ('person.unmasked', 'person.exported')
    union all
    select a.id, a.recorded_at, a.actor, a.action, a.reason
    from (select distinct m.household_id from memberships m where m.person_id = :person) mine
    join audit_log a on a.subject_type = 'household' and a.subject_id = mine.household_id
    where a.action = 'household.unmasked' and a.change -> 'people' ? cast(:person as text)
    union all
    select a.id, a.recorded_at, coalesce(d.name, a.actor), a.action, a.reason
    from audit_log a left join dci_partners d on d.id = a.subject_id
    where a.subject_type = 'dci_partner' and a.action in ('dci.disclosed', 'dci.notified')
        and a.change -> 'given' ?| (select array_agg(cast(x.id as text)) from (
            select cast(:person as uuid) as id union select m.household_id from memberships m
            where m.person_id = :person) x)
    order by 1
    """
)


async def everything(session: AsyncSession, found: SubjectRequest, person: Person, vault: Vault) -> PersonalExport:
    """Return what is held on a person, with numbers in full."""
    parts = {name: await _rows(session, statement, person.id) for name, statement in _PARTS.items()}
    for channel in await people.every_channel(session, person.id):
        line = next(row for row in parts["payment_channels"] if row["id"] == str(channel.id))
        sealed = channel.account_sealed
        line["account_number"] = None if sealed is None else vault.open(sealed, context=account_context(person.id))
    for row in parts["requests"]:
        details = await session.get_one(SubjectRequest, UUID(row["id"]))
        sealed = details.details_sealed
        row["details"] = None if sealed is None else vault.open(sealed, context=details_context(details.id))
    seen = await session.execute(_SEEN, {"person": person.id})
    return PersonalExport(
        request=found.code,
        made_at=now(),
        person={
            **{name: str(getattr(person, name)) for name in _PERSON},
            "identity_number": households.identity_number(person, vault),
            "phone": households.phone(person, vault),
        },
        **parts,
        seen_by=[Sight(at=row.recorded_at, who=row.actor, what=row.action, reason=row.reason) for row in seen],
    )


async def _rows(session: AsyncSession, statement: str, person_id: UUID) -> Rows:
    rows: Any = await session.scalars(text(statement), {"person": person_id})
    return list(rows)
