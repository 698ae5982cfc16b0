"""At most so many requests at once towards one service, and a short queue before it."""

import asyncio
from collections import deque


class Slots:
    """`limit` places, `queue` waiting, each for at most `patience` seconds, served in order of arrival."""

    def __init__(self, limit: int, queue: int, patience: float) -> None:
        self._free = limit
        self._limit, self._queue, self._patience = limit, queue, patience
        self._waiting: deque[asyncio.Future[None]] = deque()

    @property
    def taken(self) -> int:
        return self._limit - self._free

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    def take(self) -> bool:
        """Take a place if one is free and nobody is waiting for it."""
        if self._free and not self._waiting:
            self._free -= 1
            return True
        return False

    async def wait(self) -> bool:
        """Queue for a place; False where the queue is full or patience ran out."""
        if len(self._waiting) >= self._queue:
            return False
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            async with asyncio.timeout(self._patience):
                await turn
        except TimeoutError:
            return self._gave_up(turn)
        except BaseException:
            if self._gave_up(turn):
                self.release()
            raise
        return True

    def _gave_up(self, turn: "asyncio.Future[None]") -> bool:
        """Leave the queue; True where the place was handed over in that very moment."""
        if turn.done() and not turn.cancelled():
            return True
        if turn in self._waiting:
            self._waiting.remove(turn)
        return False

    def release(self) -> None:
        """Give the place back: to the one that waits longest, if any."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1
