"""Households, people, and who stands in which household when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from kit.crypto import Vault
from kit.model import Id, Model, RecordedAt
from kit.values.reference import new_reference
from kit.values.text import fold
from services.beneficiaries.clocks import Dated, MadeByAct
from services.beneficiaries.errors import DatesDisagree, HouseholdDissolved

_FACTS: Final = ("full_name", "sex", "birth_date", "birth_precision", "ethnicity")


class Household(Model):
    """A household at its place.

    area_id, village, address, dissolved_on: those of the last place known now, for row security and lists; only the
    database writes them, when a `Place` is added.
    area_id: the commune unit of the day it came there; later maps place it through successions.
    names: folded names of the current members, for search.
    """

    __tablename__ = "households"

    id: Mapped[Id]
    code: Mapped[str]
    area_id: Mapped[UUID]
    village: Mapped[str]
    address: Mapped[str | None]
    registered_on: Mapped[date]
    dissolved_on: Mapped[date | None]
    names: Mapped[str]
    version: Mapped[int]
    recorded_at: Mapped[RecordedAt]
    changed_at: Mapped[RecordedAt]

    @staticmethod
    def new_code() -> str:
        return new_reference("HH")

    def call_by(self, names: Iterable[str]) -> None:
        """Keep `names` for search: every word begins after a space, names end with a bar."""
        self.names = "".join(f" {fold(name)} |" for name in names)

    def must_live(self) -> None:
        """Errors: HouseholdDissolved."""
        if self.dissolved_on is not None:
            raise HouseholdDissolved


class Place(MadeByAct, Dated, Model):
    """Where a household lives from a day until before another; after its last place it is dissolved."""

    __tablename__ = "household_places"

    household_id: Mapped[UUID] = mapped_column(ForeignKey("households.id"))
    area_id: Mapped[UUID] = mapped_column(ForeignKey("areas.id"))
    village: Mapped[str]
    address: Mapped[str | None]


class Person(Model):
    """Somebody; identity number and telephone are sealed, with a keyed index for equality."""

    __tablename__ = "people"

    id: Mapped[Id]
    area_id: Mapped[UUID]
    full_name: Mapped[str]
    sex: Mapped[str]
    birth_date: Mapped[date]
    birth_precision: Mapped[str]
    ethnicity: Mapped[str]
    identity_sealed: Mapped[bytes | None]
    identity_index: Mapped[bytes | None]
    phone_sealed: Mapped[bytes | None]
    phone_index: Mapped[bytes | None]

    def born(self, day: date, precision: str) -> None:
        """Keep of `day` only what is known: the first of the month, or of the year."""
        self.birth_precision = precision
        self.birth_date = (
            day.replace(day=1, **({"month": 1} if precision == "year" else {})) if precision != "day" else day
        )

    def facts(self) -> dict[str, str]:
        """Return what the audit log keeps of a change; numbers are not among it."""
        return {name: str(getattr(self, name)) for name in _FACTS}

    def identify(self, number: str | None, vault: Vault) -> None:
        self.identity_sealed = vault.seal(number, context=f"people.identity_number:{self.id}") if number else None
        self.identity_index = vault.index(number, context="people.identity_number") if number else None

    def reach_by(self, phone: str | None, vault: Vault) -> None:
        self.phone_sealed = vault.seal(phone, context=f"people.phone:{self.id}") if phone else None
        self.phone_index = vault.index(phone, context="people.phone") if phone else None


class Membership(MadeByAct, Model):
    """A person in a household from a day until before another; a changed relation is another membership."""

    __tablename__ = "memberships"

    household_id: Mapped[UUID] = mapped_column(ForeignKey("households.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    relation: Mapped[str]
    joined_on: Mapped[date]
    left_on: Mapped[date | None]
    left_because: Mapped[str | None]

    def holds_on(self, day: date) -> bool:
        return self.joined_on <= day and (self.left_on is None or day < self.left_on)


@dataclass
class Member:
    """A person as a member."""

    person: Person
    membership: Membership


def in_order(what: str, first: date, second: date) -> None:
    """Errors: DatesDisagree where `first` comes after `second`."""
    if first > second:
        raise DatesDisagree(what=what, first=first, second=second)


def identity_doubts(number: str, sex: str, birth_date: date) -> list[str]:
    """Return in what a twelve-digit identity number disagrees with the person.

    The fourth digit is century and sex (0/1 for men and women of the 1900s, 2/3 of the 2000s), the next two the year
    of birth.
    """
    century, woman = divmod(int(number[3]), 2)
    doubts = []
    if (woman == 1) != (sex == "female"):
        doubts.append("sex")
    if 1900 + century * 100 + int(number[4:6]) != birth_date.year:
        doubts.append("birth_year")
    return doubts
