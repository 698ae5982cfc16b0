"""What the application of a request keeps."""

from fastapi import Request

from kit.crypto import Vault


def vault_of(request: Request) -> Vault:
    vault: Vault = request.app.state.vault
    return vault
