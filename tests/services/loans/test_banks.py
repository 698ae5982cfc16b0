"""A partner bank sees and moves its own loans, by a token bound to its key, and no others: kept by the database."""

from typing import Any
from uuid import uuid4

import asyncpg
import httpx2
import pytest

from local.issuer.proofs import dpop_proof, new_proof_key
from services.loans.app import create_app
from tests.conftest import GATEWAY, Proving
from tests.services.loans.conftest import days_ago
from tests.services.loans.loans.conftest import approved, lent, pay

__all__ = ["approved", "lent", "pay"]

OURS, THEIRS = "partner-bank:vbsp", "partner-bank:agri"
MILLION = 1_000_000
_TABLES = ("loans", "repayments", "repayment_allocations", "loan_applications", "status_snapshots")
_ROWS = {table: f"select 1 from {table}" for table in _TABLES}


async def test_a_bank_takes_an_approved_application_pays_it_out_and_reports_a_repayment(
    bank: Any, approved: Any, pay: Any
) -> None:
    application = await approved()
    path = f"/applications/{application['id']}"
    seen = await bank.get(path, OURS)
    assert seen.status_code == 200, seen.text
    assert (seen.json()["state"], seen.json()["snapshot"]) == ("approved", None)
    paid_out = await bank.post(f"{path}/disbursement", {"on": days_ago(390)}, OURS)
    assert paid_out.status_code == 201, paid_out.text
    loan = paid_out.json()
    repaid = await pay(loan, days_ago(380), 1 * MILLION, OURS)
    assert repaid.status_code == 201, repaid.text
    assert (await bank.get(f"/loans/{loan['id']}/schedule", OURS)).status_code == 200
    events = (await bank.get("/events", OURS)).json()
    assert [event["type"] for event in events["items"]] == ["loan.approved", "loan.disbursed", "repayment.recorded"]
    more = (await bank.get("/events", OURS, cursor=events["next_cursor"])).json()
    assert (more["items"], more["has_more"]) == ([], False)
    only = (await bank.get("/events", OURS, type="repayment.*", limit=1)).json()
    assert [event["data"]["loan_id"] for event in only["items"]] == [loan["id"]]
    assert (await bank.get("/audit", "auditor")).json()["clean"] is True


async def test_another_banks_loan_is_not_there_by_id_list_filter_events_or_write(
    bank: Any, approved: Any, lent: Any, pay: Any
) -> None:
    loan, application = await lent(), await approved()
    assert (await pay(loan, days_ago(390), 1 * MILLION)).status_code == 201
    for path in (
        f"/loans/{loan['id']}",
        f"/loans/{loan['id']}/schedule",
        f"/loans/{loan['id']}/repayments",
        f"/applications/{application['id']}",
        f"/applications/{loan['application_id']}",
    ):
        assert (await bank.get(path, THEIRS)).status_code == 404
        assert (await bank.get(path, OURS)).status_code == 200
    for path in ("/loans", "/applications"):
        for query in ({}, {"bank": "vbsp"}, {"household_id": loan["household_id"]}):
            assert (await bank.get(path, THEIRS, **query)).json()["items"] == []
            assert (await bank.get(path, OURS, **query)).json()["items"] != []
    assert (await bank.get("/events", THEIRS)).json()["items"] == []
    assert (await pay(loan, days_ago(380), 1 * MILLION, THEIRS)).json()["code"] == "loan-not-found"
    path = f"/applications/{application['id']}/disbursement"
    assert (await bank.post(path, {"on": days_ago(1)}, THEIRS)).json()["code"] == "application-not-found"
    theirs = await bank.post(path, {"on": days_ago(1), "bank": "agri"}, THEIRS)
    assert theirs.status_code == 404


async def test_a_bank_does_not_see_an_application_before_it_is_approved(bank: Any, approved: Any) -> None:
    made = await bank.post(
        "/applications",
        {
            "household_id": str(bank.registry.household("poor")),
            "programme_id": (await approved())["programme_id"],
            "amount": {"amount": MILLION, "currency": "VND"},
            "term_months": 12,
            "purpose": "Seeds",
            "applied_on": days_ago(3),
        },
    )
    assert made.json()["state"] == "eligible"
    assert (await bank.get(f"/applications/{made.json()['id']}", OURS)).status_code == 404


async def test_a_bank_without_a_proof_is_refused_and_reaches_nothing(bank: Any, lent: Any) -> None:
    loan = await lent()
    service = bank.service
    plain = service.token(OURS)
    bound = Proving(service, OURS)
    url = f"{GATEWAY}/v1/loans/loans/{loan['id']}"
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(service.app), base_url=GATEWAY) as http:
        proof = dpop_proof(bound.key, "GET", url, bound.token)
        stranger = new_proof_key()
        for headers in (
            {"Authorization": f"Bearer {plain}"},
            {"Authorization": f"Bearer {bound.token}"},
            {"Authorization": f"DPoP {bound.token}"},
            {"Authorization": f"Bearer {bound.token}", "DPoP": proof},
            {"Authorization": f"DPoP {bound.token}", "DPoP": dpop_proof(stranger, "GET", url, bound.token)},
            {"Authorization": f"DPoP {bound.token}", "DPoP": dpop_proof(bound.key, "POST", url, bound.token)},
            {"Authorization": f"DPoP {bound.token}", "DPoP": dpop_proof(bound.key, "GET", url + "x", bound.token)},
            {"Authorization": f"DPoP {bound.token}", "DPoP": dpop_proof(bound.key, "GET", url, plain)},
            {"Authorization": f"DPoP {bound.token}", "DPoP": dpop_proof(bound.key, "GET", url, bound.token, now=1)},
        ):
            assert (await http.get(url, headers=headers)).status_code == 401
        good = {"Authorization": f"DPoP {bound.token}", "DPoP": dpop_proof(bound.key, "GET", url, bound.token)}
        assert (await http.get(url, headers=good)).status_code == 200


async def test_a_proof_is_good_once_also_at_another_process(bank: Any, lent: Any) -> None:
    loan = await lent()
    settings = bank.service.app.state.settings
    bound = Proving(bank.service, OURS)
    url = f"{GATEWAY}/v1/loans/loans/{loan['id']}"
    headers = {"Authorization": f"DPoP {bound.token}", "DPoP": dpop_proof(bound.key, "GET", url, bound.token)}
    second = create_app(settings)
    async with second.router.lifespan_context(second):
        answers = []
        for app in (bank.service.app, second, bank.service.app):
            async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=GATEWAY) as http:
                answers.append((await http.get(url, headers=headers)).status_code)
    assert answers == [200, 401, 401]


@pytest.mark.parametrize(
    ("reach", "bank_code", "rows"),
    [("all", "", 1), ("bank", "vbsp", 1), ("bank", "agri", 0), ("bank", "", 0), ("none", "", 0), ("own", "", 0)],
)
async def test_the_policies_hold_below_the_code(
    bank: Any, lent: Any, pay: Any, reach: str, bank_code: str, rows: int
) -> None:
    await pay(await lent(), days_ago(390), 1 * MILLION)
    connection = await asyncpg.connect(bank.service.runtime_url)
    try:
        async with connection.transaction():
            await connection.execute(
                "select set_config('app.reach', $1, true), set_config('app.bank', $2, true)", reach, bank_code
            )
            for table in ("loans", "repayments", "repayment_allocations", "loan_applications"):
                assert len(await connection.fetch(_ROWS[table])) == rows, table
            snapshots = await connection.fetch("select 1 from status_snapshots")
            assert len(snapshots) == (1 if reach == "all" else 0)
        for table in ("loans", "repayments", "status_snapshots", "loan_applications"):
            assert await connection.fetch(_ROWS[table]) == []
    finally:
        await connection.close()


async def test_a_bank_cannot_write_a_row_of_another_below_the_code(bank: Any, lent: Any) -> None:
    loan = await lent()
    connection = await asyncpg.connect(bank.service.runtime_url)
    try:
        await connection.execute("select set_config('app.reach', 'bank', false), set_config('app.bank', 'agri', false)")
        assert await connection.execute("update loans set version = 9") == "UPDATE 0"
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(
                "insert into repayments (id, reference, loan_id, bank, paid_on, amount, recorded_by)"
                " values ($1, 'RP-X', $2, 'vbsp', current_date, 1, 'x')",
                uuid4(),
                loan["id"],
            )
    finally:
        await connection.close()


async def test_who_may_pay_out_and_record(bank: Any, approved: Any, lent: Any, pay: Any) -> None:
    loan, application = await lent(), await approved()
    for login in ("auditor", "district-admin"):
        assert (await pay(loan, days_ago(390), 1000, login)).status_code == 403
        path = f"/applications/{application['id']}/disbursement"
        assert (await bank.post(path, {"on": days_ago(1)}, login)).status_code == 403
    for login in ("treasurer", "commune-officer:04105", "donor"):
        assert (await bank.get("/loans", login)).status_code == 403
        assert (await bank.get("/events", login)).status_code == 403
    assert (await bank.get("/loans", None)).status_code == 401
    assert (await bank.get("/events", "auditor")).status_code == 200


async def test_a_cursor_that_was_never_given_out_is_refused(bank: Any) -> None:
    for cursor in ("x", "AAAA", "%00", "%" * 32, "_" * 33):
        answer = await bank.get("/events", OURS, cursor=cursor)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
