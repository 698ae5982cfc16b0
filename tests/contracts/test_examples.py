"""Every example of the contract fits the schema that it stands beside; every body has one."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator

from tests.contracts.conftest import METHODS

_CONTRACT = Path(__file__).parents[2] / "docs" / "openapi"
_SERVICES = sorted(_CONTRACT.glob("*.json"))

Node = dict[str, Any]


def _document(path: Path) -> Node:
    document: Node = json.loads(path.read_text(encoding="utf-8"))
    return document


def _shown(node: Any, place: str = "") -> Iterator[tuple[str, Node, Any]]:
    """Yield every example with its place and its schema: those of media types and parameters, and those of schemas."""
    if isinstance(node, list):
        for number, inner in enumerate(node):
            yield from _shown(inner, f"{place}/{number}")
    if not isinstance(node, dict):
        return
    beside = node.get("schema", node)
    shown = node.get("examples")
    if isinstance(shown, list):
        yield from ((f"{place}/examples/{number}", node, value) for number, value in enumerate(shown))
    elif isinstance(shown, dict) and isinstance(beside, dict) and all("value" in one for one in shown.values()):
        yield from ((f"{place}/examples/{name}", beside, one["value"]) for name, one in shown.items())
    if "schema" in node and "example" in node:
        yield f"{place}/example", beside, node["example"]
    for name, inner in node.items():
        if name not in {"examples", "example", "x-problems"}:
            yield from _shown(inner, f"{place}/{name}")


def _examples_of(content: Node, schemas: Node) -> list[Any]:
    """Return the examples of a body: its own, or those of the schema it refers to."""
    own = content.get("examples") or content.get("example")
    schema = content["schema"]
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    return list(own or schema.get("examples", []))


@pytest.mark.parametrize("path", _SERVICES, ids=lambda path: path.stem)
def test_every_example_fits_its_schema(path: Path) -> None:
    document = _document(path)
    tried = 0
    for place, schema, value in _shown(document):
        tried += 1
        validator = Draft202012Validator({**schema, "components": document["components"]}, validate_formats=True)
        assert list(validator.iter_errors(value)) == [], place
    assert tried > 100


@pytest.mark.parametrize("path", _SERVICES, ids=lambda path: path.stem)
def test_every_body_has_an_example(path: Path) -> None:
    document = _document(path)
    bodies = [
        (f"{method} {address}", content)
        for address, item in document["paths"].items()
        for method in METHODS
        if method in item and "requestBody" in item[method]
        for content in item[method]["requestBody"]["content"].values()
    ]
    without = [place for place, content in bodies if not _examples_of(content, document["components"]["schemas"])]
    assert bodies
    assert without == []


def test_an_example_that_does_not_fit_is_noticed() -> None:
    schema = {"$ref": "#/components/schemas/Money"}
    document = {"content": {"schema": schema, "examples": {"wrong": {"value": {"amount": 0}}}}}
    [(place, beside, value)] = _shown(document)
    components = _document(_CONTRACT / "funds.json")["components"]
    assert place == "/content/examples/wrong"
    assert not Draft202012Validator({**beside, "components": components}).is_valid(value)
