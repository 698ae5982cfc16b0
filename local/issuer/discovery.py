"""What the issuer says about itself: metadata (OpenID Connect Discovery, RFC 8414) and public keys."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.issuer import dpop
from local.issuer.clients import ASSERTION_ALGORITHMS
from local.issuer.context import issuer_of
from local.issuer.grants import every_scope


async def metadata(request: Request) -> Response:
    """Answer both well-known addresses with one document."""
    issuer = issuer_of(request)
    return JSONResponse(
        {
            "issuer": issuer.settings.issuer,
            "authorization_endpoint": issuer.url("/authorize"),
            "token_endpoint": issuer.url("/token"),
            "userinfo_endpoint": issuer.url("/userinfo"),
            "jwks_uri": issuer.url("/jwks"),
            "scopes_supported": every_scope(),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", "client_credentials"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "token_endpoint_auth_methods_supported": [
                "none",
                "client_secret_basic",
                "client_secret_post",
                "private_key_jwt",
            ],
            "token_endpoint_auth_signing_alg_values_supported": ASSERTION_ALGORITHMS,
            "dpop_signing_alg_values_supported": dpop.ALGORITHMS,
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
            "claims_supported": ["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "name", "roles"],
            "claims_parameter_supported": False,
            "request_parameter_supported": False,
            "request_uri_parameter_supported": False,
            "ui_locales_supported": ["vi", "en"],
        }
    )


async def jwks(request: Request) -> Response:
    """Answer with every published key (RFC 7517)."""
    return JSONResponse(issuer_of(request).keys.jwks(), media_type="application/jwk-set+json")


async def alive(_request: Request) -> Response:
    """Answer probes: the issuer waits for nothing else, so it is ready as soon as it answers."""
    return JSONResponse({"status": "ok"})
