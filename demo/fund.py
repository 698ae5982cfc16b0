"""The fund's part of the load: campaigns, donors, donations, and rounds that two people decide on."""

from typing import Any, Final
from uuid import UUID

from demo import examples
from demo.api import Api
from demo.giving import CAMPAIGNS, Campaign, Donation, Donor, Unit
from demo.pace import Pace, Stage, every
from demo.rounds import Round
from demo.story import Story

_TREASURER: Final = "treasurer"
_APPROVER: Final = "fund-approver"
_ADMINISTRATOR: Final = "district-admin"
_CAMPAIGNS: Final = "/v1/funds/campaigns"
_DONORS: Final = "/v1/funds/donors"
_DONATIONS: Final = "/v1/funds/donations"
_ROUNDS: Final = "/v1/funds/rounds"
_BANK_ACCOUNTS: Final = "/v1/funds/bank-accounts"
_STANDING_FUND: Final = "a72c4f4f-307f-5639-9c9f-491a84d16262"


async def receive(api: Api, pace: Pace, story: Story) -> None:
    """Open the campaigns, add the donors, record the donations; each as far as it is not there yet."""
    steps = len(CAMPAIGNS) + len(story.donors) + len(story.donations)
    with pace.stage("Campaigns, donors and donations", steps) as stage:
        known = {UUID(item["id"]) async for item in api.pages(_CAMPAIGNS, {})}
        known |= {
            UUID(item["id"]) for path in (_DONORS, _DONATIONS) async for item in api.pages(path, {}, login=_TREASURER)
        }
        for campaign in CAMPAIGNS:
            await _open(api, stage, campaign, there=campaign.id in known)

        async def add(donor: Donor) -> None:
            await _add(api, stage, donor, there=donor.id in known)

        await every(story.donors, add)

        async def record(donation: Donation) -> None:
            await _record(api, stage, donation, there=donation.id in known)

        await every(story.donations, record)


async def bank(api: Api, pace: Pace) -> None:
    """Enter the Fund's bank account, and let the standing fund's money arrive there."""
    account = str(examples.BANK_ACCOUNT)
    with pace.stage("Bank account of the Fund", 2) as stage:
        body = {
            "id": account,
            "bank_bin": "970405",
            "bank_name": "Agribank, chi nhánh huyện Mai Sơn",
            "number": "7902201999999",
            "holder": "QUY VI NGUOI NGHEO HUYEN MAI SON",
        }
        known = ("bank-account-exists",)
        answer = await api.post(_BANK_ACCOUNTS, body, login=_ADMINISTRATOR, key=f"bank/{account}", known=known)
        stage.done(new=answer.is_new)
        path, key = f"{_CAMPAIGNS}/{_STANDING_FUND}/bank-account", f"bank/{account}/fund"
        answer = await api.post(path, {"account_id": account}, login=_ADMINISTRATOR, key=key)
        stage.done(new=answer.is_new)


async def distribute(api: Api, pace: Pace, story: Story) -> None:
    """Propose each round as the treasurer and approve it as another person, oldest first; leave some undecided."""
    steps = 2 * len(story.rounds) + len(story.proposals)
    with pace.stage("Gift and rice rounds, proposed and approved", steps) as stage:
        states = {UUID(item["id"]): item["state"] async for item in api.pages(_ROUNDS, {}, login=_TREASURER)}
        for planned in (*story.rounds, *story.proposals):
            await _propose(api, stage, planned, there=planned.id in states)
        for planned in story.rounds:
            await _approve(api, stage, planned, there=states.get(planned.id, "proposed") != "proposed")


async def _open(api: Api, stage: Stage, campaign: Campaign, *, there: bool) -> None:
    if there:
        stage.skip(1)
        return
    body = {
        "id": str(campaign.id),
        "name": campaign.name,
        "purpose": campaign.purpose,
        "opens_on": campaign.opens_on.isoformat(),
        "target": None if campaign.target is None else _money(campaign.target),
    }
    key = f"campaign/{campaign.id}"
    answer = await api.post(_CAMPAIGNS, body, login=_ADMINISTRATOR, key=key, known=("campaign-exists",))
    stage.done(new=answer.is_new)


async def _add(api: Api, stage: Stage, donor: Donor, *, there: bool) -> None:
    if there:
        stage.skip(1)
        return
    body = {"id": str(donor.id), "kind": donor.kind, "named": donor.named}
    if donor.name is not None:
        body["name"] = donor.name
    if donor.subject is not None:
        body["subject"] = donor.subject
    answer = await api.post(_DONORS, body, login=_TREASURER, key=f"donor/{donor.id}", known=("donor-exists",))
    stage.done(new=answer.is_new)


async def _record(api: Api, stage: Stage, donation: Donation, *, there: bool) -> None:
    if there:
        stage.skip(1)
        return
    body = {
        "id": str(donation.id),
        "campaign_id": str(donation.campaign),
        "donor_id": None if donation.donor is None else str(donation.donor),
        "value": _value(donation.unit, donation.amount),
        "received_on": donation.received_on.isoformat(),
    }
    key = f"donation/{donation.number}"
    answer = await api.post(_DONATIONS, body, login=_TREASURER, key=key, known=("donation-exists",))
    stage.done(new=answer.is_new)


async def _propose(api: Api, stage: Stage, planned: Round, *, there: bool) -> None:
    if there:
        stage.skip(1)
        return
    key = f"round/{planned.id}"
    answer = await api.post(_ROUNDS, _proposal(planned), login=_TREASURER, key=key, known=("round-exists",))
    stage.done(new=answer.is_new)


async def _approve(api: Api, stage: Stage, planned: Round, *, there: bool) -> None:
    if there:
        stage.skip(1)
        return
    path, key = f"{_ROUNDS}/{planned.id}/approval", f"round/{planned.id}/approval"
    answer = await api.post(path, None, login=_APPROVER, key=key, known=("round-decided",))
    stage.done(new=answer.is_new)


def _proposal(planned: Round) -> dict[str, Any]:
    body: dict[str, Any] = {
        "id": str(planned.id),
        "kind": planned.kind,
        "campaign_id": str(planned.campaign),
        "occasion": planned.occasion,
        "on": planned.given_on.isoformat(),
        "households": [str(household.id) for household in planned.households],
    }
    if planned.kind == "gift":
        return body | {"money": _money(planned.money)}
    return body | {"per_person": {"quantity": "15.000", "unit": "kg"}, "months": 1}


def _money(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "VND"}


def _value(unit: Unit, amount: int) -> dict[str, Any]:
    if unit == "VND":
        return _money(amount)
    whole, part = divmod(amount, 1000 if unit == "kg" else 10)
    return {"quantity": f"{whole}.{part:0{3 if unit == 'kg' else 1}}", "unit": unit}
