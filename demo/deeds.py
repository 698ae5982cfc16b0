"""Things written down once: what is there already, by its id, is left as it is."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from demo.api import Api
from demo.pace import Stage


@dataclass(frozen=True)
class Step:
    """What was done with it since: `body` is posted to the address of the thing, followed by `path`."""

    path: str
    login: str
    body: dict[str, Any] | None = None


@dataclass(frozen=True)
class Deed:
    """`body` is posted to `path` by `login`; `listed` is where it is found again, `called` what `body` calls its id."""

    id: UUID
    path: str
    listed: str
    body: dict[str, Any]
    login: str
    called: str = "id"
    steps: Sequence[Step] = field(default=())


async def write(api: Api, stage: Stage, deeds: Sequence[Deed]) -> None:
    """Write each that is not there yet, with its steps, in this order. Errors: RefusedError."""
    known = {
        UUID(item["id"])
        for path, login in dict.fromkeys((deed.listed, deed.login) for deed in deeds)
        async for item in api.pages(path, {}, login=login)
    }
    for deed in deeds:
        if deed.id in known:
            stage.skip(1)
            continue
        body = {deed.called: str(deed.id), **deed.body}
        answer = await api.post(deed.path, body, login=deed.login, key=f"deed/{deed.id}")
        for step in deed.steps:
            path = f"{deed.listed}/{deed.id}/{step.path}"
            await api.post(path, step.body, login=step.login, key=f"deed/{deed.id}/{step.path}")
        stage.done(new=answer.is_new)
