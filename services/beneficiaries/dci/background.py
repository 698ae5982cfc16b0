"""What the registry's worker does for the exchange."""

from typing import Final

from kit.database import Database
from kit.jobs import Handler, Job, Periodic, every
from services.beneficiaries.dci import forgetting
from services.beneficiaries.dci.actions import RESPOND
from services.beneficiaries.dci.desk import Desk
from services.beneficiaries.dci.notices import NOTIFY, Notifier
from services.beneficiaries.dci.posting import Post
from services.beneficiaries.dci.responding import Responder

_PASS_ON_EVERY: Final = 2
_FORGET_EVERY: Final = 3600


def handlers(database: Database, desk: Desk, post: Post) -> dict[str, Handler]:
    """Return what is done for each job that a request leaves behind."""
    return {RESPOND: Responder(database, desk, post).respond, NOTIFY: Notifier(database, desk, post).tell}


def periodic(database: Database, desk: Desk, post: Post) -> list[Periodic]:
    async def forget(_: Job) -> None:
        await forgetting.forget(database)

    return [
        every(_PASS_ON_EVERY, "dci.pass_on", Notifier(database, desk, post).pass_on),
        every(_FORGET_EVERY, "dci.forget", forget),
    ]
