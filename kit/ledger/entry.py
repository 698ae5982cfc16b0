"""Journal entries as values: an unbalanced one cannot be made."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from kit.ledger.errors import AmountRefused, Unbalanced
from kit.values.ids import new_id

LARGEST = 2**63 - 1
"""Of a posting, in the unit's smallest part; the same on both sides, so that every entry can be reversed."""


@dataclass(frozen=True, slots=True)
class Posting:
    """One line of an entry. A debit is positive, a credit negative: here, in the tables and in the export.

    `account` is the account's code, `amount` a whole number of the unit's smallest part, never zero.
    Errors: AmountRefused.
    """

    account: str
    amount: int
    unit: str

    def __post_init__(self) -> None:
        if type(self.amount) is not int or self.amount == 0 or abs(self.amount) > LARGEST:
            raise AmountRefused(amount=repr(self.amount))


def debit(account: str, amount: int, unit: str) -> Posting:
    """Return a posting that adds to what we own or have spent. Errors: AmountRefused unless `amount` is positive."""
    return Posting(account, _positive(amount), unit)


def credit(account: str, amount: int, unit: str) -> Posting:
    """Return a posting that adds to what we owe or were given. Errors: AmountRefused unless `amount` is positive."""
    return Posting(account, -_positive(amount), unit)


def _positive(amount: int) -> int:
    if type(amount) is not int or amount <= 0:
        raise AmountRefused(amount=repr(amount))
    return amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A journal entry: two postings or more that sum to zero per unit.

    `effective_on`: the day it counts for. `source`: what caused it, such as `donation:<id>`. `key`: once per
    business fact; the same key with the same body is the same entry, whoever sends it. `hold`: the hold that its
    spending consumes, in part or whole. `reverses`: the entry that it mirrors. Errors: Unbalanced.
    """

    effective_on: date
    postings: tuple[Posting, ...]
    description: str
    source: str
    key: str
    actor: str
    hold: UUID | None = None
    reverses: UUID | None = None
    id: UUID = field(default_factory=new_id)

    def __post_init__(self) -> None:
        object.__setattr__(self, "postings", tuple(self.postings))
        totals: dict[str, int] = defaultdict(int)
        for posting in self.postings:
            totals[posting.unit] += posting.amount
        if not totals:
            raise Unbalanced(unit="-", total=0)
        for unit, total in totals.items():
            if total:
                raise Unbalanced(unit=unit, total=total)


def transfer(source: str, target: str, amount: int, unit: str) -> tuple[Posting, Posting]:
    """Return the two postings that move value out of `source` (credited) into `target` (debited)."""
    return debit(target, amount, unit), credit(source, amount, unit)


def reverse(entry: Entry, *, effective_on: date, key: str, actor: str, description: str, source: str = "") -> Entry:
    """Return the exact mirror of `entry`, to be posted on its day or later; a second one is refused when posted."""
    return Entry(
        effective_on=effective_on,
        postings=tuple(Posting(line.account, -line.amount, line.unit) for line in entry.postings),
        description=description,
        source=source or entry.source,
        key=key,
        actor=actor,
        reverses=entry.id,
    )
