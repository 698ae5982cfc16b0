"""Who calls: an access token of the issuer becomes an Actor with scopes, roles, and an area or a bank.

The services know an issuer and its keys, nothing else; any OpenID Connect provider with RFC 9068 tokens will do.
"""

from kit.identity.actor import Actor
from kit.identity.dependencies import Caller, signed_in
from kit.identity.verifier import Verifier

__all__ = ["Actor", "Caller", "Verifier", "signed_in"]
