from datetime import timedelta
from typing import Any

import pytest

from kit.values.dates import today
from kit.values.reference import read_reference

PATH = "/v1/funds/rounds"
STRANGER = "0192f0c1-7a3e-7cc1-9d53-2f6b0a4c8e11"


async def test_a_gift_round_lists_its_households_as_the_registry_knows_them(fund: Any, village: Any) -> None:
    first, second = await village(1, people=4), await village(1)
    made = await fund.proposed(await fund.campaign(), first + second, rice={"quantity": "10.000", "unit": "kg"})
    assert (made["state"], made["proposed_by"], made["decided_by"]) == ("proposed", "treasurer", None)
    assert made["total"] == {
        "households": 2,
        "people": 5,
        "money": {"amount": 200_000, "currency": "VND"},
        "rice": {"quantity": "20.000", "unit": "kg"},
    }
    lines = (await fund.auditor.get(f"{PATH}/{made['id']}/lines")).json()["items"]
    assert {line["household_id"]: line["members"] for line in lines} == {first[0]: 4, second[0]: 1}
    for line in lines:
        assert read_reference(line["reference"], "GT") == line["reference"]
        assert line["values"] == [
            {"amount": 100_000, "currency": "VND"},
            {"quantity": "10.000", "unit": "kg"},
        ]


async def test_rice_goes_by_people_and_months(fund: Any, village: Any) -> None:
    four, one = await village(1, people=4), await village(1)
    made = await fund.proposed(await fund.campaign(), four + one, kind="rice", months=2)
    assert made["per_person"] == {"quantity": "15.000", "unit": "kg"}
    assert made["total"]["rice"] == {"quantity": "150.000", "unit": "kg"}
    lines = (await fund.auditor.get(f"{PATH}/{made['id']}/lines")).json()["items"]
    assert {line["household_id"]: line["values"] for line in lines} == {
        four[0]: [{"quantity": "120.000", "unit": "kg"}],
        one[0]: [{"quantity": "30.000", "unit": "kg"}],
    }
    assert all(line["reference"].startswith("RC-") for line in lines)


async def test_a_proposal_spends_nothing(fund: Any, village: Any) -> None:
    campaign = await fund.campaign()
    await fund.given(campaign)
    await fund.proposed(campaign, await village(2))
    assert await fund.held(campaign) == 150_000
    assert await fund.service.sql("select from outbox_events where type = 'support.given'") == []


async def test_households_that_the_registry_does_not_know_are_pointed_at(fund: Any, village: Any) -> None:
    known = await village(1)
    answer = await fund.propose(await fund.campaign(), [*known, STRANGER])
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["code"] == "unknown-households"
    assert [error["pointer"] for error in problem["errors"]] == ["/households/1"]
    assert await fund.service.sql("select from rounds") == []


async def test_without_the_registry_nothing_is_written_and_a_later_try_is_asked_for(fund: Any, village: Any) -> None:
    households = await village(1)
    campaign = await fund.campaign()
    fund.service.app.state.wires.cut.add("registry.test")
    answer = await fund.propose(campaign, households)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.json()["code"] == "unavailable"
    assert await fund.service.sql("select from rounds") == []
    assert await fund.service.sql("select from idempotency_keys where status = 503") == []


async def test_a_proposal_already_answered_is_answered_again_while_the_registry_is_away(
    fund: Any, village: Any, new_key: Any
) -> None:
    households, key = await village(2), new_key()
    campaign = await fund.campaign()
    fund.new_key = lambda: key
    first = await fund.propose(campaign, households)
    fund.service.app.state.wires.cut.add("registry.test")
    again = await fund.propose(campaign, households)
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["Idempotency-Replayed"] == "true"
    other = await fund.propose(campaign, households[:1])
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-mismatch")


async def test_the_registry_is_asked_before_our_transaction_begins(fund: Any, village: Any) -> None:
    households = await village(1)
    campaign = await fund.campaign()
    registry = fund.service.app.state.wires.apps["registry.test"]
    open_meanwhile = []

    class Watched:
        async def handle_async_request(self, request: Any) -> Any:
            open_meanwhile.append(fund.service.app.state.database.engine.pool.checkedout())
            return await registry.handle_async_request(request)

    fund.service.app.state.wires.apps["registry.test"] = Watched()
    await fund.proposed(campaign, households)
    assert open_meanwhile == [0]


async def test_a_household_receives_once_per_occasion_kind_and_campaign(fund: Any, village: Any) -> None:
    households = await village(2)
    campaign = await fund.campaign()
    await fund.proposed(campaign, households[:1])
    again = await fund.propose(campaign, households[::-1])
    assert again.status_code == 409
    assert again.json()["code"] == "already-given"
    assert [error["pointer"] for error in again.json()["errors"]] == ["/households/1"]
    assert (await fund.propose(campaign, households, occasion="tet-2025")).status_code == 201
    assert (await fund.propose(campaign, households, kind="rice")).status_code == 201
    assert (await fund.propose(await fund.campaign(), households)).status_code == 201


async def test_the_database_itself_refuses_a_second_gift(fund: Any, village: Any) -> None:
    made = await fund.proposed(await fund.campaign(), await village(1))
    copy = (
        "insert into round_lines select gen_random_uuid(), round_id, campaign_id, kind, occasion, live, household_id,"
        " area_id, members, money, rice_g, 'GT-OTHER', gen_random_uuid() from round_lines where round_id = $1"
    )
    with pytest.raises(Exception, match="uq_round_lines_once"):
        await fund.service.sql(copy, made["id"])


async def test_a_rejected_round_makes_room_for_another(fund: Any, village: Any) -> None:
    households = await village(1)
    campaign = await fund.campaign()
    made = await fund.proposed(campaign, households)
    path = f"{PATH}/{made['id']}/rejection"
    answer = await fund.approver.post(path, json={"reason": "Đã chuyển đi"}, headers=fund.new_key())
    assert answer.status_code == 200
    assert (answer.json()["state"], answer.json()["reason"]) == ("rejected", "Đã chuyển đi")
    assert (await fund.approve(made)).json()["code"] == "round-decided"
    assert (await fund.propose(campaign, households)).status_code == 201


@pytest.mark.parametrize(
    "changes",
    [
        {"money": None},
        {"money": {"amount": 0}},
        {"households": []},
        {"households": [STRANGER, STRANGER]},
        {"households": ["x"]},
        {"occasion": "Tết 2024"},
        {"kind": "loan"},
        {"rice": {"quantity": "1.0", "unit": "person-day"}},
        {"kind": "rice", "months": 4},
        {"kind": "rice", "months": 0},
        {"kind": "rice", "per_person": {"quantity": "0", "unit": "kg"}},
        {"kind": "rice", "money": {"amount": 1}},
        {"more": 1},
    ],
)
async def test_a_proposal_that_makes_no_sense_is_refused(fund: Any, changes: dict[str, Any]) -> None:
    answer = await fund.propose(await fund.campaign(), changes.pop("households", [STRANGER]), **changes)
    assert answer.status_code == 422, answer.text


async def test_support_is_dated_within_the_life_of_its_campaign_and_not_ahead(fund: Any, village: Any) -> None:
    households = await village(1)
    campaign = await fund.campaign()
    early = await fund.propose(campaign, households, on="2023-10-16")
    assert (early.status_code, early.json()["code"]) == (409, "given-before-campaign")
    ahead = await fund.propose(campaign, households, on=(today() + timedelta(days=1)).isoformat())
    assert (ahead.status_code, ahead.json()["code"]) == (422, "given-in-the-future")
    assert (await fund.propose({"id": STRANGER}, households)).json()["code"] == "campaign-not-found"


@pytest.mark.parametrize("who", ["admin", "approver", "auditor", "donor"])
async def test_only_the_treasurer_proposes(fund: Any, who: str) -> None:
    body = {
        "kind": "gift",
        "campaign_id": STRANGER,
        "occasion": "a",
        "on": "2024-02-05",
        "households": [STRANGER],
        "money": {"amount": 1},
    }
    answer = await getattr(fund, who).post(PATH, json=body, headers=fund.new_key())
    assert answer.status_code == 403


async def test_rounds_and_lines_are_listed_in_two_statements(fund: Any, village: Any, statements: Any) -> None:
    campaign = await fund.campaign()
    households = await village(3)
    rounds = [
        await fund.proposed(campaign, households[:1], occasion="tet-2023"),
        await fund.proposed(campaign, households, occasion="tet-2024"),
    ]
    for path, length in ((PATH, 2), (f"{PATH}/{rounds[1]['id']}/lines", 3)):
        for limit in (1, length):
            with statements(fund.service) as seen:
                page = (await fund.auditor.get(path, params={"limit": limit})).json()
            assert len(page["items"]) == limit
            assert len(seen) == 2
            assert (page["next"] is None) == (limit == length)
    found = (
        await fund.auditor.get(PATH, params={"kind": "gift", "state": "proposed", "campaign": campaign["id"]})
    ).json()
    assert found["items"] == rounds[::-1]
    for path in (f"{PATH}/{STRANGER}", f"{PATH}/{STRANGER}/lines"):
        assert (await fund.auditor.get(path)).json()["code"] == "round-not-found"
        assert (await fund.donor.get(path)).status_code == 403


async def test_a_round_may_bring_its_own_id_and_brings_it_once(fund: Any, village: Any) -> None:
    campaign = await fund.campaign()
    made = await fund.proposed(campaign, await village(1), id=STRANGER)
    assert made["id"] == STRANGER
    again = await fund.propose(campaign, await village(1), id=STRANGER)
    assert (again.status_code, again.json()["code"]) == (409, "round-exists")
    assert len((await fund.auditor.get(f"{PATH}/{STRANGER}/lines")).json()["items"]) == 1


@pytest.mark.parametrize(("key", "code"), [({}, "idempotency-key-missing"), ({"Idempotency-Key": "x"}, "malformed")])
async def test_a_key_that_is_none_is_refused_before_the_registry_is_asked(
    fund: Any, key: dict[str, str], code: str
) -> None:
    fund.service.app.state.wires.cut.add("registry.test")
    fund.new_key = lambda: key
    answer = await fund.propose({"id": STRANGER}, [STRANGER])
    assert (answer.status_code, answer.json()["code"]) == (400, code)
