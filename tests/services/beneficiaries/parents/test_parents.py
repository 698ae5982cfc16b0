"""Mother and father of a person: on two clocks, older than the child, and the child's own."""

import asyncio
from collections.abc import Callable

import asyncpg
import httpx2
import pytest

from kit.values.ids import new_id
from tests.conftest import Service
from tests.services.beneficiaries.conftest import CHIENG_SUNG, HOUSEHOLDS, MAI_SON, Register, household, member

PEOPLE = "/v1/beneficiaries/people"
AGES = "/v1/beneficiaries/parent-ages"
Key = Callable[[], dict[str, str]]
MOTHER, FATHER = member(), member("Cà Văn Inh", "spouse", "1980-05-05", sex="male")
CHILD = member("Cà Văn Minh", "child", "2012-05-20", sex="male")
GRANDMOTHER = member("Lò Thị Ín", "parent", "1955-01-01")


@pytest.fixture
async def family(register: Register) -> dict[str, str]:
    """Four people of one household, by what they are to the child."""
    home = await register(MAI_SON, MOTHER, FATHER, CHILD, GRANDMOTHER)
    names = {"head": "mother", "spouse": "father", "child": "child", "parent": "grandmother"}
    return {"home": home["id"], **{names[one["relation"]]: one["person_id"] for one in home["members"]}}


async def say(client: httpx2.AsyncClient, child: str, kind: str, parent: str, key: Key, **more: str) -> httpx2.Response:
    body = {"kind": kind, "parent_id": parent, **more}
    return await client.post(f"{PEOPLE}/{child}/parents", json=body, headers=key())


async def parents_of(client: httpx2.AsyncClient, child: str, **asked: str) -> list[tuple[str, str]]:
    answer = await client.get(f"{PEOPLE}/{child}/parents", params=asked)
    assert answer.status_code == 200, answer.text
    return [(one["kind"], one["parent_id"]) for one in answer.json()["items"]]


async def test_a_household_is_registered_with_mothers_and_fathers(officer: httpx2.AsyncClient, new_key: Key) -> None:
    mother, father = str(new_id()), str(new_id())
    body = household(
        MAI_SON,
        MOTHER | {"id": mother},
        FATHER | {"id": father},
        CHILD | {"mother_id": mother, "father_id": father},
    )
    made = await officer.post(HOUSEHOLDS, json=body, headers=new_key())
    assert made.status_code == 201, made.text
    [child] = [one for one in made.json()["members"] if one["relation"] == "child"]
    assert (child["mother_id"], child["father_id"]) == (mother, father)
    before = {"as_of": "2012-05-20"}
    assert await parents_of(officer, child["person_id"], **before) == [("mother", mother), ("father", father)]


async def test_a_corrected_mother_is_known_and_what_was_known_stays(
    officer: httpx2.AsyncClient, family: dict[str, str], new_key: Key
) -> None:
    first = (await say(officer, family["child"], "mother", family["grandmother"], new_key)).json()
    second = (await say(officer, family["child"], "mother", family["mother"], new_key)).json()
    assert (first["valid_from"], second["valid_from"]) == ("2012-05-20", "2012-05-20")
    assert await parents_of(officer, family["child"]) == [("mother", family["mother"])]
    then = await parents_of(officer, family["child"], known_at=first["recorded_from"])
    assert then == [("mother", family["grandmother"])]
    home = (await officer.get(f"{HOUSEHOLDS}/{family['home']}", params={"known_at": first["recorded_from"]})).json()
    assert [one["mother_id"] for one in home["members"] if one["person_id"] == family["child"]] == [
        family["grandmother"]
    ]


async def test_a_child_that_was_adopted_has_another_mother_since(
    officer: httpx2.AsyncClient, family: dict[str, str], new_key: Key
) -> None:
    await say(officer, family["child"], "mother", family["mother"], new_key)
    adopted = await say(officer, family["child"], "mother", family["grandmother"], new_key, since="2020-03-01")
    assert adopted.status_code == 201, adopted.text
    assert await parents_of(officer, family["child"], as_of="2020-02-29") == [("mother", family["mother"])]
    assert await parents_of(officer, family["child"], as_of="2020-03-01") == [("mother", family["grandmother"])]


async def test_a_mother_ends_or_never_was(officer: httpx2.AsyncClient, family: dict[str, str], new_key: Key) -> None:
    for on, left in (("2020-01-01", [("mother", family["mother"])]), (None, [])):
        made = (await say(officer, family["child"], "mother", family["mother"], new_key)).json()
        path = f"/v1/beneficiaries/parentages/{made['id']}/end"
        ended = await officer.post(path, json={"on": on} if on else {}, headers=new_key())
        assert ended.status_code == 200, ended.text
        assert await parents_of(officer, family["child"], as_of="2019-12-31") == left
        assert await parents_of(officer, family["child"], as_of="2020-01-01") == []
        if on is None:
            again = await officer.post(path, json={}, headers=new_key())
            assert (again.status_code, again.json()["code"]) == (404, "parentage-not-found")


@pytest.mark.parametrize(
    ("kind", "who", "code"),
    [
        ("mother", "child", "parent-sex-disagrees"),
        ("father", "child", "parent-too-young"),
        ("father", "mother", "parent-sex-disagrees"),
        ("mother", "grandmother", None),
        ("mother", "mother", None),
    ],
)
async def test_a_parent_has_the_sex_of_one_and_nobody_is_their_own(
    officer: httpx2.AsyncClient, family: dict[str, str], new_key: Key, kind: str, who: str, code: str | None
) -> None:
    answer = await say(officer, family["child"], kind, family[who], new_key)
    assert answer.status_code == (422 if code else 201), answer.text
    assert answer.json().get("code") == code


@pytest.mark.parametrize("born", ["1996-12-31", "1985-06-01", "1984-01-01"])
async def test_a_child_is_refused_that_is_older_than_its_mother_or_a_few_years_younger(
    officer: httpx2.AsyncClient, new_key: Key, born: str
) -> None:
    mother = str(new_id())
    young = member("Lò Thị Yên", "other_relative", "1985-01-01", id=mother)
    child = member("Cà Văn Minh", "other_relative", born, mother_id=mother)
    answer = await officer.post(HOUSEHOLDS, json=household(MAI_SON, member(), young, child), headers=new_key())
    assert (answer.status_code, answer.json()["code"]) == (422, "parent-too-young")
    assert "1985" in answer.json()["detail"]
    assert born[:4] in answer.json()["detail"]


async def test_the_least_years_are_data_that_the_district_keeps(
    registry: Service, officer: httpx2.AsyncClient, admin: httpx2.AsyncClient, family: dict[str, str], new_key: Key
) -> None:
    assert (await officer.post(f"{AGES}/mother", json={"least_years": 30, "source": "x"}, headers=new_key())).is_error
    given = {"least_years": 29, "source": "agreed in the district"}
    changed = await admin.post(f"{AGES}/mother", json=given, headers=new_key())
    assert changed.json() == {"kind": "mother", **given, "version": 2}
    assert changed.json() in (await officer.get(AGES)).json()["items"]
    refused = await say(officer, family["child"], "mother", family["mother"], new_key)
    assert (refused.status_code, refused.json()["code"]) == (422, "parent-too-young")
    assert (await say(officer, family["child"], "father", family["father"], new_key)).status_code == 201
    [audited] = await registry.sql("select change from audit_log where action = 'parent_age.changed'")
    assert '"least_years": 29' in audited["change"]


async def test_nobody_is_born_again_before_their_mother(
    officer: httpx2.AsyncClient, family: dict[str, str], new_key: Key
) -> None:
    assert (await say(officer, family["child"], "mother", family["mother"], new_key)).status_code == 201
    for change in (
        {"person_id": family["mother"], "birth_date": "2005-01-01"},
        {"person_id": family["child"], "birth_date": "1990-01-01"},
        {"person_id": family["mother"], "sex": "male"},
    ):
        path = f"{HOUSEHOLDS}/{family['home']}"
        headers = {"If-Match": (await officer.get(path)).headers["etag"]}
        answer = await officer.patch(path, json={"members": {"change": [change]}}, headers=headers)
        assert answer.status_code == 422, answer.text
        assert answer.json()["code"] in {"parent-too-young", "parent-sex-disagrees"}


async def test_the_database_refuses_two_mothers_on_a_day_a_ring_and_a_young_one(
    registry: Service, officer: httpx2.AsyncClient, family: dict[str, str], new_key: Key
) -> None:
    assert (await say(officer, family["mother"], "mother", family["grandmother"], new_key)).status_code == 201
    assert (await say(officer, family["child"], "mother", family["mother"], new_key)).status_code == 201
    insert = (
        "insert into parentages (id, child_id, parent_id, kind, valid_from, recorded_by)"
        " values (gen_random_uuid(), $1, $2, $3, $4::text::date, 'test')"
    )
    refused: tuple[tuple[str, str, str, type[Exception], str], ...] = (
        ("child", "grandmother", "mother", asyncpg.ExclusionViolationError, "ex_parentages_child"),
        ("grandmother", "child", "father", asyncpg.CheckViolationError, "ck_parentages_age"),
        ("child", "mother", "father", asyncpg.CheckViolationError, "ck_parentages_sex"),
        ("child", "child", "father", asyncpg.CheckViolationError, "ck_parentages_two_people"),
    )
    for child, parent, kind, error, constraint in refused:
        with pytest.raises(error) as raised:
            await registry.sql(insert, family[child], family[parent], kind, "2012-05-20")
        assert getattr(raised.value, "constraint_name", None) == constraint


async def test_two_officers_who_name_a_mother_at_once_leave_one(
    officer: httpx2.AsyncClient, admin: httpx2.AsyncClient, family: dict[str, str], new_key: Key
) -> None:
    answers = await asyncio.gather(
        say(officer, family["child"], "mother", family["mother"], new_key),
        say(admin, family["child"], "mother", family["grandmother"], new_key),
    )
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len(await parents_of(officer, family["child"])) == 1


async def test_the_link_is_the_childs_and_another_commune_neither_sees_nor_names(
    stranger: httpx2.AsyncClient,
    officer: httpx2.AsyncClient,
    register: Register,
    family: dict[str, str],
    new_key: Key,
) -> None:
    made = (await say(officer, family["child"], "mother", family["mother"], new_key)).json()
    answers = [
        await stranger.get(f"{PEOPLE}/{family['child']}/parents"),
        await say(stranger, family["child"], "father", family["father"], new_key),
        await stranger.post(f"/v1/beneficiaries/parentages/{made['id']}/end", json={}, headers=new_key()),
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [
        (404, "person-not-found"),
        (404, "person-not-found"),
        (404, "parentage-not-found"),
    ]
    theirs = await register(CHIENG_SUNG, CHILD | {"relation": "head"})
    hidden = await say(stranger, theirs["members"][0]["person_id"], "mother", family["mother"], new_key)
    never = await say(stranger, theirs["members"][0]["person_id"], "mother", str(new_id()), new_key)
    assert (hidden.status_code, hidden.json()["code"]) == (422, "parent-not-found")
    assert {**hidden.json(), "request_id": ""} == {**never.json(), "request_id": ""}
