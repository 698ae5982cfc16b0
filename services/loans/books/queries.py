"""The books held against the loans themselves: what is owed by the records is what is owed by the ledger."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_LISTED = 20

_CHECKS = {
    "what households owe is the balance of the principal accounts": """
        select coalesce(b.code, p.code), coalesce(p.amount, 0) || ' owed, ' || coalesce(b.balance, 0) || ' in the books'
        from (select 'loans/' || m.code || '/' || l.bank || '/principal' as code, sum(l.balance) as amount
              from loans l join programmes m on m.id = l.programme_id group by m.code, l.bank) p
        full join (select code, balance from ledger_balances where code like 'loans/%/principal') b using (code)
        where coalesce(p.amount, 0) <> coalesce(b.balance, 0)
    """,
    "interest received is the balance of the interest accounts": """
        select coalesce(b.code, p.code), coalesce(p.amount, 0) || ' paid, ' || coalesce(b.balance, 0) || ' in the books'
        from (select 'loans/' || m.code || '/' || l.bank || '/interest' as code, sum(l.interest_paid) as amount
              from loans l join programmes m on m.id = l.programme_id group by m.code, l.bank) p
        full join (select code, balance from ledger_balances where code like 'loans/%/interest') b using (code)
        where coalesce(p.amount, 0) <> coalesce(b.balance, 0)
    """,
    "money of borrowers is the balance of the banks' accounts": """
        select coalesce(b.code, p.code), coalesce(p.amount, 0) || ' paid, ' || coalesce(b.balance, 0) || ' in the books'
        from (select 'banks/' || bank || '/collected' as code, sum(amount) as amount from repayments group by bank) p
        full join (select code, balance from ledger_balances where code like 'banks/%/collected') b using (code)
        where coalesce(p.amount, 0) <> coalesce(b.balance, 0)
    """,
    "a loan is its principal less what its payments repaid": """
        select l.reference, l.balance || ' owed, ' || coalesce(sum(a.principal), 0) || ' repaid of ' || l.principal
        from loans l
        left join repayments r on r.loan_id = l.id
        left join repayment_allocations a on a.repayment_id = r.id and a.recorded_to is null
        group by l.id
        having l.principal - coalesce(sum(a.principal), 0) <> l.balance
            or coalesce(sum(a.interest), 0) <> l.interest_paid
    """,
    "a payment is used in exactly one way": """
        select r.reference, count(a.revision)::text
        from repayments r
        left join repayment_allocations a on a.repayment_id = r.id and a.recorded_to is null
        group by r.id having count(a.revision) <> 1
    """,
    "a loan and a payment each have their entry, and what was replaced has been reversed": """
        select f.source, f.found from (
            select 'loan ' || l.reference as source, 'no entry' as found from loans l
            where not exists (select from ledger_entries e where e.id = l.entry_id)
            union all
            select 'payment ' || a.repayment_id, case when a.recorded_to is null then 'reversed' else 'not reversed' end
            from repayment_allocations a
            left join ledger_entries e on e.id = a.entry_id
            left join ledger_entries back on back.reverses = a.entry_id
            where e.id is null or (a.recorded_to is null) <> (back.id is null)
        ) f
    """,
}
_STATEMENTS = {promise: text(f"{check} limit {_LISTED}") for promise, check in _CHECKS.items()}
_PORTFOLIO = text("select count(*), coalesce(sum(balance), 0)::bigint from loans")


@dataclass(frozen=True)
class Broken:
    """A promise that does not hold: which, of what, and what was found instead."""

    promise: str
    subject: str
    found: str


async def differences(session: AsyncSession) -> list[Broken]:
    """Return at most twenty findings for each promise; none in sound books."""
    return [
        Broken(promise, row[0], row[1])
        for promise, statement in _STATEMENTS.items()
        for row in await session.execute(statement)
    ]


async def portfolio(session: AsyncSession) -> tuple[int, int]:
    """Return how many loans there are, and the principal owed on them in whole đồng."""
    count, owed = (await session.execute(_PORTFOLIO)).one()
    return int(count), int(owed)
