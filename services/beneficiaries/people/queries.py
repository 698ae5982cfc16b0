"""Reads of what is private of a person, for those who answer for that person today."""

from datetime import date, datetime
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import Select, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.crypto import Vault, mask
from kit.http import Keyset
from services.beneficiaries.clocks import as_asked
from services.beneficiaries.errors import PersonNotFound
from services.beneficiaries.households.models import Person
from services.beneficiaries.people import schemas
from services.beneficiaries.people.errors import DisabilityNotFound
from services.beneficiaries.people.models import Disability, PaymentChannel

Private = TypeVar("Private", PaymentChannel, Disability)
_CHANNELS: Final = Keyset((PaymentChannel.id,), (UUID,))
_DISABILITIES: Final = Keyset((Disability.id,), (UUID,))
_MOMENT: Final = text(
    "select greatest(clock_timestamp(), max(latest) + interval '1 microsecond') from ("
    " select max(greatest(recorded_from, recorded_to)) as latest from payment_channels where person_id = :person"
    " union all select max(greatest(recorded_from, recorded_to)) from disabilities where person_id = :person"
    " union all select max(greatest(recorded_from, recorded_to)) from parentages where child_id = :person) known"
)


async def must_be_answered_for(session: AsyncSession, person_id: UUID) -> None:
    """Errors: PersonNotFound, also for a person who lives elsewhere today."""
    wanted = select(Person.id).where(Person.id == person_id, func.answers_for_person(Person.id))
    if await session.scalar(wanted) is None:
        raise PersonNotFound


async def locked(session: AsyncSession, person_id: UUID) -> tuple[Person, datetime]:
    """Return a person whom no other transaction may change meanwhile, and a time after all that is recorded of them.

    Errors: PersonNotFound, also for a person who lives elsewhere today.
    """
    wanted = select(Person).where(Person.id == person_id, func.answers_for_person(Person.id))
    found = await session.scalar(wanted.with_for_update())
    if found is None:
        raise PersonNotFound
    moment: datetime = (await session.execute(_MOMENT, {"person": person_id})).scalar_one()
    return found, moment


async def known(session: AsyncSession, kind: type[Private], person_id: UUID) -> list[Private]:
    """Return the rows known now."""
    return list(await session.scalars(select(kind).where(kind.person_id == person_id, kind.recorded_to.is_(None))))


async def disability(session: AsyncSession, disability_id: UUID) -> Disability:
    """Return a row known now. Errors: DisabilityNotFound."""
    wanted = select(Disability).where(Disability.id == disability_id, Disability.recorded_to.is_(None))
    found = await session.scalar(wanted)
    if found is None:
        raise DisabilityNotFound
    return found


async def channels(
    session: AsyncSession, person_id: UUID, query: schemas.TimeQuery, vault: Vault
) -> tuple[list[schemas.PaymentChannelOut], str | None]:
    """Return a page of channels, and the next cursor. Errors: PersonNotFound."""
    await must_be_answered_for(session, person_id)
    wanted: Select[Any] = select(PaymentChannel).where(PaymentChannel.person_id == person_id)
    wanted = wanted.where(*as_asked(PaymentChannel, query.as_of, query.known_at))
    rows, following = await _CHANNELS.rows(session, wanted, query, lambda row: [row[0].id])
    return [shown(row[0], vault) for row in rows], following


async def disabilities(
    session: AsyncSession, person_id: UUID, query: schemas.TimeQuery
) -> tuple[list[schemas.DisabilityOut], str | None]:
    """Return a page of disabilities, and the next cursor. Errors: PersonNotFound."""
    await must_be_answered_for(session, person_id)
    wanted: Select[Any] = select(Disability).where(Disability.person_id == person_id)
    wanted = wanted.where(*as_asked(Disability, query.as_of, query.known_at))
    rows, following = await _DISABILITIES.rows(session, wanted, query, lambda row: [row[0].id])
    return [schemas.DisabilityOut.model_validate(row[0]) for row in rows], following


async def every_channel(session: AsyncSession, person_id: UUID) -> list[PaymentChannel]:
    """Return all rows there ever were."""
    return list(await session.scalars(select(PaymentChannel).where(PaymentChannel.person_id == person_id)))


async def channel_of_the_day(session: AsyncSession, person_id: UUID, day: date) -> PaymentChannel | None:
    return next((one for one in await known(session, PaymentChannel, person_id) if one.holds_on(day)), None)


def shown(channel: PaymentChannel, vault: Vault) -> schemas.PaymentChannelOut:
    account = channel.account(vault)
    plain = ("id", "person_id", "kind", "provider", "holder", "valid_from", "valid_to", "recorded_from", "recorded_to")
    return schemas.PaymentChannelOut.model_validate(
        {
            **{name: getattr(channel, name) for name in plain},
            "account_number": None if account is None else mask(account, head=2, tail=3),
        }
    )
