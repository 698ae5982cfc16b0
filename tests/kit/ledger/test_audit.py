"""The audit finds what only a superuser past every rule could have done."""

import pytest

from kit import ledger
from tests.kit.ledger.books import TODAY, Books, Library, hold, moved

BANK = "(SELECT id FROM ledger_accounts WHERE code = 'bank')"


@pytest.fixture
async def busy(books: Books) -> Books:
    gift = moved("gifts", "bank", 100)
    await books.post(gift, moved("gifts", "bank", 50))
    await books.post(ledger.reverse(gift, effective_on=TODAY, key="undo", actor="tester", description="Undone"))
    async with books.session() as session:
        held = await ledger.place(session, hold("bank", 20))
        await ledger.post(session, moved("bank", "world", 5, hold=held))
    await books.roll_up()
    await books.post(moved("gifts", "bank", 3))
    assert await books.audit() == ()
    return books


@pytest.mark.parametrize(
    ("tampering", "promise"),
    [
        ("UPDATE ledger_postings SET amount = amount + 1 WHERE position = 2 AND line = 1", "sums to zero"),
        ("DELETE FROM ledger_postings WHERE position = 2", "two postings or more"),
        ("DELETE FROM ledger_entries WHERE position = 2", "belongs to an entry"),
        ("UPDATE ledger_postings SET effective_on = effective_on + 1 WHERE position = 2", "belongs to an entry"),
        ("UPDATE ledger_postings SET unit = 'RICE_G' WHERE position = 2", "account of its unit"),
        ("UPDATE ledger_postings SET account_id = gen_random_uuid() WHERE position = 2", "belongs to an entry"),
        ("UPDATE ledger_accounts SET closed_on = '2000-01-01' WHERE code = 'bank'", "account's days"),
        ("UPDATE ledger_postings SET amount = amount * 2 WHERE position = 3", "mirrors its entry"),
        ("UPDATE ledger_postings SET line = 3 - line + 10 WHERE position = 3", "mirrors its entry"),
        ("UPDATE ledger_rollups SET amount = amount + 1", "equals the postings that it folded"),
        ("DELETE FROM ledger_rollups", "equals the postings that it folded"),
        ("UPDATE ledger_rollup_mark SET through = 1", "a balance equals the sum of its postings"),
        ("UPDATE ledger_holds SET amount = 1000, remaining = 995", "covers its holds"),
        ("UPDATE ledger_holds SET remaining = 1", "what remains and what was released"),
        ("UPDATE ledger_releases SET amount = 6", "spending of its entry"),
        ("UPDATE ledger_entries SET description = 'Theft' WHERE position = 2", "first used for"),
        ("UPDATE ledger_postings SET amount = amount * 2 WHERE position = 2", "first used for"),
    ],
)
async def test_tampering_is_found(busy: Books, library: Library, tampering: str, promise: str) -> None:
    await library.admin("SET session_replication_role = replica", tampering, database=busy.database)
    found = await busy.audit()
    assert any(promise in finding.promise for finding in found), found
    assert all(finding.subject for finding in found)


async def test_findings_say_whether_the_books_are_sound(busy: Books) -> None:
    async with busy.session() as session:
        findings = await ledger.audit(session)
    assert findings.clean
    assert list(findings) == []
