"""Every example of the documents can be run: in the browser by a person who may, the rest by the program that may."""

import json
import time
from typing import Any

import httpx2
import pytest

from kit.webhooks.signatures import sign
from local.issuer.proofs import client_assertion, new_proof_key, public_jwk
from local.stages import client_secret, signing_secret
from local.tokens import Signer
from tests.browser.operations import BY_PROGRAMS, Operation, for_people, operations_of
from tests.browser.swagger import Swagger
from tests.running import Platform

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("operation", for_people(), ids=lambda operation: operation.id)
def test_an_example_does_what_it_says_and_tried_again_does_no_more(swagger: Swagger, operation: Operation) -> None:
    swagger.sign_in(operation.login)
    opened = swagger.open(operation.id, operation.tag)
    for example in opened.each_example():
        answer = opened.execute(example)
        assert answer.is_success, f"as {operation.login or 'nobody'}, {answer}"
        assert answer.shown == str(answer.status)
        if operation.method != "GET":
            again = opened.execute(example)
            if operation.takes("Idempotency-Key"):
                assert (again.status, again.text) == (answer.status, answer.text)
            elif operation.takes("If-Match"):
                assert (again.status, json.loads(again.text)["code"]) == (412, "stale-version"), again
                swagger.foreseen.append("status of 412")
            else:
                assert again.is_success, again
    opened.close()


@pytest.fixture(scope="session")
def merged(told: Platform) -> dict[str, Any]:
    answer = httpx2.get(f"{told.gateway}/openapi.json", trust_env=False)
    document: dict[str, Any] = answer.json()
    return document


def test_no_operation_is_left_out(merged: dict[str, Any]) -> None:
    tried = [operation.id for operation in for_people()] + list(BY_PROGRAMS)
    assert sorted(tried) == sorted(operation.id for operation in operations_of(merged))


def test_a_grievance_is_followed_and_reopened_with_what_its_complainant_got(
    told: Platform, merged: dict[str, Any]
) -> None:
    officer = Signer(told.home, told.issuer, "commune-officer:04105").token()

    def call(operation_id: str, grievance: str = "", **secrets: str) -> httpx2.Response:
        operation = _found(merged, operation_id)
        [example] = _schema_of_body(merged, operation)["examples"]
        headers = {"Idempotency-Key": f"of-one-grievance-{operation_id}"}
        if operation.login is not None:
            headers["Authorization"] = f"Bearer {officer}"
        address = told.gateway + operation.path.replace("{grievance_id}", grievance)
        return httpx2.post(address, json=example | secrets, headers=headers, trust_env=False)

    own = "018d4b1e-5f00-7000-8000-000000000999"
    receipt = call("take_in_grievance", id=own).json()
    secrets = {name: receipt[name] for name in ("code", "secret")}
    for step in ("classify_grievance", "assign_grievance", "answer_grievance"):
        assert call(step, own).status_code == 200, step
    followed = call("follow_grievance", **secrets)
    assert (followed.status_code, followed.json()["state"]) == (200, "answered"), followed.text
    reopened = call("reopen_grievance", **secrets)
    assert (reopened.status_code, reopened.json()["state"]) == (200, "reopened"), reopened.text


def test_a_service_looks_households_up_with_the_example(told: Platform, merged: dict[str, Any]) -> None:
    operation = _found(merged, "lookup_households")
    token = httpx2.post(
        f"{told.issuer}/token",
        data={"grant_type": "client_credentials"},
        auth=("service:funds", client_secret(told.home, "funds")),
        trust_env=False,
    ).json()["access_token"]
    [body] = _schema_of_body(merged, operation)["examples"]
    answer = httpx2.post(
        f"{told.gateway}{operation.path}",
        json=body,
        headers={"Authorization": f"Bearer {token}"},
        trust_env=False,
    )
    assert answer.status_code == 200, answer.text
    assert [found["id"] for found in answer.json()["found"]] == body["ids"]


@pytest.fixture(scope="session")
def ministry(told: Platform) -> str:
    """A token of the system of a ministry, got by a key of its own."""
    key, client = new_proof_key(), "social-registry:moh"
    keys = {"client_id": client, "jwks": {"keys": [{**public_jwk(key), "kid": key.ensure_kid() or key.kid}]}}
    registered = httpx2.post(f"{told.issuer}/development/clients", json=keys, trust_env=False)
    assert registered.status_code == 201, registered.text
    proof = {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": client_assertion(key, client, told.issuer),
    }
    answer = httpx2.post(f"{told.issuer}/token", data=proof, trust_env=False)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])


@pytest.mark.parametrize("operation_id", [name for name in BY_PROGRAMS if name.startswith("dci_")])
def test_a_ministrys_system_sends_each_message_of_the_examples(
    told: Platform, merged: dict[str, Any], ministry: str, operation_id: str
) -> None:
    operation = _found(merged, operation_id)
    examples = operation.definition["requestBody"]["content"]["application/json"]["examples"]
    for number, example in enumerate(examples.values()):
        # The same message is shown at two addresses, and its id counts once.
        message = example["value"]
        header = message["header"] | {"message_id": f"{operation_id}-{number}"}
        answer = httpx2.post(
            f"{told.gateway}{operation.path}",
            json=message | {"header": header},
            headers={"Authorization": f"Bearer {ministry}"},
            trust_env=False,
        )
        assert answer.is_success, answer.text
        assert _understood(answer.json()), answer.text


def _understood(said: dict[str, Any]) -> bool:
    """Whether a message was taken: an acknowledgement says so itself, an answer rejects none of its items."""
    if "header" not in said:
        return bool(said["message"]["ack_status"] == "ACK")
    return bool(said["header"]["status"] != "rjct")


def test_the_fund_tells_the_registry_of_the_event_in_the_example(told: Platform, merged: dict[str, Any]) -> None:
    operation = _found(merged, "receive_event")
    [(media, content)] = operation.definition["requestBody"]["content"].items()
    [example] = content["examples"].values()
    body = json.dumps(example["value"]).encode()
    signed = sign(signing_secret(told.home, "funds"), example["value"]["id"], int(time.time()), body)
    assert signed.keys() == {one["name"] for one in operation.definition["parameters"]}
    outcomes = []
    for _ in range(2):
        answer = httpx2.post(
            f"{told.gateway}{operation.path}",
            content=body,
            headers={**signed, "Content-Type": media},
            trust_env=False,
        )
        assert answer.status_code == 200, answer.text
        outcomes.append(answer.json()["outcome"])
    assert outcomes == ["recorded", "duplicate"]


def _found(document: dict[str, Any], operation_id: str) -> Operation:
    return next(operation for operation in operations_of(document) if operation.id == operation_id)


def _schema_of_body(document: dict[str, Any], operation: Operation) -> dict[str, Any]:
    schema: dict[str, Any] = operation.definition["requestBody"]["content"]["application/json"]["schema"]
    found: dict[str, Any] = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return found
