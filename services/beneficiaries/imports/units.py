"""What rows are held against that does not change during an import: communes in the sender's reach, ethnic groups."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.values.text import fold
from services.beneficiaries.parents.models import ParentKind
from services.beneficiaries.parents.queries import least_years

_COMMUNES = text(
    "select a.id, a.code, a.valid_from, a.valid_to from areas a where a.level = 'commune'"
    " and (current_setting('app.reach', true) = 'all' or a.id = any ((select areas_in_scope())::uuid[]))"
)
_GROUPS = text("select code, name from ethnic_groups")


@dataclass(frozen=True)
class Units:
    """communes: versions by code, with first day and the day after the last. codes: of groups by folded name.

    ages: by how many years a parent is older at least.
    """

    communes: Mapping[str, Sequence[tuple[UUID, date, date | None]]]
    groups: frozenset[str]
    codes: Mapping[str, str]
    ages: Mapping[ParentKind, int]

    @classmethod
    async def read(cls, session: AsyncSession) -> Self:
        communes: dict[str, list[tuple[UUID, date, date | None]]] = {}
        for row in await session.execute(_COMMUNES):
            communes.setdefault(row.code, []).append((row.id, row.valid_from, row.valid_to))
        groups = (await session.execute(_GROUPS)).all()
        codes = {fold(row.name): row.code for row in groups}
        return cls(communes, frozenset(codes.values()), codes, await least_years(session))

    def on(self, code: str, day: date) -> UUID | None:
        """Return the unit that carried the code on that day, None where the sender answers for none."""
        return next(
            (
                unit
                for unit, valid_from, valid_to in self.communes.get(code, ())
                if valid_from <= day and (valid_to is None or day < valid_to)
            ),
            None,
        )
