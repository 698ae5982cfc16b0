"""The books recomputed from their postings, trusting nothing that the hot path relied on."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_LISTED = 20
"""Findings per check: enough to start looking."""

_CHECKS = {
    "an entry sums to zero in each unit": """
        SELECT p.position::text || ' ' || p.unit, sum(p.amount)::text FROM ledger_postings p
        GROUP BY p.position, p.unit HAVING sum(p.amount) <> 0
    """,
    "an entry has two postings or more": """
        SELECT e.id::text, count(p.position)::text
        FROM ledger_entries e LEFT JOIN ledger_postings p USING (position)
        GROUP BY e.id HAVING count(p.position) < 2
    """,
    "a posting belongs to an entry of its dates and to an account of its unit": """
        SELECT p.position::text || '/' || p.line, coalesce(a.code, p.account_id::text)
        FROM ledger_postings p
        LEFT JOIN ledger_entries e USING (position)
        LEFT JOIN ledger_accounts a ON a.id = p.account_id
        WHERE e.id IS NULL OR a.id IS NULL OR a.unit <> p.unit
           OR e.effective_on <> p.effective_on OR e.recorded_at <> p.recorded_at
    """,
    "a posting lies within its account's days": """
        SELECT p.position::text || '/' || p.line, a.code
        FROM ledger_postings p JOIN ledger_accounts a ON a.id = p.account_id
        WHERE p.effective_on < a.opened_on OR p.effective_on > a.closed_on
    """,
    "a reversal mirrors its entry, which has no other": """
        SELECT o.id::text, string_agg(e.id::text, ' ')
        FROM ledger_entries e JOIN ledger_entries o ON o.id = e.reverses
        GROUP BY o.id, o.position, o.effective_on
        HAVING count(*) > 1 OR min(e.effective_on) < o.effective_on OR EXISTS (
            SELECT FROM ledger_postings p
            FULL JOIN (SELECT m.* FROM ledger_postings m WHERE m.position = min(e.position)) m
              ON m.account_id = p.account_id AND m.line = p.line AND m.amount = -p.amount
            WHERE (p.position = o.position OR p.position IS NULL) AND (p.position IS NULL OR m.position IS NULL))
    """,
    "a roll-up equals the postings that it folded": """
        SELECT coalesce(r.account_id, p.account_id)::text || ' ' || coalesce(r.effective_on, p.effective_on),
               coalesce(r.amount, 0)::text || ' rolled, ' || coalesce(p.amount, 0)::text || ' posted'
        FROM ledger_rollups r
        FULL JOIN (SELECT q.account_id, q.effective_on, sum(q.amount) AS amount FROM ledger_postings q
                   WHERE q.position <= (SELECT m.through FROM ledger_rollup_mark m)
                   GROUP BY q.account_id, q.effective_on) p USING (account_id, effective_on)
        WHERE coalesce(r.amount, 0) <> coalesce(p.amount, 0)
    """,
    "a balance equals the sum of its postings": """
        SELECT b.code, b.balance::text || ' shown, ' || s.amount::text || ' posted'
        FROM ledger_balances b CROSS JOIN LATERAL (
            SELECT coalesce(sum(p.amount), 0) * CASE b.normal_side WHEN 'debit' THEN 1 ELSE -1 END AS amount
            FROM ledger_postings p WHERE p.account_id = b.id) s
        WHERE b.balance <> s.amount
    """,
    "an account with a floor covers its holds": """
        SELECT b.code, b.balance::text || ' with ' || b.held::text || ' held' FROM ledger_balances b
        WHERE NOT b.may_go_negative AND b.balance < b.held
    """,
    "a hold is what remains and what was released": """
        SELECT h.id::text, h.amount::text || ' held, ' || h.remaining::text || ' left' FROM ledger_holds h
        LEFT JOIN ledger_releases r ON r.hold_id = h.id
        GROUP BY h.id HAVING h.amount <> h.remaining + coalesce(sum(r.amount), 0)
    """,
    "a posted release is the spending of its entry": """
        SELECT r.id::text, r.amount::text FROM ledger_releases r JOIN ledger_holds h ON h.id = r.hold_id
        JOIN ledger_accounts a ON a.id = h.account_id LEFT JOIN ledger_entries e ON e.id = r.entry_id
        LEFT JOIN ledger_postings p ON p.position = e.position AND p.account_id = h.account_id
        WHERE r.kind = 'posted'
        GROUP BY r.id, r.amount, a.normal_side, e.hold_id, h.id
        HAVING e.hold_id IS DISTINCT FROM h.id
            OR coalesce(sum(p.amount), 0) * CASE a.normal_side WHEN 'debit' THEN -1 ELSE 1 END <> r.amount
    """,
    "an entry is what its key was first used for": """
        SELECT e.id::text, e.key FROM ledger_entries e
        CROSS JOIN LATERAL (
            SELECT jsonb_agg(jsonb_build_array(a.code, p.amount, p.unit) ORDER BY p.line) AS legs
            FROM ledger_postings p JOIN ledger_accounts a ON a.id = p.account_id WHERE p.position = e.position) l
        WHERE e.fingerprint <> sha256(convert_to(jsonb_build_array(
            e.effective_on, e.description, e.source, e.reverses, e.hold_id, l.legs)::text, 'UTF8'))
    """,
}
_STATEMENTS = {promise: text(f"{check} LIMIT {_LISTED}") for promise, check in _CHECKS.items()}


@dataclass(frozen=True, slots=True)
class Finding:
    """A broken promise: which, of what, and what was found instead."""

    promise: str
    subject: str
    found: str


@dataclass(frozen=True, slots=True)
class Findings:
    """At most twenty per promise; none in sound books."""

    broken: tuple[Finding, ...]

    @property
    def clean(self) -> bool:
        return not self.broken

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.broken)


async def audit(session: AsyncSession) -> Findings:
    """Recompute every entry, reversal, roll-up, balance and hold. Reads the whole journal: not for the hot path.

    Each promise is one statement and holds at any moment, so postings may go on meanwhile.
    """
    broken: list[Finding] = []
    for promise, statement in _STATEMENTS.items():
        rows = await session.execute(statement)
        broken += [Finding(promise, subject, found) for subject, found in rows]
    return Findings(tuple(broken))
