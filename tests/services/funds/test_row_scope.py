"""The runtime role itself, without our code: what it reaches, and what it can never do."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

_TABLES = ("donors", "donations", "donation_reversals", "rounds", "round_lines", "donor_merges", "donation_refunds")


@pytest.fixture
async def history(fund: Any, village: Any) -> dict[str, Any]:
    """One donor with a login, three gifts, a reversal, an approved and a proposed round."""
    campaign = await fund.campaign()
    me = await fund.person(subject="donor", named=False, name="Trần Văn Kín")
    mine = await fund.given(campaign, donor_id=me["id"], value={"amount": 500_000})
    await fund.given(campaign)
    wrong = await fund.given(campaign)
    await fund.treasurer.post(
        f"/v1/funds/donations/{wrong['id']}/reversal", json={"reason": "Nhầm"}, headers=fund.new_key()
    )
    households = await village(2)
    await fund.approved(await fund.proposed(campaign, households))
    await fund.proposed(campaign, households, kind="rice")
    return {"mine": mine["id"], "campaign": campaign["id"]}


@pytest.fixture
async def runtime(fund: Any, history: dict[str, Any]) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(fund.service.runtime_url)
    yield connection
    await connection.close()


async def _as(runtime: asyncpg.Connection, reach: str, subject: str = "") -> None:
    await runtime.execute(
        "select set_config('app.reach', $1, false), set_config('app.subject', $2, false)", reach, subject
    )


@pytest.mark.parametrize("reach", [None, "none", "area", "bank", ""])
async def test_without_a_scope_there_are_no_rows(runtime: Any, reach: str | None) -> None:
    if reach is not None:
        await _as(runtime, reach, "donor")
    for table in _TABLES:
        assert await runtime.fetchval(f"select count(*) from {table}") == 0, table
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await runtime.execute("insert into donors (id, kind, named) values (gen_random_uuid(), 'anonymous', false)")


async def test_a_donor_reaches_their_own_gifts_and_nothing_of_households(runtime: Any, history: Any) -> None:
    await _as(runtime, "own", "donor")
    assert [str(row["id"]) for row in await runtime.fetch("select id from donations")] == [history["mine"]]
    assert await runtime.fetchval("select count(*) from donors") == 1
    assert await runtime.fetchval("select count(*) from donation_reversals") == 0
    assert await runtime.fetchval("select count(*) from round_lines") == 0
    await _as(runtime, "own", "")
    assert await runtime.fetchval("select count(*) from donations") == 0


async def test_a_donor_changes_nothing(runtime: Any) -> None:
    await _as(runtime, "own", "donor")
    assert await runtime.execute("update donors set name = 'x'") == "UPDATE 0"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await runtime.execute("insert into donors (id, kind, named) values (gen_random_uuid(), 'anonymous', false)")


@pytest.mark.parametrize(
    "statement",
    [
        "update donations set amount = 1",
        "delete from donations",
        "truncate donations",
        "update donation_reversals set reason = 'x'",
        "delete from donation_reversals",
        "update donors set merged_into = id",
        "update donor_merges set survivor_id = duplicate_id",
        "delete from donor_merges",
        "update donation_refunds set donation_id = id",
        "delete from donation_refunds",
        "update rounds set occasion = 'other'",
        "update rounds set proposed_by = 'somebody'",
        "delete from rounds",
        "update round_lines set money = 1",
        "update round_lines set live = false",
        "delete from round_lines",
        "insert into ledger_entries select * from ledger_entries",
        "insert into ledger_postings select * from ledger_postings",
        "update ledger_postings set amount = 0",
        "delete from ledger_entries",
        "truncate ledger_entries",
        "update audit_log set actor = 'x'",
        "alter table donations disable trigger all",
        "alter table donors no force row level security",
        "drop view public_donations",
        "create policy mine on donors using (true)",
        "set role funds_owner",
        "set session_replication_role = replica",
    ],
)
async def test_the_runtime_role_cannot_rewrite_history_even_with_full_reach(runtime: Any, statement: str) -> None:
    await _as(runtime, "all", "treasurer")
    with pytest.raises(asyncpg.PostgresError):
        await runtime.execute(statement)


@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        (
            "update rounds set state = 'approved', decided_by = 'treasurer', decided_at = now() where state = 'proposed'",
            "ck_rounds_second_person",
        ),
        (
            "update rounds set state = 'proposed', decided_by = null, decided_at = null where state = 'approved'",
            "decided, once",
        ),
        ("update rounds set state = 'rejected', reason = 'x' where state = 'approved'", "decided, once"),
        ("update rounds set state = 'approved' where state = 'proposed'", "ck_rounds_decided"),
    ],
)
async def test_a_decision_needs_a_second_person_and_stands(runtime: Any, statement: str, refusal: str) -> None:
    await _as(runtime, "all", "treasurer")
    with pytest.raises(asyncpg.IntegrityConstraintViolationError, match=refusal):
        await runtime.execute(statement)


async def test_an_unbalanced_entry_is_refused_to_direct_sql(runtime: Any, history: Any) -> None:
    await _as(runtime, "all", "treasurer")
    with pytest.raises(asyncpg.PostgresError, match="sum to zero"):
        await runtime.execute(
            "select ledger_post(array[gen_random_uuid()], array[date '2024-01-01'], array['x'], array['x'],"
            " array[null::uuid], array[null::uuid], array['forged'], array['x'], array[jsonb_build_array("
            "jsonb_build_array($1::text, 5, 'VND'))])",
            f"campaign/{history['campaign']}/held/VND",
        )


async def test_the_public_views_show_public_columns_whoever_looks(runtime: Any) -> None:
    await _as(runtime, "none")
    donations = await runtime.fetch("select * from public_donations")
    assert len(donations) == 3
    assert set(donations[0].keys()) == {
        "id",
        "reference",
        "campaign_id",
        "unit",
        "amount",
        "received_on",
        "donor",
        "reversed",
        "on_behalf_of",
    }
    assert all(row["donor"] is None for row in donations)
    uses = await runtime.fetch("select * from public_uses")
    assert len(uses) == 1
    assert set(uses[0].keys()) == {"id", "campaign_id", "kind", "occasion", "given_on", "money", "rice_g"}


async def test_the_public_functions_give_no_household_away(runtime: Any, history: Any) -> None:
    await _as(runtime, "none")
    assert await runtime.fetchval("select public_households_reached($1::uuid)", history["campaign"]) is None
    row = await runtime.fetchrow("select * from impact_figures('2000-01-01', '2100-01-01', '{}', '{}')")
    assert "household_id" not in row.keys()  # noqa: SIM118 - a record is no mapping


async def test_a_line_cannot_drift_from_its_round(runtime: Any) -> None:
    await _as(runtime, "all", "treasurer")
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await runtime.execute(
            "insert into round_lines select gen_random_uuid(), round_id, campaign_id, kind, 'another', live,"
            " household_id, area_id, members, money, rice_g, 'GT-X', gen_random_uuid() from round_lines limit 1"
        )
