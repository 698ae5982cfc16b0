"""The registry's part of the load: each household by the officer of its commune, then what was decided about it."""

from datetime import date
from typing import Any, Final
from uuid import UUID

from demo.api import Api
from demo.pace import Pace, Stage, every
from demo.people import BEGINNING, Household, Member
from demo.places import OFFICES, REFORM
from demo.poverty import Decision
from demo.story import Story

_HOUSEHOLDS: Final = "/v1/beneficiaries/households"
_ALWAYS: Final = date(1900, 1, 1)


def officer(household: Household) -> str:
    """Login of who answers for the household today."""
    return f"commune-officer:{household.commune.today}"


async def fill(api: Api, pace: Pace, story: Story) -> None:
    """Register every household of the story and record its decisions; what is there already stays as it is."""
    units = await _units(api)
    before = await _known(api)
    steps = len(story.households) + sum(map(len, story.decisions.values()))
    with pace.stage("Households and poverty decisions", steps) as stage:

        async def settle(household: Household) -> None:
            decided = story.decisions.get(household, [])
            standing = before.get(household.id)
            if standing is None:
                await _register(api, stage, household, units[household.unit])
            else:
                stage.skip(1)
                # One decision is told by the standing of today; of several we ask again.
                if len(decided) <= 1 and standing == (decided[0].status if decided else "none"):
                    stage.skip(len(decided))
                    return
            for decision in decided:
                await _decide(api, stage, household, decision)

        await every(story.households, settle)


async def _units(api: Api) -> dict[tuple[str, date], UUID]:
    """Return the ids of the communes of before and of today, by code and first day."""
    found: dict[tuple[str, date], UUID] = {}
    for day, since in ((BEGINNING, _ALWAYS), (REFORM, REFORM)):
        areas = api.pages("/v1/beneficiaries/areas", {"as_of": day.isoformat(), "level": "commune"})
        found |= {(area["code"], since): UUID(area["id"]) async for area in areas}
    return found


async def _known(api: Api) -> dict[UUID, str]:
    """Return the standing of every household that the officers see."""
    found: dict[UUID, str] = {}

    async def ask(office: str) -> None:
        lines = api.pages(_HOUSEHOLDS, {}, login=f"commune-officer:{office}")
        found.update({UUID(line["id"]): line["poverty_status"] async for line in lines})

    await every(OFFICES, ask)
    return found


async def _register(api: Api, stage: Stage, household: Household, unit: UUID) -> None:
    body = {
        "id": str(household.id),
        "area_id": str(unit),
        "village": household.village,
        "registered_on": household.registered_on.isoformat(),
        "members": [_member(member, household) for member in household.members],
    }
    known = ("household-already-registered", "person-already-registered")
    key = f"household/{household.number}"
    answer = await api.post(_HOUSEHOLDS, body, login=officer(household), key=key, known=known)
    stage.done(new=answer.is_new)


def _member(member: Member, household: Household) -> dict[str, Any]:
    body = {
        "id": str(member.id),
        "full_name": member.full_name,
        "sex": member.sex,
        "birth_date": member.birth_date.isoformat(),
        "birth_precision": member.birth_precision,
        "ethnicity": member.ethnicity,
        "relation": member.relation,
    }
    if member.identity_number is not None:
        body["identity_number"] = member.identity_number
    if member.joined_on != household.registered_on:
        body["joined_on"] = member.joined_on.isoformat()
    return body


async def _decide(api: Api, stage: Stage, household: Household, decision: Decision) -> None:
    body = {
        "status": decision.status,
        "valid_from": decision.valid_from.isoformat(),
        "decision_number": decision.number,
    }
    path = f"{_HOUSEHOLDS}/{household.id}/poverty-statuses"
    key = f"household/{household.number}/status/{decision.valid_from}"
    known = ("decision-already-recorded",)
    answer = await api.post(path, body, login=officer(household), key=key, known=known)
    stage.done(new=answer.is_new)
