"""Every refusal is a named class, and every error that leaves a process is an RFC 9457 problem document.

A service keeps its refusals on one page, `services/<name>/errors.py`:

    class CampaignClosed(Problem):
        \"\"\"The campaign no longer accepts donations.\"\"\"

        status = HTTPStatus.CONFLICT
        vi = "Chiến dịch không còn nhận đóng góp."
        fr = "La campagne n'accepte plus de dons."
        detail_en = "{name} closed on {closed_on}."
        detail_vi = "{name} đã kết thúc ngày {closed_on}."
        detail_fr = "{name} a pris fin le {closed_on}."

    raise CampaignClosed(name=campaign.name, closed_on=campaign.closed_on)

The class's docstring is its title in English; its type is `/problems/campaign-closed`, a page that exists.
"""

from kit.problems.generic import (
    BadCursor,
    BadGateway,
    Conflict,
    Forbidden,
    GatewayTimeout,
    HeadersTooLarge,
    IdempotencyInFlight,
    IdempotencyKeyMissing,
    IdempotencyMismatch,
    Invalid,
    Malformed,
    MethodNotAllowed,
    NotFound,
    PreconditionRequired,
    StaleVersion,
    TooLarge,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
    Unexpected,
    UnsupportedMedia,
    UriTooLong,
)
from kit.problems.problem import LANGUAGES, Language, Problem, language_of, problems, render

__all__ = [
    "LANGUAGES",
    "BadCursor",
    "BadGateway",
    "Conflict",
    "Forbidden",
    "GatewayTimeout",
    "HeadersTooLarge",
    "IdempotencyInFlight",
    "IdempotencyKeyMissing",
    "IdempotencyMismatch",
    "Invalid",
    "Language",
    "Malformed",
    "MethodNotAllowed",
    "NotFound",
    "PreconditionRequired",
    "Problem",
    "StaleVersion",
    "TooLarge",
    "TooManyRequests",
    "Unauthenticated",
    "Unavailable",
    "Unexpected",
    "UnsupportedMedia",
    "UriTooLong",
    "language_of",
    "problems",
    "render",
]
