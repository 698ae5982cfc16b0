from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.beneficiaries.review_terms.models import Terms
from services.beneficiaries.review_terms.schemas import TermsList, TermsVersion

_ALL = text("select * from review_terms order by kind desc, version desc")
_ONE = text("select * from review_terms where id = :id or (kind = :kind and recorded_to is null)")


async def page(session: AsyncSession) -> TermsList:
    return TermsList(items=[TermsVersion(**_of(row, TermsVersion.model_fields)) for row in await session.execute(_ALL)])


async def terms(session: AsyncSession, *, kind: str | None = None, terms_id: UUID | None = None) -> Terms:
    """Return the terms of a kind of review known now, or one version of them."""
    row = (await session.execute(_ONE, {"id": terms_id, "kind": kind})).one()
    return Terms(**_of(row, Terms.__dataclass_fields__))


def _of(row: Any, names: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
