"""Random histories of the ledger against a model of a few lines: what is refused, what is left, on every day."""

import asyncio
import itertools
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from kit import ledger
from kit.problems import IdempotencyMismatch
from tests.kit.ledger.books import Books, Library, entry, hold

DAYS = 6
SIDES: dict[str, ledger.Side] = {"cash": "debit", "stock": "debit", "purpose": "credit", "world": "debit"}
GUARDED = ("cash", "stock", "purpose")
names = st.sampled_from(sorted(SIDES))
days = st.integers(0, DAYS - 1)
amounts = st.integers(1, 30)


@dataclass
class Model:
    """What the books must say, by account, from debits and credits alone."""

    posted: dict[UUID, ledger.Entry] = field(default_factory=dict)
    reversed: set[UUID] = field(default_factory=set)
    holds: dict[UUID, tuple[str, int]] = field(default_factory=dict)
    closed: set[date] = field(default_factory=set)

    def balance(self, account: str, on: date | None = None, more: tuple[ledger.Entry, ...] = ()) -> int:
        total = sum(
            line.amount
            for one in (*self.posted.values(), *more)
            if on is None or one.effective_on <= on
            for line in one.postings
            if line.account == account
        )
        return total if SIDES[account.rsplit("/", 1)[1]] == "debit" else -total

    def held(self, account: str) -> int:
        return sum(left for of, left in self.holds.values() if of == account)

    def refusal(self, *entries: ledger.Entry) -> type[Exception] | None:
        """Return why a batch of new entries without holds is refused, None if it is not."""
        if any(one.effective_on in self.closed for one in entries):
            return ledger.PeriodClosed
        for account in {line.account for one in entries for line in one.postings}:
            after = self.balance(account, more=entries)
            guarded = account.rsplit("/", 1)[1] in GUARDED
            if guarded and after < self.balance(account) and after < self.held(account):
                return ledger.Overdrawn
        return None


class Histories(RuleBasedStateMachine):
    """Every step is one transaction; a refused one must leave no trace."""

    books: Books
    runner: asyncio.Runner
    numbers = itertools.count()

    def __init__(self) -> None:
        super().__init__()
        number = next(self.numbers)
        self.prefix = f"history-{number}"
        self.first = date(1950, 1, 1) + timedelta(days=DAYS * number)  # closed periods are for all accounts
        self.model = Model()
        accounts = [
            ledger.Account(code=self.code(name), unit="VND", side=side, may_go_negative=name not in GUARDED)
            for name, side in SIDES.items()
        ]
        self.call(ledger.open_accounts, accounts, actor="tester")

    def code(self, name: str) -> str:
        return f"{self.prefix}/{name}"

    def call(self, action: Any, *values: Any, **named: Any) -> Any:
        async def once() -> Any:
            async with self.books.session() as session:
                return await action(session, *values, **named)

        return self.runner.run(once())

    def expect(self, refusal: type[Exception] | None, action: Any, *values: Any, **named: Any) -> Any:
        if refusal is None:
            return self.call(action, *values, **named)
        with pytest.raises(refusal):
            self.call(action, *values, **named)
        return None

    def made(self, source: str, target: str, amount: int, day: int, **more: Any) -> ledger.Entry:
        legs = ledger.transfer(self.code(source), self.code(target), amount, "VND")
        return entry(*legs, on=self.first + timedelta(day), **more)

    def post(self, *entries: ledger.Entry) -> None:
        refusal = self.model.refusal(*entries)
        self.expect(refusal, ledger.post_many, entries)
        if refusal is None:
            self.model.posted |= {one.id: one for one in entries}

    @rule(lines=st.lists(st.tuples(names, names, amounts, days), min_size=1, max_size=4))
    def transfers(self, lines: list[tuple[str, str, int, int]]) -> None:
        self.post(*(self.made(*line) for line in lines))

    @rule(name=st.sampled_from(["cash", "stock"]), amount=amounts, day=days)
    def gift(self, name: str, amount: int, day: int) -> None:
        self.post(self.made("purpose", name, amount, day))

    @precondition(lambda self: self.model.posted)
    @rule(data=st.data(), other=st.booleans())
    def replay(self, data: st.DataObject, *, other: bool) -> None:
        one = data.draw(st.sampled_from(list(self.model.posted.values())))
        again = replace(one, id=uuid4(), description="Another" if other else one.description)
        assert self.expect(IdempotencyMismatch if other else None, ledger.post, again) in (None, one.id)

    @precondition(lambda self: self.model.posted)
    @rule(data=st.data(), later=days)
    def reverse(self, data: st.DataObject, later: int) -> None:
        one = data.draw(st.sampled_from(list(self.model.posted.values())))
        day = min(one.effective_on + timedelta(later), self.first + timedelta(DAYS - 1))
        undo = ledger.reverse(one, effective_on=day, key=str(uuid4()), actor="tester", description="Undone")
        if one.id in self.model.reversed:
            self.expect(ledger.AlreadyReversed, ledger.post, undo)
            return
        self.post(undo)
        if undo.id in self.model.posted:
            self.model.reversed.add(one.id)

    @rule(name=st.sampled_from(GUARDED), amount=amounts, expired=st.booleans())
    def place(self, name: str, amount: int, *, expired: bool) -> None:
        account = self.code(name)
        when = datetime.now(UTC) - timedelta(seconds=1) if expired else None
        one = hold(account, amount, expires_at=when)
        enough = expired or self.model.balance(account) >= self.model.held(account) + amount
        enough = enough and self.model.balance(account) >= self.model.held(account)
        self.expect(None if enough else ledger.Overdrawn, ledger.place, one)
        if enough:
            self.model.holds[one.id] = (account, 0 if expired else amount)
            assert self.call(ledger.place, replace(one, id=uuid4())) == one.id

    @precondition(lambda self: self.model.holds)
    @rule(data=st.data(), amount=amounts, day=days)
    def post_hold(self, data: st.DataObject, amount: int, day: int) -> None:
        held = data.draw(st.sampled_from(list(self.model.holds)))
        account, left = self.model.holds[held]
        name = account.rsplit("/", 1)[1]
        pair = ("world", name) if SIDES[name] == "credit" else (name, "world")
        one = self.made(*pair, amount, day, hold=held)
        refusal: type[Exception] | None = ledger.HoldInsufficient
        if amount <= left:
            refusal = ledger.PeriodClosed if one.effective_on in self.model.closed else None
        self.expect(refusal, ledger.post, one)
        if refusal is None:
            self.model.posted[one.id] = one
            self.model.holds[held] = (account, left - amount)

    @precondition(lambda self: any(left for _, left in self.model.holds.values()))
    @rule(data=st.data())
    def void(self, data: st.DataObject) -> None:
        held = data.draw(st.sampled_from([one for one, (_, left) in self.model.holds.items() if left]))
        account, left = self.model.holds[held]
        assert self.call(ledger.void, held, actor="tester") == left
        self.model.holds[held] = (account, 0)
        self.expect(ledger.HoldInsufficient, ledger.void, held, actor="tester")

    @rule()
    def expire(self) -> None:
        self.call(ledger.expire, actor="tester")

    @rule()
    def roll_up(self) -> None:
        self.call(ledger.roll_up)

    @rule(day=days)
    def close(self, day: int) -> None:
        closing = self.first + timedelta(day)
        self.call(ledger.close_period, closing, closing, actor="tester")
        self.model.closed.add(closing)

    @invariant()
    def the_books_say_what_the_model_says(self) -> None:
        codes = [self.code(name) for name in SIDES]
        found = self.call(ledger.available, codes)
        for code in codes:
            assert (found[code].balance, found[code].held) == (self.model.balance(code), self.model.held(code))
        day = self.first + timedelta(len(self.model.posted) % DAYS)
        assert self.call(ledger.balances, codes, on=day) == {code: self.model.balance(code, on=day) for code in codes}

    def teardown(self) -> None:
        assert self.runner.run(self.books.audit()) == ()


def test_any_history_agrees_with_the_model(library: Library) -> None:
    with asyncio.Runner() as runner:
        Histories.runner = runner
        Histories.books = runner.run(library.open())
        try:
            run_state_machine_as_test(
                Histories,
                settings=settings(
                    max_examples=15,
                    stateful_step_count=25,
                    deadline=None,
                    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
                ),
            )
        finally:
            runner.run(library.close(Histories.books))
