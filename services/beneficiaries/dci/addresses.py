"""Where answers of a partner are posted to."""

from typing import Final
from urllib.parse import urlsplit

from kit.webhooks import Guard, UnsafeEndpoint
from services.beneficiaries.dci.refusals import MessageRefused
from services.beneficiaries.partners.models import Partner

ON_SEARCH: Final = "/registry/on-search"
ON_SUBSCRIBE: Final = "/registry/on-subscribe"
ON_UNSUBSCRIBE: Final = "/registry/on-unsubscribe"
ON_STATUS: Final = "/registry/txn/on-status"
NOTIFY: Final = "/registry/notify"
_ENDINGS: Final = (ON_SEARCH, ON_SUBSCRIBE, ON_UNSUBSCRIBE, ON_STATUS, NOTIFY)


def callback(partner: Partner, sender_uri: str | None, guard: Guard) -> str:
    """Return the base of the partner's callbacks, from the message or else as recorded.

    Both must be of one origin: whoever has got hold of a token cannot have people's data sent to a place of their own.
    Some clients name the whole address of the callback that they expect; its ending is taken off.
    Errors: MessageRefused (err.sender_uri.invalid).
    """
    recorded = partner.callback_url
    base = (sender_uri or recorded or "").rstrip("/")
    refusal = MessageRefused("err.sender_uri.invalid", "answers go to the address recorded for the partner")
    try:
        guard.check(base)
        same = recorded is not None and urlsplit(base)[:2] == urlsplit(recorded)[:2]
    except (UnsafeEndpoint, ValueError) as error:
        raise refusal from error
    if not same or urlsplit(base).query:
        raise refusal
    ending = next((ending for ending in _ENDINGS if base.endswith(ending)), "")
    return base.removesuffix(ending)
