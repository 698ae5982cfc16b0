"""The fund's own promises about its books, beside those that the ledger keeps for itself."""

from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kit import ledger
from services.funds.books.schemas import Finding, Findings

_LISTED: Final = 20

_PROMISES: Final = {
    "a donation has the entry that it names, for its amount, campaign and day": """
        select d.id::text, d.reference from donations d
        where not exists (
            select from ledger_entries e join ledger_postings p using (position)
            join ledger_accounts a on a.id = p.account_id
            where e.id = d.entry_id and e.source = 'donation:' || d.id and e.effective_on = d.received_on
              and a.code = 'campaign/' || d.campaign_id || '/held/' || d.unit and p.amount = d.amount)
    """,
    "a reversed donation has the entry that reverses its own": """
        select r.donation_id::text, r.entry_id::text from donation_reversals r join donations d on d.id = r.donation_id
        where not exists (select from ledger_entries e where e.id = r.entry_id and e.reverses = d.entry_id)
    """,
    "a correction stands for a donation that was taken back for it": """
        select d.id::text, d.corrects::text from donations d join donation_reversals r on r.donation_id = d.corrects
        where r.kind <> 'correction'
        union all
        select r.donation_id::text, 'not corrected' from donation_reversals r
        where r.kind = 'correction' and not exists (select from donations d where d.corrects = r.donation_id)
    """,
    "a paid refund took its donation back": """
        select f.id::text, f.state from donation_refunds f
        where (f.state = 'paid') <> exists (
            select from donation_reversals r where r.refund_id = f.id and r.donation_id = f.donation_id)
    """,
    "a donor points where an approved merge says": """
        select d.id::text, coalesce(d.merged_into::text, 'nowhere') from donors d
        left join donor_merges m on m.duplicate_id = d.id and m.state = 'merged'
        where d.merged_into is distinct from m.survivor_id
    """,
    "receipts are numbered without gaps, and none stands for a donation that was taken back": """
        select r.book || ' ' || r.year, max(r.number)::text || ' is the last of ' || count(*)
        from receipts r group by r.book, r.year having max(r.number) <> count(*)
        union all
        select r.code, r.state from receipts r join donation_reversals v on v.donation_id = r.donation_id
        where r.state = 'valid'
    """,
    "an approved line has the entry that it names, for all it gives": """
        select l.id::text, l.reference from round_lines l join rounds r on r.id = l.round_id
        where r.state = 'approved' and (coalesce(l.money, 0), coalesce(l.rice_g, 0)) <> (
            select coalesce(sum(p.amount) filter (where a.code = 'campaign/' || l.campaign_id || '/given/VND'), 0),
                   coalesce(sum(p.amount) filter (where a.code = 'campaign/' || l.campaign_id || '/given/RICE_G'), 0)
            from ledger_entries e join ledger_postings p using (position) join ledger_accounts a on a.id = p.account_id
            where e.id = l.entry_id and e.source = 'support:' || l.id and e.effective_on = r.given_on)
    """,
    "nothing is given before it is approved": """
        select l.id::text, r.state from round_lines l join rounds r on r.id = l.round_id
        join ledger_entries e on e.id = l.entry_id where r.state <> 'approved'
    """,
    "an entry comes from a donation, its reversal, or an approved line": """
        select e.id::text, e.source from ledger_entries e
        where not exists (select from donations d where d.entry_id = e.id)
          and not exists (select from donation_reversals r where r.entry_id = e.id)
          and not exists (select from round_lines l where l.entry_id = e.id)
    """,
    "what a campaign holds is what it received less what it gave": """
        select c.id::text || ' ' || u.code, s.held::text
        from campaigns c cross join ledger_units u
        cross join lateral (
            select coalesce(sum(b.balance) filter (where n.account = 'held'), 0) as held,
                   coalesce(sum(b.balance) filter (where n.account = 'received'), 0)
                   - coalesce(sum(b.balance) filter (where n.account = 'given'), 0) as due
            from (values ('held'), ('received'), ('given')) n (account)
            left join ledger_balances b on b.code = 'campaign/' || c.id || '/' || n.account || '/' || u.code) s
        where s.held <> s.due
    """,
    "a round has a line": """
        select r.id::text, r.state from rounds r where not exists (select from round_lines l where l.round_id = r.id)
    """,
}
_STATEMENTS: Final = {promise: text(f"{check} limit {_LISTED}") for promise, check in _PROMISES.items()}


async def audit(session: AsyncSession) -> Findings:
    """Recompute the ledger's promises and our own; reads everything, at most twenty findings for each promise."""
    found = [
        Finding(promise=broken.promise, subject=broken.subject, found=broken.found)
        for broken in await ledger.audit(session)
    ]
    for promise, statement in _STATEMENTS.items():
        rows = await session.execute(statement)
        found += [Finding(promise=promise, subject=subject, found=seen) for subject, seen in rows]
    return Findings(clean=not found, findings=found)
