"""Answers of the issuer: refusals as OAuth JSON, and tokens."""

from http import HTTPStatus

from starlette.responses import JSONResponse

from local.issuer.errors import InvalidClientError, InvalidProofError, OAuthError

_REALM = "forthepoor development"


def refusal(error: OAuthError) -> JSONResponse:
    """Answer of RFC 6749 §5.2: `error` and `error_description`, with a challenge where the status is 401."""
    headers = {}
    if isinstance(error, InvalidClientError):
        headers["WWW-Authenticate"] = f'Basic realm="{_REALM}"'
    body = {"error": error.code, "error_description": error.because}
    return JSONResponse(body, error.status, headers)


def resource_refusal(error: OAuthError) -> JSONResponse:
    """Answer of a protected resource: the error in both challenges (RFC 6750 §3, RFC 9449 §7.1)."""
    challenge = f'realm="{_REALM}", error="{error.code}", error_description="{error.because}"'
    answer = refusal(error)
    if isinstance(error, InvalidProofError):
        answer.status_code = HTTPStatus.UNAUTHORIZED
    answer.headers["WWW-Authenticate"] = f'Bearer {challenge}, DPoP {challenge}, algs="ES256"'
    return answer


def token_answer(access_token: str, *, ttl: int, scope: str, bound: bool, id_token: str | None = None) -> JSONResponse:
    """Answer of RFC 6749 §5.1; `bound` says that the token needs a DPoP proof with each use."""
    body = {
        "access_token": access_token,
        "token_type": "DPoP" if bound else "Bearer",
        "expires_in": ttl,
        "scope": scope,
    }
    if id_token is not None:
        body["id_token"] = id_token
    return JSONResponse(body)
