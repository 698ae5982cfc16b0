"""One household from registration to its page with everything it received, through the gateway and real processes."""

import itertools
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest

from tests.running import Platform, eventually

SignIn = Callable[..., Awaitable[httpx2.AsyncClient]]
CHIENG_CHUNG_OFFICER, ELSEWHERE_OFFICER = "commune-officer:04117", "commune-officer:04105"


@pytest.fixture
def key() -> Callable[[], dict[str, str]]:
    numbers = itertools.count()
    return lambda: {"Idempotency-Key": f"journey-story-{next(numbers):04}"}


def _made(answer: httpx2.Response) -> dict[str, Any]:
    assert answer.status_code in {200, 201}, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def _household(officer: httpx2.AsyncClient, key: Callable[[], dict[str, str]]) -> dict[str, Any]:
    """Register four people in Chiềng Chung, a commune until 30 June 2025, and put them on its list of the poor."""
    areas = (await officer.get("/v1/beneficiaries/areas", params={"as_of": "2024-01-01", "level": "commune"})).json()
    while not (found := [area for area in areas["items"] if area["code"] == "04129"]):
        areas = (
            await officer.get(
                "/v1/beneficiaries/areas",
                params={"as_of": "2024-01-01", "level": "commune", "cursor": areas["next"]},
            )
        ).json()
    members = [
        {"full_name": name, "sex": sex, "birth_date": born, "relation": relation, "ethnicity": "03"}
        for name, sex, born, relation in (
            ("Lò Thị Đôi", "female", "1980-05-01", "head"),
            ("Cà Văn Inh", "male", "1978-02-01", "spouse"),
            ("Cà Thị Mai", "female", "2005-09-01", "child"),
            ("Cà Văn Sơn", "male", "2009-03-01", "child"),
        )
    ]
    body = {"area_id": found[0]["id"], "village": "Bản Xum", "registered_on": "2021-02-01", "members": members}
    household = _made(await officer.post("/v1/beneficiaries/households", json=body, headers=key()))
    decision = {"status": "poor", "valid_from": "2022-01-01", "decision_number": "12/QĐ-UBND"}
    place = f"/v1/beneficiaries/households/{household['id']}/poverty-statuses"
    _made(await officer.post(place, json=decision, headers=key()))
    return household


async def test_a_household_receives_support_from_two_services_and_reads_it_on_one_page(
    platform: Platform, signed_in: SignIn, key: Callable[[], dict[str, str]]
) -> None:
    officer, admin, treasurer, approver, credit, second, nobody = [
        await signed_in(login)
        for login in (
            CHIENG_CHUNG_OFFICER,
            "district-admin",
            "treasurer",
            "fund-approver",
            "credit-officer",
            "credit-officer-2",
            None,
        )
    ]
    household = await _household(officer, key)

    campaign = _made(
        await admin.post(
            "/v1/funds/campaigns",
            json={"name": "Tết vì người nghèo 2024", "purpose": "Quà và gạo dịp Tết", "opens_on": "2023-11-01"},
            headers=key(),
        )
    )
    for value in ({"amount": 5_000_000, "currency": "VND"}, {"quantity": "500.000", "unit": "kg"}):
        gift = {"campaign_id": campaign["id"], "value": value, "received_on": "2024-01-10"}
        _made(await treasurer.post("/v1/funds/donations", json=gift, headers=key()))

    terms = {"campaign_id": campaign["id"], "on": "2024-02-05", "households": [household["id"]]}
    for terms_of_kind in (
        {"kind": "gift", "occasion": "tet-2024", "money": {"amount": 1_000_000, "currency": "VND"}},
        {"kind": "rice", "occasion": "tet-2024-rice", "months": 1},
    ):
        proposal = _made(await treasurer.post("/v1/funds/rounds", json=terms | terms_of_kind, headers=key()))
        place = f"/v1/funds/rounds/{proposal['id']}/approval"
        own = await treasurer.post(place, json={}, headers=key())
        assert own.status_code == 403, "nobody approves their own proposal"
        assert _made(await approver.post(place, headers=key()))["state"] == "approved"

    programmes = (await nobody.get("/v1/loans/programmes")).json()["items"]
    poor = next(programme for programme in programmes if programme["code"] == "poor")
    application = _made(
        await credit.post(
            "/v1/loans/applications",
            json={
                "household_id": household["id"],
                "programme_id": poor["id"],
                "amount": {"amount": 50_000_000, "currency": "VND"},
                "term_months": 36,
                "purpose": "Bò giống",
                "applied_on": "2024-03-01",
            },
            headers=key(),
        )
    )
    assert application["state"] == "eligible"
    place = f"/v1/loans/applications/{application['id']}"
    assert (await credit.post(f"{place}/approval", json={}, headers=key())).status_code in {403, 409}
    _made(await second.post(f"{place}/approval", json={"on": "2024-03-05"}, headers=key()))
    loan = _made(await credit.post(f"{place}/disbursement", json={"on": "2024-03-10"}, headers=key()))
    repayment = {"on": "2024-04-10", "amount": {"amount": 280_274, "currency": "VND"}}
    _made(await credit.post(f"/v1/loans/loans/{loan['id']}/repayments", json=repayment, headers=key()))

    async def page() -> dict[str, Any]:
        return (await officer.get(f"/v1/beneficiaries/households/{household['id']}/support")).json()

    support = await eventually(page, lambda told: {item["kind"] for item in told["items"]} >= {"gift", "rice", "loan"})
    values = {item["kind"]: item["values"] for item in support["items"]}
    assert values["gift"] == [{"amount": 1_000_000, "currency": "VND"}]
    assert values["rice"] == [{"quantity": "60.000", "unit": "kg"}], "15 kg for each of four people"
    assert values["loan"] == [{"amount": 50_000_000, "currency": "VND"}]

    stranger = await signed_in(ELSEWHERE_OFFICER)
    assert (await stranger.get(f"/v1/beneficiaries/households/{household['id']}/support")).status_code == 404

    account = await nobody.get(f"/v1/funds/campaigns/{campaign['id']}/account")
    assert account.status_code == 200
    assert household["id"] not in account.text
    assert "Lò Thị Đôi" not in account.text

    impact = (await nobody.get("/v1/impact", params={"from": "2024-01-01", "to": "2024-12-31"})).json()
    assert impact["missing"] == []
    rows = {row["row"]: row for row in impact["rows"]}
    assert rows["gift_value"]["value"] == 1_000_000
    assert rows["rice_households"]["suppressed"], "fewer than five households are not told to the public"

    with platform.without("loans"):
        partly = (await nobody.get("/v1/impact", params={"from": "2024-01-01", "to": "2024-12-31"})).json()
    assert [missing["service"] for missing in partly["missing"]] == ["loans"]
    assert {row["service"] for row in partly["rows"]} == {"beneficiaries", "funds"}
