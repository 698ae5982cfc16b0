"""Places are handed over in order, and none is ever lost."""

import asyncio

import pytest

from gateway.limits.slots import Slots


async def waiting(slots: Slots) -> "asyncio.Task[bool]":
    task = asyncio.create_task(slots.wait())
    before = slots.waiting
    while slots.waiting == before and not task.done():
        await asyncio.sleep(0)
    return task


async def test_a_place_goes_to_the_one_that_waits_longest() -> None:
    slots = Slots(1, 5, 60)
    assert slots.take()
    assert not slots.take()
    first, second = await waiting(slots), await waiting(slots)
    slots.release()
    assert await first
    assert not second.done()
    assert not slots.take(), "nobody jumps the queue"
    slots.release()
    assert await second
    slots.release()
    assert slots.taken == 0


async def test_a_full_queue_refuses_at_once() -> None:
    slots = Slots(1, 0, 60)
    assert slots.take()
    assert not await slots.wait()


async def test_giving_up_leaves_the_queue() -> None:
    slots = Slots(1, 5, 0.01)
    assert slots.take()
    assert not await slots.wait()
    assert slots.waiting == 0
    slots.release()
    assert slots.taken == 0


async def test_a_cancelled_one_leaves_the_queue() -> None:
    slots = Slots(1, 5, 60)
    assert slots.take()
    gone, stays = await waiting(slots), await waiting(slots)
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    slots.release()
    assert await stays
    slots.release()
    assert slots.taken == 0


async def test_a_place_handed_over_in_the_moment_of_cancelling_is_not_lost() -> None:
    slots = Slots(1, 5, 60)
    assert slots.take()
    task = await waiting(slots)
    slots.release()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert slots.taken == 0
