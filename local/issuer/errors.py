"""Every refusal of the issuer.

    OAuthError
    ├── InvalidRequestError          invalid_request            400
    ├── InvalidClientError           invalid_client             401
    ├── InvalidGrantError            invalid_grant              400
    ├── InvalidScopeError            invalid_scope              400
    ├── InvalidProofError            invalid_dpop_proof         400
    ├── UnauthorizedClientError      unauthorized_client        400
    ├── UnsupportedGrantError        unsupported_grant_type     400
    ├── UnsupportedResponseError     unsupported_response_type  400
    ├── LoginRequiredError           login_required             400
    ├── RequestNotSupportedError     request_not_supported      400
    ├── AccessDeniedError            access_denied              403
    ├── InvalidTokenError            invalid_token              401
    └── InsufficientScopeError       insufficient_scope         403

The codes are those of RFC 6749 §4.1.2.1 and §5.2, RFC 6750 §3.1, RFC 9449 §5, and OpenID Connect Core
§3.1.2.6.
"""

from typing import ClassVar


class OAuthError(Exception):
    """A refusal in the words of OAuth. `because` is for developers, in printable ASCII (RFC 6749 §5.2)."""

    code: ClassVar[str]
    status: ClassVar[int] = 400

    def __init__(self, because: str) -> None:
        """Say why, without repeating what the caller sent."""
        super().__init__(because)
        self.because = because


class InvalidRequestError(OAuthError):
    """A parameter is missing, repeated or malformed."""

    code = "invalid_request"


class InvalidClientError(OAuthError):
    """The client did not prove who it is."""

    code = "invalid_client"
    status = 401


class InvalidGrantError(OAuthError):
    """The authorization code is unknown, used, expired, or was given for another request."""

    code = "invalid_grant"


class InvalidScopeError(OAuthError):
    """Nothing of what was asked for may be given."""

    code = "invalid_scope"


class InvalidProofError(OAuthError):
    """The DPoP proof is missing where it is required, wrong, or was used before."""

    code = "invalid_dpop_proof"


class UnauthorizedClientError(OAuthError):
    """The client may not use this grant."""

    code = "unauthorized_client"


class UnsupportedGrantError(OAuthError):
    """A grant that this issuer does not have."""

    code = "unsupported_grant_type"


class UnsupportedResponseError(OAuthError):
    """Another answer than a code was asked for."""

    code = "unsupported_response_type"


class LoginRequiredError(OAuthError):
    """Nobody can be signed in without showing the page."""

    code = "login_required"


class RequestNotSupportedError(OAuthError):
    """Request objects are not read."""

    code = "request_not_supported"


class AccessDeniedError(OAuthError):
    """This caller is not answered."""

    code = "access_denied"
    status = 403


class InvalidTokenError(OAuthError):
    """The access token is not good here."""

    code = "invalid_token"
    status = 401


class InsufficientScopeError(OAuthError):
    """The access token lacks a scope."""

    code = "insufficient_scope"
    status = 403
