from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """A verified caller.

    subject: the issuer's stable name for a person or a program.
    area: commune code an officer answers for. bank: code a partner bank is known by.
    key_thumbprint: JWK thumbprint that the token is bound to (RFC 9449), if it is.
    """

    subject: str
    client_id: str
    scopes: frozenset[str]
    roles: frozenset[str]
    area: str | None = None
    bank: str | None = None
    name: str | None = None
    key_thumbprint: str | None = None

    def may(self, scope: str) -> bool:
        return scope in self.scopes
