"""`python -m local.issuer`: serve the development issuer on loopback. See `Settings` for its environment."""

import sys

import uvicorn
from pydantic import ValidationError
from pydantic_settings import SettingsError

from local.issuer.app import create_app
from local.issuer.settings import Settings


def main() -> int:
    """Serve until stopped; 2 where the environment is refused."""
    try:
        settings = Settings()
    except SettingsError as error:
        sys.stderr.write(f"the development issuer does not start: {error}: SERVICE_CLIENTS must be JSON\n")
        return 2
    except ValidationError as error:
        for fault in error.errors(include_input=False, include_url=False):
            name = ".".join(map(str, fault["loc"])).upper() or "SERVICE_CLIENTS"
            sys.stderr.write(f"the development issuer does not start: {name}: {fault['msg']}\n")
        return 2
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.listening_port,
        # Headers must not be able to change what the peer's address is.
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_level="warning",
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
