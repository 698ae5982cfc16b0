"""The programs of the platform and what each is told by its environment."""

import base64
import hashlib
import json
import sys
from dataclasses import dataclass

from local.home import Home
from local.ports import LOOPBACK
from local.processes import Program
from local.servers import Server

SERVICES = ("beneficiaries", "funds", "loans")
ISSUER, GATEWAY = "issuer", "gateway"
_TELLERS = ("funds", "loans")
"""The services whose events tell the registry what a household received."""


@dataclass(frozen=True)
class Addresses:
    """Base addresses of everything that listens, by name of program."""

    ports: dict[str, int]

    def __getitem__(self, name: str) -> str:
        return f"http://{LOOPBACK}:{self.ports[name]}"


def stages(home: Home, server: Server, addresses: Addresses) -> list[list[Program]]:
    """Identity first, then the services, then their workers and the door."""
    common = {
        "ENVIRONMENT": "development",
        "ISSUER": addresses[ISSUER],
        "PUBLIC_URL": addresses[GATEWAY],
        "HOST": LOOPBACK,
    }
    told = {service: common | _told(service, home, server, addresses) for service in SERVICES}
    return [
        [_issuer(home, addresses, common)],
        [_service(name, addresses, told[name]) for name in SERVICES],
        [
            *(_worker(name, told[name]) for name in SERVICES),
            _gateway(addresses, common),
        ],
    ]


def _python(module: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", module, *arguments)


def _issuer(home: Home, addresses: Addresses, common: dict[str, str]) -> Program:
    own = {
        "PORT": str(addresses.ports[ISSUER]),
        "DATA_DIR": str(home.issuer),
        "GATEWAY_URL": addresses[GATEWAY],
        "SERVICE_CLIENTS": json.dumps({f"service:{name}": client_secret(home, name) for name in SERVICES}),
    }
    return Program(
        ISSUER, _python("local.issuer"), common | own, addresses[ISSUER], "/.well-known/openid-configuration"
    )


def _service(name: str, addresses: Addresses, told: dict[str, str]) -> Program:
    command = _python(
        "uvicorn", f"services.{name}.app:create_app", "--factory",
        "--host", LOOPBACK, "--port", str(addresses.ports[name]),
        "--loop", "uvloop", "--http", "httptools",
        "--no-access-log", "--no-server-header", "--log-level", "warning",
        "--timeout-graceful-shutdown", "10",
    )  # fmt: skip
    return Program(name, command, told, addresses[name])


def _worker(name: str, told: dict[str, str]) -> Program:
    # What is wrong with its settings or its database shows within the time that its imports and a login take.
    return Program(f"{name}-worker", _python(f"services.{name}.worker"), told, settles=3.0)


def _gateway(addresses: Addresses, common: dict[str, str]) -> Program:
    own = {
        "PORT": str(addresses.ports[GATEWAY]),
        "UPSTREAMS": json.dumps({name: addresses[name] for name in SERVICES}),
        "SHUTDOWN_SECONDS": "10",
    }
    return Program(GATEWAY, _python("gateway"), common | own, addresses[GATEWAY])


def _told(service: str, home: Home, server: Server, addresses: Addresses) -> dict[str, str]:
    """The part of a service's environment that is its own, secrets included."""
    told = {
        "DATABASE_URL": server.url(f"ftp_{service}", service),
        "ENCRYPTION_KEYS": json.dumps({"local-1": _key(home, f"{service} encryption local-1")}),
        "ENCRYPTION_KEY_ID": "local-1",
        "INDEX_KEY": _key(home, f"{service} index"),
        "CLIENT_ID": f"service:{service}",
        "CLIENT_SECRET": client_secret(home, service),
        "FILES_URL": f"file://{home.folder / 'files' / service}",
    }
    if service in _TELLERS:
        inbox = f"{addresses['beneficiaries']}/v1/beneficiaries/events"
        told["REGISTRY_URL"] = addresses["beneficiaries"]
        told["EVENT_TARGETS"] = json.dumps([{"url": inbox, "secret": signing_secret(home, service)}])
    else:
        told["INBOX_SECRETS"] = json.dumps({name: signing_secret(home, name) for name in _TELLERS})
    return told


def client_secret(home: Home, service: str) -> str:
    return home.secrets[f"{service} client"]


def signing_secret(home: Home, service: str) -> str:
    """In the form of Standard Webhooks: `whsec_` and the key in base64."""
    return f"whsec_{_key(home, f'{service} events')}"


def _key(home: Home, name: str) -> str:
    """32 bytes in base64, of a secret that has more randomness than that."""
    return base64.b64encode(hashlib.sha256(home.secrets[name].encode()).digest()).decode()
