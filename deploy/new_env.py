"""Print an environment for docker-compose.yml with fresh secrets; runs on Python alone, keeps nothing.

python3 deploy/new_env.py > .env     for a machine of one's own: ENVIRONMENT=development, loopback addresses
python3 deploy/new_env.py --public-url https://api.example.vn --keycloak https://id.example.vn > .env
"""

import argparse
import base64
import json
import secrets
import sys

_PASSWORDS = (
    "POSTGRES_PASSWORD",
    "KEYCLOAK_DB_PASSWORD",
    "KEYCLOAK_ADMIN_PASSWORD",
    *(f"{service}_OWNER_PASSWORD" for service in ("BENEFICIARIES", "FUNDS", "LOANS")),
    *(f"{service}_PASSWORD" for service in ("BENEFICIARIES", "FUNDS", "LOANS")),
    *(f"{service}_CLIENT_SECRET" for service in ("BENEFICIARIES", "FUNDS", "LOANS")),
)


def key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def environment(public_url: str, keycloak: str) -> dict[str, str]:
    local = public_url.startswith("http://")
    return {
        "ENVIRONMENT": "development" if local else "production",
        "PUBLIC_URL": public_url,
        "KEYCLOAK_HOSTNAME": keycloak,
        "ISSUER": f"{keycloak}/realms/forthepoor",
        "KEYCLOAK_ADMIN": "admin",
        "VBSP_JWKS_URL": "https://keys.example.invalid/vbsp.json",
        "ENCRYPTION_KEY_ID": "first",
        "ENCRYPTION_KEYS": json.dumps({"first": key()}),
        "INDEX_KEY": key(),
        "METRICS_TOKEN": secrets.token_urlsafe(24),
        **{name: f"whsec_{key()}" for name in ("FUNDS_EVENTS_SECRET", "LOANS_EVENTS_SECRET")},
        **{name: secrets.token_urlsafe(24) for name in _PASSWORDS},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Print an environment with fresh secrets.")
    parser.add_argument("--public-url", default="http://127.0.0.1:8000")
    parser.add_argument("--keycloak", default="http://127.0.0.1:8080")
    asked = parser.parse_args()
    for name, value in environment(asked.public_url, asked.keycloak).items():
        sys.stdout.write(f"{name}={value}\n")


if __name__ == "__main__":
    main()
