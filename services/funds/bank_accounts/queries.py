from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from kit.http import Keyset
from services.funds.bank_accounts.errors import BankAccountNotFound
from services.funds.bank_accounts.models import BankAccount
from services.funds.bank_accounts.schemas import BankAccountsQuery

NEWEST_FIRST: Final = Keyset((BankAccount.recorded_at, BankAccount.id), (datetime, UUID), descending=True)


def listed(query: BankAccountsQuery) -> Select[*tuple[Any, ...]]:
    statement: Select[*tuple[Any, ...]] = select(BankAccount)
    if query.bank_bin is not None:
        statement = statement.where(BankAccount.bank_bin == query.bank_bin)
    return statement


async def read(session: AsyncSession, account_id: UUID) -> BankAccount:
    """Errors: BankAccountNotFound."""
    account = await session.get(BankAccount, account_id)
    if account is None:
        raise BankAccountNotFound
    return account
