"""The list of sealed columns is that of the database, and a rotation reaches every one of them."""

from collections.abc import Callable

import asyncpg
import httpx2
import pytest

from kit.crypto import Vault
from kit.database import Database
from kit.values.ids import new_id
from services.beneficiaries.rotation.columns import SEALED, SealedColumn
from services.beneficiaries.rotation.resealing import SCOPE, exchange, left, read, rotate
from tests.conftest import Service
from tests.services.beneficiaries.conftest import MAI_SON, Register, member
from tests.services.beneficiaries.grievances.conftest import Handle, Take, answered, handle, take_in
from tests.services.beneficiaries.rotation.conftest import KEYS, vault

__all__ = ["handle", "take_in"]

Key = Callable[[], dict[str, str]]
OF_PEOPLE = next(sealed for sealed in SEALED if sealed.name == "people.phone_sealed")


async def test_every_sealed_column_of_the_database_is_rotated(registry: Service) -> None:
    rows = await registry.sql(
        "select table_name || '.' || column_name as name from information_schema.columns where table_schema = 'public'"
        " and data_type = 'bytea' and (column_name like '%\\_sealed' or column_name = 'secret')"
    )
    assert {row["name"] for row in rows} == {sealed.name for sealed in SEALED}


async def test_what_is_sealed_opens_under_the_new_key_alone_afterwards(
    registry: Service,
    admin: httpx2.AsyncClient,
    register: Register,
    take_in: Take,
    handle: Handle,
    database: Database,
    new_key: Key,
) -> None:
    home = await register(MAI_SON, member(identity_number="014184000123", phone="+84987654321"))
    bank = {"kind": "bank", "provider": "Agribank", "account_number": "7905205012345", "holder": "LO THI DOI"}
    path = f"/v1/beneficiaries/people/{home['members'][0]['person_id']}/payment-channels"
    assert (await admin.post(path, json=bank, headers=new_key())).status_code == 201
    asking = {"person_id": home["members"][0]["person_id"], "kind": "access", "asked_by": "person", "evidence": "Visit"}
    asked = await admin.post(
        "/v1/beneficiaries/subject-requests", json={**asking, "details": "Tất cả"}, headers=new_key()
    )
    assert asked.status_code == 201
    change = {"kind": "place", "household_id": home["id"], "payload": {"address": "Số 7"}, "reason": "Thăm nhà"}
    proposed = await admin.post("/v1/beneficiaries/change-requests", json=change, headers=new_key())
    assert proposed.status_code == 201
    receipt = await take_in(contact="+84987654321")
    await answered(handle, admin, receipt["id"], "commune-officer:04105")
    await every_column_filled(registry)
    before = {sealed.name: await plain(registry, sealed, vault("old")) for sealed in SEALED}
    progress = await rotate(database, vault("new"), "new", batch=2)
    assert {one.column: one.left for one in progress} == {sealed.name: 0 for sealed in SEALED}
    assert all(one.resealed > 0 for one in progress), progress
    only_new = Vault({"new": KEYS["new"]}, "new", KEYS["index"])
    assert {sealed.name: await plain(registry, sealed, only_new) for sealed in SEALED} == before
    assert [one.resealed for one in await rotate(database, vault("new"), "new")] == [0] * len(SEALED)


async def test_a_number_that_a_user_changed_meanwhile_stays_as_the_user_left_it(
    registry: Service, admin: httpx2.AsyncClient, register: Register, database: Database
) -> None:
    home = await register(MAI_SON, member(phone="+84987654321"))
    person = home["members"][0]["person_id"]
    async with database.transaction(SCOPE) as session:
        found = await read(session, OF_PEOPLE, vault("new"), "new", None, 10)
    change = {"members": {"change": [{"person_id": person, "phone": "+84912345678"}]}}
    path = f"/v1/beneficiaries/households/{home['id']}"
    assert (await admin.patch(path, json=change, headers={"If-Match": '"1"'})).status_code == 200
    async with database.transaction(SCOPE) as session:
        assert await exchange(session, OF_PEOPLE, found.exchanges) == 0
        assert await left(session, OF_PEOPLE, "new") == 1
    assert await plain(registry, OF_PEOPLE, vault("old")) == ["+84912345678"]


async def test_what_no_key_opens_is_reported_and_left_alone(
    registry: Service, register: Register, database: Database
) -> None:
    await register(MAI_SON, member(phone="+84987654321"))
    unaware = Vault({"new": KEYS["new"]}, "new", KEYS["index"])
    [progress] = await rotate(database, unaware, "new", columns=[OF_PEOPLE])
    assert (progress.resealed, progress.left, progress.unreadable) == (0, 1, 1)
    assert await plain(registry, OF_PEOPLE, vault("old")) == ["+84987654321"]


async def test_of_a_step_nothing_changes_but_the_key(
    registry: Service, admin: httpx2.AsyncClient, take_in: Take, handle: Handle
) -> None:
    receipt = await take_in()
    await answered(handle, admin, receipt["id"], "commune-officer:04105")
    for change in (
        "text_sealed = null",
        "text_sealed = text_sealed || '\\x00'::bytea",
        "text_sealed = set_byte(text_sealed, length(text_sealed) - 1, 0)",
        "step = 'reopened'",
    ):
        with pytest.raises(asyncpg.IntegrityConstraintViolationError, match="append-only"):
            await registry.sql(f"update grievance_steps set {change} where text_sealed is not null")


async def plain(registry: Service, sealed: SealedColumn, keys: Vault) -> list[str]:
    """Return the values of a column in the order of their rows."""
    names = ", ".join(name for name, _ in sealed.key)
    rows = await registry.sql(
        f"select {names}, {sealed.column} as value from {sealed.table} where {sealed.column} is not null order by {names}"
    )
    return [keys.open(value, context=sealed.context(*key)) for *key, value in rows]


async def every_column_filled(registry: Service) -> None:
    """Put a row where only another registry's messages or an operator's settings would."""
    partner, question, subscription, target = (new_id() for _ in range(4))
    old = vault("old")
    await registry.sql(
        "insert into dci_partners (id, sender_id, client, name, basis, legal_basis, attributes, signatures_required,"
        " public_keys, messages_per_day, most_records, state, version) values ($1, 'moh', 'social-registry:moh', 'MoH',"
        " 'statutory', 'Law 25/2008/QH12', '{}', false, '[]', 10, 10, 'active', 1)",
        partner,
    )
    await registry.sql(
        "insert into dci_transactions (id, partner_id, transaction_id, action, state, message_sealed, callback_url,"
        " delivery) values ($1, $2, 't', 'search', 'pdng', $3, 'https://moh.example', 'waiting')",
        question,
        partner,
        old.seal("{}", context=f"dci_transactions.message:{question}"),
    )
    await registry.sql(
        "insert into dci_subscriptions (id, partner_id, code, event_type, entity, criteria_sealed, fingerprint,"
        " callback_url, status) values ($1, $2, 'c', 'UPDATE', 'Group', $3, '', 'https://moh.example', 'subscribe')",
        subscription,
        partner,
        old.seal("{}", context=f"dci_subscriptions.criteria:{subscription}"),
    )
    await an_import(registry)
    await registry.sql(
        "insert into webhook_endpoints (id, url, secret, internal) values ($1, 'http://127.0.0.1:9', $2, true)",
        target,
        old.seal("whsec_x", context=f"webhook_endpoints.secret:{target}"),
    )


async def an_import(registry: Service) -> None:
    """Put a row of a file that waits to be taken in."""
    file, person, old = new_id(), new_id(), vault("old")
    await registry.sql(
        "insert into imports (id, sent_by, client, request_id, reach, area_code, language, kind, size, digest, dry_run,"
        " state, expires_at) values ($1, 'x', 'x', '', 'all', '', 'vi', 'csv', 1, sha256(''), false, 'waiting', now())",
        file,
    )
    await registry.sql(
        "insert into import_households (import_id, number, row_number, key, members, refused)"
        " values ($1, 1, 1, '1', 1, false)",
        file,
    )
    await registry.sql(
        "insert into import_rows (import_id, household, row_number, id, membership_id, full_name, folded, sex,"
        " birth_date, birth_precision, ethnicity, relation, joined_on, identity_sealed, phone_sealed)"
        " values ($1, 1, 1, $2, $2, 'x', 'x', 'female', '1984-01-01', 'day', '03', 'head', '2026-01-01', $3, $4)",
        file,
        person,
        old.seal("014184000124", context=f"people.identity_number:{person}"),
        old.seal("+84987654322", context=f"people.phone:{person}"),
    )
