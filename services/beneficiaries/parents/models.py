"""Who is whose mother and father, and what a parent must be."""

from collections.abc import Mapping
from datetime import date
from typing import Final, Literal, Protocol
from uuid import UUID

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from kit.model import Id, Model
from kit.problems import Problem
from services.beneficiaries.clocks import Dated
from services.beneficiaries.parents.errors import ParentSexDisagrees, ParentTooYoung

ParentKind = Literal["mother", "father"]
KINDS: Final[Mapping[ParentKind, str]] = {"mother": "female", "father": "male"}


class Born(Protocol):
    """Somebody in the registry, or in a row of a file."""

    @property
    def sex(self) -> str: ...

    @property
    def birth_date(self) -> date: ...


class Parentage(Dated, Model):
    """A child has one mother and one father on a day at most; by adoption others than at birth."""

    __tablename__ = "parentages"

    id: Mapped[Id]
    child_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    parent_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[ParentKind] = mapped_column(Text)
    recorded_by: Mapped[str]


class ParentAge(Model):
    """By how many years a parent is older at least: data, since no paper says it."""

    __tablename__ = "parent_ages"

    kind: Mapped[ParentKind] = mapped_column(Text, primary_key=True)
    least_years: Mapped[int]
    source: Mapped[str]
    version: Mapped[int]


def refusal(kind: ParentKind, parent: Born, child: Born, least_years: int) -> Problem | None:
    """Return why somebody cannot be the mother or father of a child, if so.

    Years are compared, since a day may be unknown.
    """
    if parent.sex != KINDS[kind]:
        return ParentSexDisagrees()
    older, younger = parent.birth_date.year, child.birth_date.year
    if younger - older < least_years:
        return ParentTooYoung(parent=older, child=younger, years=least_years)
    return None
