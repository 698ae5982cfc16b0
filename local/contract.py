"""The committed contract: `python -m local.contract docs/openapi` writes it, `--check` refuses a tree that differs."""

import difflib
import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

SERVICES = ("beneficiaries", "funds", "loans")


def contract(service: str) -> dict[str, Any]:
    """Return the service's OpenAPI document, built from its code alone: nothing is connected to."""
    module = import_module(f"services.{service}.app")
    settings = module.Settings(
        environment="test",
        database_url="postgresql://nobody@127.0.0.1:1/none",
        registry_url="http://127.0.0.1:1",
        log_level="error",
    )
    document: dict[str, Any] = module.create_app(settings).openapi()
    return document


def written(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def main(arguments: list[str]) -> int:
    folder = Path(next(argument for argument in arguments if not argument.startswith("--")))
    check = "--check" in arguments
    changed = 0
    for service in SERVICES:
        path = folder / f"{service}.json"
        new = written(contract(service))
        old = path.read_text(encoding="utf-8") if path.exists() else ""
        if check and new != old:
            changed += 1
            diff = difflib.unified_diff(old.splitlines(), new.splitlines(), str(path), "the code", lineterm="", n=1)
            sys.stderr.write("\n".join([*diff][:60]) + "\n")
        elif not check:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_text(new, encoding="utf-8")
    if changed:
        sys.stderr.write("The contract changed: run `make openapi`, read the difference, and commit it.\n")
    return 1 if changed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
