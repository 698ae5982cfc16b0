"""The chart of accounts of the loans service, and the entries that move them. Amounts in whole đồng.

    loans/<programme>/<bank>/principal   debit    what households owe
    loans/<programme>/<bank>/funding     credit   what the source of funds has lent on through the bank
    loans/<programme>/<bank>/interest    credit   interest received
    banks/<bank>/collected               debit    money of borrowers at the bank

No account has a floor: that no household repays more than it owes is kept on the loan itself, and accounts that
everybody pays into must not make payments wait for each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kit import ledger

_VND = "VND"


@dataclass(frozen=True)
class Accounts:
    """The accounts of one programme at one bank."""

    programme: str
    bank: str

    @property
    def principal(self) -> str:
        return f"loans/{self.programme}/{self.bank}/principal"

    @property
    def funding(self) -> str:
        return f"loans/{self.programme}/{self.bank}/funding"

    @property
    def interest(self) -> str:
        return f"loans/{self.programme}/{self.bank}/interest"

    @property
    def collected(self) -> str:
        return f"banks/{self.bank}/collected"

    async def open(self, session: AsyncSession, *, actor: str) -> None:
        """Open those that do not exist yet."""
        sides: Sequence[tuple[str, ledger.Side]] = (
            (self.principal, "debit"),
            (self.funding, "credit"),
            (self.interest, "credit"),
            (self.collected, "debit"),
        )
        accounts = [
            ledger.Account(code=code, unit=_VND, side=side, may_go_negative=True) for code, side in sorted(sides)
        ]
        await ledger.open_accounts(session, accounts, actor=actor)

    def disbursement(self, loan_id: UUID, amount: int, *, on: date, actor: str) -> ledger.Entry:
        return ledger.Entry(
            effective_on=on,
            postings=(ledger.debit(self.principal, amount, _VND), ledger.credit(self.funding, amount, _VND)),
            description="Loan disbursed",
            source=f"loan:{loan_id}",
            key=f"loan:{loan_id}:disbursed",
            actor=actor,
        )

    def repayment(
        self, repayment_id: UUID, revision: int, *, interest: int, principal: int, on: date, actor: str
    ) -> ledger.Entry:
        """Return the entry for one way of using a payment; a later way is a later `revision`."""
        postings = [ledger.debit(self.collected, interest + principal, _VND)]
        if interest:
            postings.append(ledger.credit(self.interest, interest, _VND))
        if principal:
            postings.append(ledger.credit(self.principal, principal, _VND))
        return ledger.Entry(
            effective_on=on,
            postings=tuple(postings),
            description="Loan repaid",
            source=f"repayment:{repayment_id}",
            key=f"repayment:{repayment_id}:{revision}",
            actor=actor,
        )
