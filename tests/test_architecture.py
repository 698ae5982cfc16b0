"""The boundaries hold, and each of them breaks when somebody crosses it."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

PACKAGES = ("kit", "gateway", "services", "migrations", "local", "demo", "benchmarks")

# Contract, a file to add a line to, and the line that crosses the boundary.
CROSSINGS = {
    "services-speak-http": ("services/funds/app.py", "import services.loans.app"),
    "kit-knows-no-domain": ("kit/app.py", "import services.funds.app"),
    "nobody-imports-the-machine": ("gateway/app.py", "import local.people"),
    "images-hold-their-own": ("services/loans/app.py", "import migrations.runner"),
    "only-endpoints-know-http": ("services/funds/donations/actions.py", "import fastapi"),
    "features-read-downwards": (
        "services/funds/donations/queries.py",
        "import services.funds.donations.endpoints",
    ),
    "actions-are-below-endpoints": (
        "services/funds/donations/actions.py",
        "import services.funds.donations.endpoints",
    ),
}


def _contracts(root: Path) -> set[str]:
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    return {contract["id"] for contract in settings["tool"]["importlinter"]["contracts"]}


def _lint(tree: Path, contract: str | None = None) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    if contract:
        command += ["--contract", contract]
    return subprocess.run(command, cwd=tree, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture(scope="module")
def tree(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the code, so that a crossing can be planted without touching the project."""
    copy = tmp_path_factory.mktemp("tree")
    for package in PACKAGES:
        shutil.copytree(root / package, copy / package, ignore=shutil.ignore_patterns("__pycache__", "*.csv", "*.js"))
    shutil.copy(root / "pyproject.toml", copy)
    return copy


def test_every_boundary_holds(tree: Path) -> None:
    answer = _lint(tree)
    assert answer.returncode == 0, answer.stdout


def test_every_boundary_has_a_crossing_that_is_tried(root: Path) -> None:
    assert _contracts(root) == set(CROSSINGS)


@pytest.mark.parametrize("contract", CROSSINGS)
def test_a_planted_crossing_breaks_its_boundary(tree: Path, contract: str) -> None:
    place, line = CROSSINGS[contract]
    path = tree / place
    before = path.read_text(encoding="utf-8")
    path.write_text(f"{before}\n{line}\n", encoding="utf-8")
    try:
        answer = _lint(tree, contract)
    finally:
        path.write_text(before, encoding="utf-8")
    assert answer.returncode == 1, answer.stdout
    assert "BROKEN" in answer.stdout


def test_no_other_file_of_a_feature_knows_the_web_framework(root: Path) -> None:
    """The contract names the usual files of a feature; a file with a name of its own is held here."""
    files = {path.relative_to(root).as_posix(): path.read_text("utf-8") for path in root.glob("services/*/*/*.py")}
    knowing = {
        name for name, code in files.items() if re.search(r"^(from|import) (fastapi|starlette)", code, re.MULTILINE)
    }
    other = {name for name in knowing if not name.endswith("endpoints.py")}
    assert len(knowing) > len(other)
    assert other == {"services/beneficiaries/dci/route.py"}  # the standard's own refusals are written there
