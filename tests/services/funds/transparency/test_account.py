from typing import Any

PATH = "/v1/funds/campaigns"


def _account(campaign: dict[str, Any]) -> str:
    return f"{PATH}/{campaign['id']}/account"


async def test_anybody_reads_what_was_received_given_and_is_left(fund: Any, village: Any) -> None:
    campaign = await fund.campaign()
    await fund.given(campaign, value={"amount": 1_000_000})
    await fund.given(campaign, value={"quantity": "80.5", "unit": "kg"})
    await fund.given(campaign, value={"quantity": "3.5", "unit": "person-day"})
    gift = {"rice": {"quantity": "10", "unit": "kg"}}
    await fund.approved(await fund.proposed(campaign, await village(5), **gift))
    answer = await fund.nobody.get(_account(campaign))
    assert answer.status_code == 200, answer.text
    account = answer.json()
    nothing = {"quantity": "0.0", "unit": "person-day"}
    assert account["received"] == {
        "money": {"amount": 1_000_000, "currency": "VND"},
        "rice": {"quantity": "80.500", "unit": "kg"},
        "labour": {"quantity": "3.5", "unit": "person-day"},
    }
    assert account["given"] == {
        "money": {"amount": 500_000, "currency": "VND"},
        "rice": {"quantity": "50.000", "unit": "kg"},
        "labour": nothing,
    }
    assert account["held"]["rice"] == {"quantity": "30.500", "unit": "kg"}
    assert (account["donation_count"], account["use_count"]) == (3, 1)
    assert (account["households_reached"], account["households_suppressed"]) == (5, False)
    assert account["uses"] == [
        {
            "kind": "gift",
            "occasion": "tet-2024",
            "on": "2024-02-05",
            "values": [{"amount": 500_000, "currency": "VND"}, {"quantity": "50.000", "unit": "kg"}],
        }
    ]


async def test_one_to_four_households_are_not_counted_out_loud(fund: Any, village: Any) -> None:
    campaign = await fund.campaign()
    await fund.given(campaign, value={"amount": 1_000_000})
    households = await village(4)
    before = (await fund.nobody.get(_account(campaign))).json()
    assert (before["households_reached"], before["households_suppressed"]) == (0, False)
    await fund.approved(await fund.proposed(campaign, households))
    await fund.approved(await fund.proposed(campaign, households[:2], occasion="le-2-9"))
    after = (await fund.nobody.get(_account(campaign))).json()
    assert (after["households_reached"], after["households_suppressed"]) == (None, True)


async def test_no_household_no_area_and_no_staff_stand_in_the_account(fund: Any, village: Any) -> None:
    campaign = await fund.campaign()
    await fund.given(campaign, value={"amount": 1_000_000})
    households = await village(5)
    made = await fund.approved(await fund.proposed(campaign, households))
    lines = (await fund.auditor.get(f"/v1/funds/rounds/{made['id']}/lines")).json()["items"]
    shown = (await fund.nobody.get(_account(campaign))).text
    private = [*households, *(line["reference"] for line in lines), *(line["area_id"] for line in lines), made["id"]]
    for secret in (*private, "treasurer", "fund-approver"):
        assert secret not in shown


async def test_only_approved_rounds_are_uses(fund: Any, village: Any) -> None:
    campaign = await fund.campaign()
    await fund.given(campaign, value={"amount": 1_000_000})
    await fund.proposed(campaign, await village(1))
    account = (await fund.nobody.get(_account(campaign))).json()
    assert (account["uses"], account["households_reached"]) == ([], 0)


async def test_donors_are_shown_as_they_chose(fund: Any) -> None:
    campaign = await fund.campaign()
    named = await fund.person(name="Nguyễn Thị Hoa", named=True)
    shy = await fund.person(name="Trần Văn Kín", named=False)
    box = await fund.person(kind="anonymous", name=None, named=False)
    for number, donor in enumerate([named["id"], shy["id"], box["id"], None]):
        await fund.given(campaign, donor_id=donor, received_on=f"2024-01-0{number + 1}")
    answer = await fund.nobody.get(f"{_account(campaign)}/donations")
    assert [gift["donor"] for gift in answer.json()["items"]] == [None, None, None, "Nguyễn Thị Hoa"]
    assert "Kín" not in answer.text
    await fund.treasurer.patch(f"/v1/funds/donors/{named['id']}", json={"named": False}, headers={"If-Match": '"1"'})
    assert "Hoa" not in (await fund.nobody.get(_account(campaign))).text


async def test_a_donor_finds_their_gift_by_its_reference_however_it_was_copied(fund: Any) -> None:
    campaign = await fund.campaign()
    await fund.given(campaign)
    mine = await fund.given(campaign, value={"amount": 77_000})
    path = f"{_account(campaign)}/donations"
    copied = mine["reference"].lower().replace("0", "o").replace("1", "l")
    for reference in (mine["reference"], copied):
        found = (await fund.nobody.get(path, params={"reference": reference})).json()["items"]
        assert [gift["value"]["amount"] for gift in found] == [77_000]
    for wrong in ("DN-0000000000", "GT-AAAAAAAAAA", "x"):
        assert (await fund.nobody.get(path, params={"reference": wrong})).json()["items"] == []


async def test_a_reversed_gift_stays_visible_and_no_longer_counts(fund: Any) -> None:
    campaign = await fund.campaign()
    gift = await fund.given(campaign)
    path = f"/v1/funds/donations/{gift['id']}/reversal"
    await fund.treasurer.post(path, json={"reason": "Nhầm"}, headers=fund.new_key())
    account = (await fund.nobody.get(_account(campaign))).json()
    assert account["donation_count"] == 0
    assert account["received"]["money"]["amount"] == 0
    assert [(shown["reference"], shown["reversed"]) for shown in account["donations"]["items"]] == [
        (gift["reference"], True)
    ]


async def test_donations_continue_from_the_accounts_first_page(fund: Any) -> None:
    campaign = await fund.campaign()
    for _ in range(22):
        await fund.given(campaign)
    first = (await fund.nobody.get(_account(campaign))).json()["donations"]
    rest = await fund.nobody.get(f"{_account(campaign)}/donations", params={"cursor": first["next"]})
    assert (len(first["items"]), len(rest.json()["items"])) == (20, 2)
    references = {gift["reference"] for gift in first["items"] + rest.json()["items"]}
    assert len(references) == 22


async def test_an_unchanged_account_is_not_sent_twice(fund: Any) -> None:
    campaign = await fund.campaign()
    first = await fund.nobody.get(_account(campaign))
    same = await fund.nobody.get(_account(campaign), headers={"If-None-Match": first.headers["ETag"]})
    assert same.status_code == 304
    await fund.given(campaign)
    changed = await fund.nobody.get(_account(campaign), headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200


async def test_an_account_takes_the_same_statements_whatever_its_length(
    fund: Any, village: Any, statements: Any
) -> None:
    campaign = await fund.campaign()
    await fund.given(campaign, value={"amount": 5_000_000})
    with statements(fund.service) as few:
        await fund.nobody.get(_account(campaign))
    households = await village(5)
    for occasion in ("a", "b", "c"):
        await fund.approved(await fund.proposed(campaign, households, occasion=occasion))
    with statements(fund.service) as many:
        await fund.nobody.get(_account(campaign))
    assert len(few) == len(many) == 6


async def test_an_unknown_campaign_has_no_account(fund: Any) -> None:
    missing = {"id": "0192f0c1-7a3e-7cc1-9d53-2f6b0a4c8e11"}
    for path in (_account(missing), f"{_account(missing)}/donations"):
        assert (await fund.nobody.get(path)).json()["code"] == "campaign-not-found"
