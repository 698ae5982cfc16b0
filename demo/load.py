"""The whole load, stage by stage, through the public interface and by the people whose work it is."""

import asyncio
import time
from collections import Counter
from typing import Final

from demo import changes, credit, fund, movement, papers, registry, reviewing, treasury
from demo.api import Api, RefusedError
from demo.pace import Pace, Stage, every
from demo.people import Household
from demo.story import Story

_PATIENCE: Final = 60.0
"""Seconds that the last event may take from the fund or the loans to a household's page."""
_PAUSE: Final = 0.25


async def load(api: Api, pace: Pace, story: Story) -> None:
    """Tell the platform the story; told again, it changes nothing. Errors: RefusedError."""
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(registry.fill(api, pace, story))
            group.create_task(fund.receive(api, pace, story))
            group.create_task(fund.bank(api, pace))
        async with asyncio.TaskGroup() as group:
            group.create_task(fund.distribute(api, pace, story))
            group.create_task(treasury.clear(api, pace))
            group.create_task(credit.lend(api, pace, story))
            group.create_task(movement.stand_by(api, pace))
            group.create_task(changes.propose(api, pace))
            group.create_task(papers.file(api, pace))
            group.create_task(reviewing.review(api, pace, story))
        await papers.scan(api)
        await _arrive(api, pace, story)
    except ExceptionGroup as failures:
        refused, others = failures.split(RefusedError)
        if refused is None or others is not None:
            raise
        raise _first(refused) from failures


async def _arrive(api: Api, pace: Pace, story: Story) -> None:
    """Wait until each household's page tells what the other services gave it."""
    expected = _support(story)
    with pace.stage("Support arrives on the households' pages", len(expected)) as stage:
        deadline = time.monotonic() + _PATIENCE

        async def look(household: Household) -> None:
            await _seen(api, stage, household, expected[household], deadline)

        await every(expected, look)


def _support(story: Story) -> Counter[Household]:
    """Return how many items each page must show: gifts, rice, loans and repayments."""
    expected = Counter(household for given in story.rounds for household in given.households)
    for application in story.applications:
        if application.outcome == "lent":
            expected[application.household] += 1 + len(application.repayments)
    return expected


async def _seen(api: Api, stage: Stage, household: Household, items: int, deadline: float) -> None:
    path = f"/v1/beneficiaries/households/{household.id}/support"
    first = True
    while True:
        page = await api.get(path, login=registry.officer(household))
        if sum(total["times"] for total in page["totals"]) >= items:
            stage.done(new=not first)
            return
        if time.monotonic() > deadline:
            raise RefusedError(f"the support of household {household.id} has not reached its page: {page}")
        first = False
        await asyncio.sleep(_PAUSE)


def _first(group: ExceptionGroup[RefusedError]) -> RefusedError:
    found: BaseException = group
    while isinstance(found, BaseExceptionGroup):
        found = found.exceptions[0]
    if not isinstance(found, RefusedError):
        raise TypeError(type(found))
    return found
