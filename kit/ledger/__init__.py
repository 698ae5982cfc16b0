"""Double entry in several units, integers only, kept by the database against everybody.

    from kit import ledger

    await ledger.open_accounts(session, [
        ledger.Account(code=f"campaign/{id}/bank", unit="VND", side="debit"),
        ledger.Account(code=f"campaign/{id}/gifts", unit="VND", side="credit"),
        ledger.Account(code="donors/VND", unit="VND", side="debit", may_go_negative=True),
    ], actor=actor.subject)

    entry = ledger.Entry(
        effective_on=gift.received_on,
        postings=(
            ledger.debit(f"campaign/{id}/bank", 150_000, "VND"),
            ledger.credit(f"campaign/{id}/gifts", 150_000, "VND"),
        ),
        description="Gift", source=f"donation:{gift.id}", key=f"donation:{gift.id}", actor=actor.subject,
    )
    entry_id = await ledger.post(session, entry)                  # again with the same key: the same id
    await ledger.post_many(session, entries)                      # hundreds at the price of a few
    await ledger.balance(session, f"campaign/{id}/gifts")         # 150000, positive on the account's normal side
    await ledger.balances_below(session, f"campaign/{id}/", on=day, known_at=moment)

    first = await ledger.load(session, entry_id)
    await ledger.post(session, ledger.reverse(first, effective_on=today, key=f"{first.key}:reversed", actor=…,
                                              description="Recorded twice"))

    hold_id = await ledger.place(session, ledger.Hold(account=…, amount=600_000, unit="VND", key=…, …))
    await ledger.post(session, dataclasses.replace(payment, hold=hold_id))   # the rest stays held
    await ledger.void(session, hold_id, actor=…)

Terms. A posting is one signed line: debit positive, credit negative. An account has one unit and a normal side; its
balance is positive there (`debit`: cash, stock, what was spent; `credit`: gifts received, purposes, debts). An account
that may not go negative cannot be overdrawn by any writer; only spending from it locks it, collecting never does, so
such an account may be hot too. Amounts are whole numbers of the unit's smallest part: VND, RICE_G (grams, written as
kg with 3 decimals), LABOUR_TENTH_DAY (tenths of a person-day); more by `add_unit`.

Refusals are the classes of `kit.ledger.errors`; a refusal by the database ends the transaction. Sessions must be at
READ COMMITTED. A worker calls `roll_up` (in a transaction of its own) every few seconds and `expire` now and then;
`audit` recomputes everything.
"""

from kit.ledger.accounts import Account, Side, add_unit, close_account, open_accounts
from kit.ledger.audit import Finding, Findings, audit
from kit.ledger.balances import Available, available, balance, balances, balances_below
from kit.ledger.entry import LARGEST, Entry, Posting, credit, debit, reverse, transfer
from kit.ledger.errors import (
    AccountDiffers,
    AccountHasNoFloor,
    AccountInUse,
    AccountUnavailable,
    AccountUnknown,
    AlreadyReversed,
    AmountRefused,
    EntryExists,
    EntryUnknown,
    HoldInsufficient,
    LedgerBusy,
    NotYetKnown,
    Overdrawn,
    PeriodClosed,
    PeriodOverlaps,
    ReversalDiffers,
    Unbalanced,
    UnitDiffers,
    UnitUnknown,
)
from kit.ledger.holds import Hold, expire, place, remaining, void
from kit.ledger.journal import load, load_many
from kit.ledger.periods import close_period
from kit.ledger.post import post, post_many
from kit.ledger.rollup import RollUp, roll_up

__all__ = [
    "LARGEST",
    "Account",
    "AccountDiffers",
    "AccountHasNoFloor",
    "AccountInUse",
    "AccountUnavailable",
    "AccountUnknown",
    "AlreadyReversed",
    "AmountRefused",
    "Available",
    "Entry",
    "EntryExists",
    "EntryUnknown",
    "Finding",
    "Findings",
    "Hold",
    "HoldInsufficient",
    "LedgerBusy",
    "NotYetKnown",
    "Overdrawn",
    "PeriodClosed",
    "PeriodOverlaps",
    "Posting",
    "ReversalDiffers",
    "RollUp",
    "Side",
    "Unbalanced",
    "UnitDiffers",
    "UnitUnknown",
    "add_unit",
    "audit",
    "available",
    "balance",
    "balances",
    "balances_below",
    "close_account",
    "close_period",
    "credit",
    "debit",
    "expire",
    "load",
    "load_many",
    "open_accounts",
    "place",
    "post",
    "post_many",
    "remaining",
    "reverse",
    "roll_up",
    "transfer",
    "void",
]
