from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.http import Keyset
from kit.values.reference import read_reference
from services.funds.receipts.errors import ReceiptNotFound
from services.funds.receipts.models import Receipt
from services.funds.receipts.paper import Paper
from services.funds.receipts.schemas import ReceiptsQuery, VerifiedReceipt
from services.funds.values import plain

PREFIX: Final = "BL"
NEWEST_FIRST = Keyset((Receipt.id,), (UUID,), descending=True)

_PAPER: Final = text("""
    select r.code, r.book, r.year, r.number, r.issued_on, c.name as campaign, coalesce(s.name, g.name) as donor,
           coalesce(t.name, b.name) as on_behalf_of, d.unit, d.amount, d.valuation, d.received_on, d.reference
    from receipts r join donations d on d.id = r.donation_id join campaigns c on c.id = d.campaign_id
    left join donors g on g.id = d.donor_id left join donors s on s.id = g.merged_into
    left join donors b on b.id = d.on_behalf_of left join donors t on t.id = b.merged_into
    where r.id = :receipt
""")
_VERIFY: Final = text("select * from public_receipts where code = :code")


def listed(query: ReceiptsQuery) -> Select[*tuple[Any, ...]]:
    statement: Select[*tuple[Any, ...]] = select(Receipt)
    for column, asked in (
        (Receipt.book, query.book),
        (Receipt.year, query.year),
        (Receipt.state, query.state),
        (Receipt.donation_id, query.donation),
    ):
        if asked is not None:
            statement = statement.where(column == asked)
    return statement


async def read(session: AsyncSession, receipt_id: UUID, *, lock: bool = False) -> Receipt:
    """Errors: ReceiptNotFound."""
    receipt = await session.get(Receipt, receipt_id, with_for_update=lock)
    if receipt is None:
        raise ReceiptNotFound
    return receipt


async def paper(session: AsyncSession, receipt_id: UUID) -> Paper:
    row = (await session.execute(_PAPER, {"receipt": receipt_id})).one()
    return Paper(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name of it


async def verified(session: AsyncSession, code: str) -> VerifiedReceipt:
    """Errors: ReceiptNotFound, also for what cannot be a code."""
    kept = read_reference(code, PREFIX)
    row = (await session.execute(_VERIFY, {"code": kept})).one_or_none() if kept else None
    if row is None:
        raise ReceiptNotFound
    plainly = {name: getattr(row, name) for name in VerifiedReceipt.model_fields if name != "value"}
    return VerifiedReceipt.model_validate({**plainly, "value": plain(row.unit, row.amount)})
