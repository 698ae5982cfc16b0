"""Our own services at the token endpoint, by their secret."""

from urllib.parse import quote_plus

import httpx2
import pytest

from tests.local.issuer.asking import basic, refused, unsigned_part

SECRET = "a secret: with 100% + signs"


@pytest.mark.parametrize(
    "headers",
    [basic(quote_plus("service:funds"), quote_plus(SECRET)), basic("service:funds", SECRET)],
    ids=["form-encoded as RFC 6749 asks", "plain as most clients send it"],
)
async def test_a_service_signs_in_by_basic(http: httpx2.AsyncClient, headers: dict[str, str]) -> None:
    given = await http.post("/token", data={"grant_type": "client_credentials"}, headers=headers)
    assert given.status_code == 200, given.text
    body = given.json()
    assert (body["token_type"], body["scope"]) == ("Bearer", "households.status events.write")
    claims = unsigned_part(body["access_token"], 1)
    assert (claims["sub"], claims["client_id"]) == ("service:funds", "service:funds")
    assert "id_token" not in body


async def test_a_service_signs_in_by_the_form(http: httpx2.AsyncClient) -> None:
    form = {
        "grant_type": "client_credentials",
        "client_id": "service:funds",
        "client_secret": SECRET,
        "scope": "events.write campaigns.write",
    }
    assert (await http.post("/token", data=form)).json()["scope"] == "events.write"
    assert refused(await http.post("/token", data={**form, "scope": "campaigns.write"}), "invalid_scope")


@pytest.mark.parametrize(
    ("headers", "form"),
    [
        (basic("service:funds", "wrong"), {}),
        (basic("service:loans", SECRET), {}),
        (basic("", ""), {}),
        ({"Authorization": "Basic ???"}, {}),
        ({"Authorization": "Basic /////w=="}, {}),
        ({"Authorization": "Bearer token"}, {}),
        ({}, {"client_id": "service:funds", "client_secret": "wrong"}),
        ({}, {"client_id": "service:funds"}),
        ({}, {"client_secret": SECRET}),
        ({}, {}),
    ],
)
async def test_a_client_that_does_not_prove_itself_is_refused(
    http: httpx2.AsyncClient, headers: dict[str, str], form: dict[str, str]
) -> None:
    answer = await http.post("/token", data={"grant_type": "client_credentials", **form}, headers=headers)
    assert refused(answer, "invalid_client")
    assert answer.headers["www-authenticate"].startswith("Basic realm=")


async def test_a_client_proves_itself_in_one_way_and_by_one_name(http: httpx2.AsyncClient) -> None:
    good = basic("service:funds", SECRET)
    for more in ({"client_secret": SECRET}, {"client_assertion": "x"}, {"client_id": "service:loans"}):
        form = {"grant_type": "client_credentials", **more}
        assert refused(await http.post("/token", data=form, headers=good), "invalid_request")


async def test_a_service_cannot_sign_people_in(http: httpx2.AsyncClient) -> None:
    form = {"grant_type": "authorization_code", "code": "x"}
    answer = await http.post("/token", data=form, headers=basic("service:funds", SECRET))
    assert refused(answer, "unauthorized_client")


@pytest.mark.parametrize(
    ("content_type", "content"),
    [
        ("application/json", b'{"grant_type":"client_credentials"}'),
        ("application/x-www-form-urlencoded", b"grant_type=a&grant_type=b"),
        ("application/x-www-form-urlencoded", b"grant_type=%ff"),
        ("application/x-www-form-urlencoded", "grant_type=ủ".encode()),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % n for n in range(60))),
        ("application/x-www-form-urlencoded", b"grant_type=" + b"x" * 70_000),
        ("application/x-www-form-urlencoded", b""),
        ("", b"grant_type=client_credentials"),
    ],
)
async def test_a_malformed_body_is_refused(http: httpx2.AsyncClient, content_type: str, content: bytes) -> None:
    answer = await http.post("/token", content=content, headers={"Content-Type": content_type})
    assert refused(answer, "invalid_request")
