"""Three documents become one: shared where they agree, apart where they do not."""

import json
from copy import deepcopy
from typing import Any

from gateway.openapi.merge import merge, scopes_of


def document(path: str, schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    operation = {
        "operationId": "read",
        "tags": ["things"],
        "security": [{"login": ["things.read"]}],
        "responses": {"200": {"description": "", "content": {"application/json": {"schema": ref("Page")}}}},
    }
    return {
        "openapi": "3.1.0",
        "paths": {path: {"get": operation | more}, "/livez": {"get": {"operationId": "livez", "responses": {}}}},
        "components": {
            "schemas": {"Page": {"type": "array", "items": ref("Thing")}, "Thing": schema, "Money": {"type": "object"}},
            "securitySchemes": {
                "login": {"type": "oauth2", "flows": {"authorizationCode": {"scopes": {"things.read": "Read things"}}}}
            },
        },
        "x-problems": {path.rpartition("/")[2]: {"status": 409, "title": {"en": path}}},
    }


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def reached(merged: dict[str, Any]) -> set[str]:
    """Return every component that something refers to; KeyError where one is missing."""
    found = set()

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            if isinstance(target := node.get("$ref"), str):
                _, _, section, name = target.split("/")
                assert name in merged["components"][section]
                found.add(name)
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(merged)
    return found


def test_what_two_services_mean_alike_is_shared() -> None:
    merged = merge(
        {"funds": document("/v1/funds/a", {"type": "string"}), "loans": document("/v1/loans/b", {"type": "string"})}
    )
    assert set(merged["components"]["schemas"]) == {"Page", "Thing", "Money"}
    assert reached(merged) == {"Page", "Thing"}


def test_what_only_has_the_same_name_is_kept_apart_and_so_is_what_refers_to_it() -> None:
    merged = merge(
        {"funds": document("/v1/funds/a", {"type": "string"}), "loans": document("/v1/loans/b", {"type": "integer"})}
    )
    schemas = merged["components"]["schemas"]
    assert set(schemas) == {"FundsPage", "FundsThing", "LoansPage", "LoansThing", "Money"}
    assert schemas["LoansPage"]["items"] == ref("LoansThing")
    assert merged["paths"]["/v1/loans/b"]["get"]["responses"]["200"]["content"]["application/json"]["schema"] == ref(
        "LoansPage"
    )
    assert reached(merged) == {"FundsPage", "FundsThing", "LoansPage", "LoansThing"}


def test_a_discriminators_mapping_follows() -> None:
    schema = {"discriminator": {"propertyName": "kind", "mapping": {"m": "#/components/schemas/Page"}}}
    merged = merge({"funds": document("/v1/funds/a", schema), "loans": document("/v1/loans/b", {"type": "string"})})
    mapping = merged["components"]["schemas"]["FundsThing"]["discriminator"]["mapping"]
    assert mapping == {"m": "#/components/schemas/FundsPage"}


def test_operation_ids_and_tags_are_unique() -> None:
    merged = merge({"funds": document("/v1/funds/a", {}), "loans": document("/v1/loans/b", {})})
    assert [item["get"]["operationId"] for item in merged["paths"].values()] == ["funds_read", "loans_read"]
    assert [tag["name"] for tag in merged["tags"]] == ["funds: things", "loans: things"]
    assert merged["paths"]["/v1/funds/a"]["get"]["tags"] == ["funds: things"]
    alone = merge({"funds": document("/v1/funds/a", {})})
    assert alone["paths"]["/v1/funds/a"]["get"]["operationId"] == "read"
    assert [tag["name"] for tag in alone["tags"]] == ["things"]


def test_only_the_public_paths_are_taken() -> None:
    assert list(merge({"funds": document("/v1/funds/a", {})})["paths"]) == ["/v1/funds/a"]


def test_security_names_the_two_schemes_of_the_platform() -> None:
    documents = {"funds": document("/v1/funds/a", {}), "loans": document("/v1/loans/b", {}, security=[{}])}
    merged = merge(documents)
    assert merged["paths"]["/v1/funds/a"]["get"]["security"] == [{"oauth2": ["things.read"]}, {"bearer": []}]
    assert merged["paths"]["/v1/loans/b"]["get"]["security"] == [{}]
    assert "securitySchemes" not in merged["components"]


def test_the_two_schemes_are_not_listed_twice() -> None:
    both = document("/v1/funds/a", {}, security=[{}, {"login": ["things.read"]}, {"token": []}])
    both["components"]["securitySchemes"]["token"] = {"type": "http", "scheme": "bearer"}
    only = document("/v1/loans/b", {}, security=[{"token": []}])
    only["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    paths = merge({"funds": both, "loans": only})["paths"]
    assert paths["/v1/funds/a"]["get"]["security"] == [{}, {"oauth2": ["things.read"]}, {"bearer": []}]
    assert paths["/v1/loans/b"]["get"]["security"] == [{"oauth2": []}, {"bearer": []}]


def test_scopes_come_from_schemes_and_from_operations() -> None:
    documents = [document("/v1/funds/a", {}), document("/v1/loans/b", {}, security=[{"login": ["loans.write"]}])]
    assert scopes_of(documents) == {"loans.write": "", "things.read": "Read things"}


def test_problems_are_put_together() -> None:
    merged = merge({"funds": document("/v1/funds/closed", {}), "loans": document("/v1/loans/arrears", {})})
    assert list(merged["x-problems"]) == ["arrears", "closed"]


def test_the_documents_given_stay_as_they_are() -> None:
    documents = {"funds": document("/v1/funds/a", {"type": "string"}), "loans": document("/v1/loans/b", {})}
    before = deepcopy(documents)
    merge(documents)
    assert json.dumps(documents) == json.dumps(before)


def test_a_refusal_is_described_once_and_one_that_only_has_its_name_stays_where_it_is() -> None:
    def refusing(path: str, title: str) -> dict[str, Any]:
        examples = {"closed": {"value": {"title": title}}, "spent": {"value": {}}}
        content = {"application/problem+json": {"examples": examples}}
        return document(
            path, {}, responses={"200": {"description": ""}, "409": {"description": "", "content": content}}
        )

    merged = merge(
        {
            "funds": refusing("/v1/funds/a", "Closed"),
            "loans": refusing("/v1/loans/b", "Closed"),
            "beneficiaries": refusing("/v1/beneficiaries/c", "Over"),
        }
    )
    answers = {path: item["get"]["responses"] for path, item in merged["paths"].items()}
    shared = {"$ref": "#/components/responses/409.closed.spent"}
    assert answers["/v1/funds/a"] == answers["/v1/loans/b"] == {"200": {"description": ""}, "409": shared}
    assert "$ref" not in answers["/v1/beneficiaries/c"]["409"]
    assert list(merged["components"]["responses"]) == ["409.closed.spent"]
    assert "409.closed.spent" in reached(merged)
