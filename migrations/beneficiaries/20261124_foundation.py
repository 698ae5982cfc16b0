"""What every service has, and the areas: units with versions, their edges, loaded from the reference tables."""

import csv
import uuid
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import op

from migrations.parts import jobs_v1, outbox_v1, platform_v1

revision = "20261124_foundation"
down_revision = None
branch_labels = None
depends_on = None

_RUNTIME = "beneficiaries"
_REFERENCE = Path(__file__).parents[2] / "services" / "beneficiaries" / "areas" / "reference"
_ALWAYS = date(1900, 1, 1)
_REFORM = date(2025, 7, 1)
_URBAN_KINDS = ("thị trấn", "phường")

# The code alone names no unit (eight of Mai Sơn's are reused): the key is code and first day.
_AREAS = """
create table areas (
    id uuid constraint pk_areas primary key,
    code text not null constraint ck_areas_code check (code ~ '^[0-9A-Z]{2,5}$'),
    valid_from date not null,
    valid_to date constraint ck_areas_validity check (valid_to > valid_from),
    name text not null constraint ck_areas_name check (name <> ''),
    kind text not null,
    level text not null constraint ck_areas_level check (level in ('country', 'province', 'district', 'commune')),
    aliases text[] not null default '{}',
    urban boolean constraint ck_areas_urban check ((urban is not null) = (level = 'commune')),
    parent_id uuid constraint fk_areas_parent_id references areas (id),
    latitude double precision constraint ck_areas_latitude check (latitude between -90 and 90),
    longitude double precision constraint ck_areas_longitude check (longitude between -180 and 180),
    legal_basis text,
    source text not null,
    constraint uq_areas_code_valid_from unique (code, valid_from),
    constraint ex_areas_code exclude using gist (code with =, daterange(valid_from, valid_to) with &&)
);
create index ix_areas_parent_id on areas (parent_id);
create table area_successions (
    predecessor_id uuid not null constraint fk_area_successions_predecessor_id references areas (id),
    successor_id uuid not null constraint fk_area_successions_successor_id references areas (id),
    legal_basis text not null,
    constraint pk_area_successions primary key (predecessor_id, successor_id),
    constraint ck_area_successions_two_units check (predecessor_id <> successor_id)
);
create index ix_area_successions_successor_id on area_successions (successor_id);
"""

# Vietnam keeps UTC+7 all year; an interval needs no zone database beside the server.
_SCOPE = """
create function vietnam_today() returns date language sql stable
    set search_path = pg_catalog, pg_temp
    as $$ select (now() at time zone interval '7 hours')::date $$;
create function areas_under(wanted text) returns uuid[] language sql stable
    set search_path = pg_catalog, public, pg_temp
    as $$
    with recursive reached (id) as (
        select a.id from areas a
        where a.code = wanted and a.level = 'commune'
          and a.valid_from <= vietnam_today() and (a.valid_to is null or a.valid_to > vietnam_today())
        union
        select s.predecessor_id from area_successions s join reached r on r.id = s.successor_id
    )
    select coalesce(array_agg(r.id), '{}') from reached r
    $$;
create function areas_in_scope() returns uuid[] language sql stable
    set search_path = pg_catalog, public, pg_temp
    as $$ select areas_under(current_setting('app.area', true)) $$;
"""


def upgrade() -> None:
    platform_v1.upgrade(op, _RUNTIME)
    outbox_v1.upgrade(op, _RUNTIME)
    jobs_v1.upgrade(op, _RUNTIME)
    for statement in platform_v1.split(_AREAS + _SCOPE):
        op.execute(statement)
    op.execute(f"grant select on areas, area_successions to {_RUNTIME}")
    _load()


def downgrade() -> None:
    op.execute("drop function areas_in_scope()")
    op.execute("drop function areas_under(text)")
    op.execute("drop function vietnam_today()")
    op.execute("drop table area_successions")
    op.execute("drop table areas")
    jobs_v1.downgrade(op)
    outbox_v1.downgrade(op)
    platform_v1.downgrade(op)


def _load() -> None:
    """Every unit of Sơn La before and after 2025-07-01; in Mai Sơn with district, places and legal basis."""
    mai_son = list(csv.DictReader((_REFERENCE / "mai_son_areas.csv").read_text("utf-8").splitlines()))
    son_la = list(csv.DictReader((_REFERENCE / "son_la_communes_2025.csv").read_text("utf-8").splitlines()))
    country = _unit("VN", "Việt Nam", "quốc gia", "country", source="top of the tree")
    province = _unit("14", "Tỉnh Sơn La", "tỉnh", "province", parent_id=country["id"], source="mai_son_areas.csv")
    district = _unit(
        "125",
        "Huyện Mai Sơn",
        "huyện",
        "district",
        valid_to=_REFORM,
        parent_id=province["id"],
        legal_basis="ended with the district tier on 2025-07-01",
        source="mai_son_areas.csv",
    )
    old = {row["old_code"]: row for row in mai_son}
    new = {row["new_code"]: row for row in mai_son}
    units = [country, province, district]
    edges = []
    for row in son_la:
        today = _new_unit(row, new.get(row["code"]), province["id"])
        units.append(today)
        for source in row["legacy_sources"].split("; "):
            code, _, name = source.partition(" ")
            before = _old_unit(code, name, old.get(code), province["id"], district["id"])
            units.append(before)
            edges.append(
                {
                    "predecessor_id": before["id"],
                    "successor_id": today["id"],
                    "legal_basis": today["legal_basis"] or "as listed in son_la_communes_2025.csv",
                }
            )
    columns = [sa.column(name) for name in units[0] if name not in {"id", "parent_id", "aliases"}]
    table = sa.table(
        "areas",
        *columns,
        sa.column("id", sa.Uuid),
        sa.column("parent_id", sa.Uuid),
        sa.column("aliases", sa.ARRAY(sa.Text)),
    )
    op.bulk_insert(table, units)
    successions = sa.table(
        "area_successions",
        sa.column("predecessor_id", sa.Uuid),
        sa.column("successor_id", sa.Uuid),
        sa.column("legal_basis"),
    )
    op.bulk_insert(successions, edges)


def _new_unit(row: dict[str, str], detail: dict[str, str] | None, province: uuid.UUID) -> dict[str, Any]:
    place = (
        {}
        if detail is None
        else {
            "latitude": float(detail["new_lat"]),
            "longitude": float(detail["new_lon"]),
            "legal_basis": detail["legal_basis"],
        }
    )
    return _unit(
        row["code"],
        row["name"],
        row["type"],
        "commune",
        valid_from=_REFORM,
        parent_id=province,
        source="son_la_communes_2025.csv",
        **place,
    )


def _old_unit(
    code: str, name: str, detail: dict[str, str] | None, province: uuid.UUID, district: uuid.UUID
) -> dict[str, Any]:
    """A unit until 2025-06-30; its district is known in Mai Sơn only, elsewhere it hangs from the province."""
    if detail is not None:
        return _unit(
            code,
            detail["old_name"],
            detail["old_type"],
            "commune",
            valid_to=_REFORM,
            parent_id=district,
            aliases=[detail["old_name_alias"]] if detail["old_name_alias"] else [],
            latitude=float(detail["old_lat"]),
            longitude=float(detail["old_lon"]),
            legal_basis=detail["legal_basis"],
            source="mai_son_areas.csv",
        )
    kind = next(kind for kind in ("thị trấn", "phường", "xã") if name.lower().startswith(kind))
    return _unit(code, name, kind, "commune", valid_to=_REFORM, parent_id=province, source="son_la_communes_2025.csv")


def _unit(code: str, name: str, kind: str, level: str, **more: Any) -> dict[str, Any]:
    valid_from = more.pop("valid_from", _ALWAYS)
    return {
        "id": uuid.uuid5(uuid.NAMESPACE_URL, f"forthepoor/area/{code}/{valid_from}"),
        "code": code,
        "valid_from": valid_from,
        "valid_to": None,
        "name": name,
        "kind": kind,
        "level": level,
        "aliases": [],
        "urban": kind in _URBAN_KINDS if level == "commune" else None,
        "parent_id": None,
        "latitude": None,
        "longitude": None,
        "legal_basis": None,
        **more,
    }
