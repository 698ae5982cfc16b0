"""Merging OpenAPI 3.1 documents: what means the same is shared, what only has the same name is kept apart."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from typing import Any

Document = dict[str, Any]
_METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})
_REF = "#/components/"


def merge(documents: Mapping[str, Document]) -> Document:
    """Return `paths`, `components`, `tags` and `x-problems` of all documents in one; the inputs stay as they are.

    A service contributes its paths below `/v1/`; what it answers besides (health, its own OpenAPI) is not public.
    Components of one name and one content are shared; of one name and several contents they get the service's name in
    front. The same goes for operation ids and tags. Security requirements name `oauth2` and `bearer` afterwards.
    """
    kept = {name: deepcopy(document) for name, document in documents.items()}
    for document in kept.values():
        document["paths"] = {path: item for path, item in document.get("paths", {}).items() if path.startswith("/v1/")}
        _rename_security(document)
    _part_components(kept)
    _part_operation_ids(kept)
    _part_tags(kept)
    merged: Document = {"paths": {}, "components": {}, "tags": [], "x-problems": {}}
    for document in kept.values():
        merged["paths"].update(document["paths"])
        merged["tags"] += document.get("tags", [])
        for slug, problem in document.get("x-problems", {}).items():
            merged["x-problems"].setdefault(slug, problem)
        for section, items in document.get("components", {}).items():
            merged["components"].setdefault(section, {}).update(items)
    _share_refusals(merged)
    merged["x-problems"] = dict(sorted(merged["x-problems"].items()))
    merged["x-tagGroups"] = [
        {"name": name.capitalize(), "tags": [tag["name"] for tag in document.get("tags", [])]}
        for name, document in kept.items()
        if document.get("tags")
    ]
    return merged


def _share_refusals(merged: Document) -> None:
    """Describe each refusal once, and refer to it from the operations that answer with it.

    They are two thirds of the document otherwise, which Swagger UI reads as a whole for each operation that is opened.
    """
    shared: Document = {}
    for operation in operations(merged):
        responses = operation.get("responses", {})
        for status, response in responses.items():
            name = ".".join((status, *(slugs := _problems_of(response))))
            if slugs and shared.setdefault(name, response) == response:
                responses[status] = {"$ref": f"{_REF}responses/{name}"}
    merged["components"].setdefault("responses", {}).update(shared)


def _problems_of(response: Document) -> list[str]:
    """Return the slugs of the problems that a response may be; none where it is no refusal."""
    return list(response.get("content", {}).get("application/problem+json", {}).get("examples", {}))


def operations(document: Document) -> Iterator[Document]:
    for item in document.get("paths", {}).values():
        yield from (operation for method, operation in item.items() if method in _METHODS)


def scopes_of(documents: Iterable[Document]) -> dict[str, str]:
    """Return every scope that a document's OAuth2 flows or operations name, with what it is for where that is said."""
    found: dict[str, str] = {}
    for document in documents:
        schemes = document.get("components", {}).get("securitySchemes", {})
        for scheme in schemes.values():
            for flow in scheme.get("flows", {}).values():
                found.update(
                    {scope: text for scope, text in flow.get("scopes", {}).items() if text or scope not in found}
                )
        for operation in operations(document):
            for requirement in operation.get("security", []):
                for scheme, scopes in requirement.items():
                    if _kind(schemes.get(scheme, {})) == "oauth2":
                        found.update({scope: found.get(scope, "") for scope in scopes})
    return dict(sorted(found.items()))


def _kind(scheme: Mapping[str, Any]) -> str | None:
    if scheme.get("type") in {"oauth2", "openIdConnect"}:
        return "oauth2"
    return "bearer" if scheme.get("type") == "http" else None


def _rename_security(document: Document) -> None:
    schemes = document.get("components", {}).pop("securitySchemes", {})
    kinds = {name: _kind(scheme) for name, scheme in schemes.items()}
    for operation in operations(document):
        requirements = operation.get("security", document.get("security"))
        if requirements is None:
            continue
        # One token, two ways to get it: by signing in here, or by pasting it.
        signs_in = any(kinds.get(name) == "oauth2" for requirement in requirements for name in requirement)
        renamed: list[dict[str, list[str]]] = []
        for requirement in requirements:
            ways: list[dict[str, list[str]]] = [{"bearer": []}] if requirement else [{}]
            if requirement and (not signs_in or any(kinds.get(name) == "oauth2" for name in requirement)):
                scopes = [scope for name, listed in requirement.items() for scope in listed if kinds[name] == "oauth2"]
                ways.insert(0, {"oauth2": scopes})
            renamed += [way for way in ways if way not in renamed]
        operation["security"] = renamed


def _part_components(kept: Mapping[str, Document]) -> None:
    """Rename until every component name has one content; a rename changes whatever refers to it, hence the rounds."""
    while True:
        contents: dict[tuple[str, str], list[Any]] = {}
        for document in kept.values():
            for section, items in document.get("components", {}).items():
                for name, content in items.items():
                    known = contents.setdefault((section, name), [])
                    if content not in known:
                        known.append(content)
        clashing = {key for key, known in contents.items() if len(known) > 1}
        if not clashing:
            return
        for service, document in kept.items():
            _prefix_components(document, service.capitalize(), clashing)


def _prefix_components(document: Document, prefix: str, clashing: set[tuple[str, str]]) -> None:
    renames: dict[str, str] = {}
    for section, items in document.get("components", {}).items():
        for name in [name for name in items if (section, name) in clashing]:
            items[prefix + name] = items.pop(name)
            renames[f"{_REF}{section}/{name}"] = f"{_REF}{section}/{prefix}{name}"
    if renames:
        _replace_refs(document, renames)


def _replace_refs(node: Any, renames: Mapping[str, str]) -> None:
    if isinstance(node, dict):
        for key, value in node.items():
            if isinstance(value, str) and value in renames:
                # `$ref`, and the values of a discriminator's mapping.
                node[key] = renames[value]
            else:
                _replace_refs(value, renames)
    elif isinstance(node, list):
        for value in node:
            _replace_refs(value, renames)


def _part_operation_ids(kept: Mapping[str, Document]) -> None:
    counts = Counter(
        operation["operationId"]
        for document in kept.values()
        for operation in operations(document)
        if "operationId" in operation
    )
    for service, document in kept.items():
        for operation in operations(document):
            name = operation.get("operationId")
            if name is not None and counts[name] > 1:
                operation["operationId"] = f"{service}_{name}"


def _part_tags(kept: Mapping[str, Document]) -> None:
    names: Counter[str] = Counter()
    for document in kept.values():
        used = {tag for operation in operations(document) for tag in operation.get("tags", [])}
        described = {tag["name"] for tag in document.get("tags", [])}
        document.setdefault("tags", []).extend({"name": tag} for tag in sorted(used - described))
        names.update(used | described)
    for service, document in kept.items():
        renames = {name: f"{service}: {name}" for name, count in names.items() if count > 1}
        for tag in document["tags"]:
            tag["name"] = renames.get(tag["name"], tag["name"])
        for operation in operations(document):
            if "tags" in operation:
                operation["tags"] = [renames.get(tag, tag) for tag in operation["tags"]]
