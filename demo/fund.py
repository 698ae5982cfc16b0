"""The fund's part of the load: campaigns, donors, donations, and rounds that two people decide on."""

from collections import Counter
from datetime import date
from typing import Any, Final
from uuid import UUID

from demo.api import Api
from demo.giving import CAMPAIGNS, Campaign, Donation, Donor, Round, Unit
from demo.pace import Pace, Stage, every
from demo.story import Story

_TREASURER: Final = "treasurer"
_APPROVER: Final = "fund-approver"
_ADMINISTRATOR: Final = "district-admin"
_CAMPAIGNS: Final = "/v1/funds/campaigns"
_DONORS: Final = "/v1/funds/donors"
_DONATIONS: Final = "/v1/funds/donations"
_ROUNDS: Final = "/v1/funds/rounds"

_Gift = tuple[UUID, UUID | None, Unit, int, date]
"""What tells a donation from another where nobody gave it an id: campaign, donor, unit, amount, day."""


async def receive(api: Api, pace: Pace, story: Story) -> None:
    """Open the campaigns, add the donors, record the donations; each as far as it is not there yet."""
    steps = len(CAMPAIGNS) + len(story.donors) + len(story.donations)
    with pace.stage("Campaigns, donors and donations", steps) as stage:
        open_ = {UUID(item["id"]) async for item in api.pages(_CAMPAIGNS, {})}
        for campaign in CAMPAIGNS:
            await _open(api, stage, campaign, there=campaign.id in open_)
        known = {UUID(item["id"]) async for item in api.pages(_DONORS, {}, login=_TREASURER)}

        async def add(donor: Donor) -> None:
            await _add(api, stage, donor, there=donor.id in known)

        await every(story.donors, add)
        recorded = Counter([_gift(item) async for item in api.pages(_DONATIONS, {}, login=_TREASURER)])
        missing = []
        for donation in story.donations:
            gift = (donation.campaign, donation.donor, donation.unit, donation.amount, donation.received_on)
            if recorded[gift]:
                recorded[gift] -= 1
                stage.skip(1)
            else:
                missing.append(donation)

        async def record(donation: Donation) -> None:
            await _record(api, stage, donation)

        await every(missing, record)


async def distribute(api: Api, pace: Pace, story: Story) -> None:
    """Propose each round as the treasurer and approve it as another person, oldest first."""
    with pace.stage("Gift and rice rounds, proposed and approved", 2 * len(story.rounds)) as stage:
        known = {
            (item["campaign_id"], item["kind"], item["occasion"]): item
            async for item in api.pages(_ROUNDS, {}, login=_TREASURER)
            if item["state"] != "rejected"
        }
        for planned in story.rounds:
            found = known.get((str(planned.campaign), planned.kind, planned.occasion))
            key = f"round/{planned.kind}/{planned.occasion}"
            if found is None:
                answer = await api.post(_ROUNDS, _proposal(planned), login=_TREASURER, key=key)
                found = answer.body
                stage.done(new=answer.is_new)
            else:
                stage.skip(1)
            if found["state"] == "proposed":
                path = f"{_ROUNDS}/{found['id']}/approval"
                answer = await api.post(path, None, login=_APPROVER, key=f"{key}/approval", known=("round-decided",))
                stage.done(new=answer.is_new)
            else:
                stage.skip(1)


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


async def _record(api: Api, stage: Stage, donation: Donation) -> None:
    body = {
        "campaign_id": str(donation.campaign),
        "donor_id": None if donation.donor is None else str(donation.donor),
        "value": _value(donation.unit, donation.amount),
        "received_on": donation.received_on.isoformat(),
    }
    answer = await api.post(_DONATIONS, body, login=_TREASURER, key=f"donation/{donation.number}")
    stage.done(new=answer.is_new)


def _proposal(planned: Round) -> dict[str, Any]:
    body: dict[str, Any] = {
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


def _gift(item: dict[str, Any]) -> _Gift:
    value, giver = item["value"], item["donor"]
    donor = None if giver is None else UUID(giver["id"])
    day = date.fromisoformat(item["received_on"])
    if item["state"] == "reversed":
        return (UUID(int=0), None, "VND", 0, day)  # counts for nothing
    if "amount" in value:
        return (UUID(item["campaign_id"]), donor, "VND", value["amount"], day)
    return (UUID(item["campaign_id"]), donor, value["unit"], int(value["quantity"].replace(".", "")), day)
