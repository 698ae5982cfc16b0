"""Poverty standards as numbers: versions of their rules, indicators, point tables, and the causes of poverty."""

import csv
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import sqlalchemy as sa
from alembic import op

from migrations.parts.platform_v1 import split

revision = "20261124_standards"
down_revision = "20261124_needs"
branch_labels = None
depends_on = None

_REFERENCE = Path(__file__).parents[2] / "services" / "beneficiaries" / "standards" / "reference"

# A version is never changed, only superseded; what was classified under it keeps pointing to it.
_TABLES = """
alter table poverty_standards drop constraint ck_poverty_standards_confidence;
alter table poverty_standards add constraint ck_poverty_standards_confidence
    check (confidence in ('firm', 'soft', 'open'));
alter table poverty_standards add constraint ck_poverty_standards_period check (valid_to > valid_from);
create table poverty_rules (
    id uuid constraint pk_poverty_rules primary key,
    standard text not null constraint fk_poverty_rules_standard references poverty_standards (code),
    version integer not null constraint ck_poverty_rules_version check (version > 0),
    confidence text not null constraint ck_poverty_rules_confidence check (confidence in ('firm', 'soft', 'open')),
    source text not null constraint ck_poverty_rules_source check (source <> ''),
    income_rural bigint not null,
    income_urban bigint not null,
    average_rural bigint,
    average_urban bigint,
    deprivations smallint not null constraint ck_poverty_rules_deprivations check (deprivations between 0 and 50),
    entered_by text not null,
    recorded_from timestamptz not null default clock_timestamp(),
    recorded_to timestamptz constraint ck_poverty_rules_recorded check (recorded_to > recorded_from),
    constraint ck_poverty_rules_income check (income_rural > 0 and income_urban > 0),
    constraint ck_poverty_rules_average check (average_rural > income_rural and average_urban > income_urban),
    constraint uq_poverty_rules_standard_version unique (standard, version),
    constraint ex_poverty_rules_recorded exclude using gist (standard with =,
        tstzrange(recorded_from, recorded_to) with &&)
);
create table poverty_indicators (
    rules_id uuid not null constraint fk_poverty_indicators_rules_id references poverty_rules (id),
    code text not null constraint ck_poverty_indicators_code check (code ~ '^[a-z][a-z0-9_]{1,39}$'),
    number smallint not null constraint ck_poverty_indicators_number check (number > 0),
    dimension text not null,
    title_vi text not null,
    title_en text not null,
    title_fr text not null,
    deprived_if text not null,
    confidence text not null constraint ck_poverty_indicators_confidence
        check (confidence in ('firm', 'soft', 'open')),
    evidence text not null,
    constraint pk_poverty_indicators primary key (rules_id, code),
    constraint uq_poverty_indicators_number unique (rules_id, number)
);
create table point_tables (
    id uuid constraint pk_point_tables primary key,
    standard text not null constraint fk_point_tables_standard references poverty_standards (code),
    version integer not null constraint ck_point_tables_version check (version > 0),
    confidence text not null constraint ck_point_tables_confidence check (confidence in ('firm', 'soft', 'open')),
    source text not null constraint ck_point_tables_source check (source <> ''),
    income_rural integer not null,
    income_urban integer not null,
    per_deprivation integer not null constraint ck_point_tables_per_deprivation check (per_deprivation > 0),
    deprivation_line integer not null constraint ck_point_tables_deprivation_line check (deprivation_line >= 0),
    entered_by text not null,
    recorded_from timestamptz not null default clock_timestamp(),
    recorded_to timestamptz constraint ck_point_tables_recorded check (recorded_to > recorded_from),
    constraint ck_point_tables_income check (income_rural > 0 and income_urban > 0),
    constraint uq_point_tables_standard_version unique (standard, version),
    constraint ex_point_tables_recorded exclude using gist (standard with =,
        tstzrange(recorded_from, recorded_to) with &&)
);
create table point_items (
    table_id uuid not null constraint fk_point_items_table_id references point_tables (id),
    code text not null constraint ck_point_items_code check (code ~ '^[a-z][a-z0-9_]{1,39}$'),
    title_vi text not null,
    title_en text not null,
    title_fr text not null,
    points integer not null constraint ck_point_items_points check (points between -1000 and 1000),
    constraint pk_point_items primary key (table_id, code)
);
create table poverty_causes (
    code text constraint pk_poverty_causes primary key,
    number smallint not null constraint uq_poverty_causes_number unique,
    title_vi text not null,
    title_en text not null,
    title_fr text not null
);
grant select, insert, update (valid_to) on poverty_standards to beneficiaries;
grant select, insert, update (recorded_to) on poverty_rules, point_tables to beneficiaries;
grant select, insert on poverty_indicators, point_items to beneficiaries;
grant select on poverty_causes to beneficiaries;
"""


def upgrade() -> None:
    for statement in split(_TABLES):
        op.execute(statement)
    rules = _rows("rules.csv")
    _load("poverty_rules", [{**row, "id": _id("rules", row["standard"]), **_FIRST} for row in rules])
    indicators = _rows("indicators.csv")
    _load("poverty_indicators", [{"rules_id": _id("rules", row.pop("standard")), **row} for row in indicators])
    points = _rows("points.csv")
    _load("point_tables", [{**row, "id": _id("points", row["standard"]), **_FIRST} for row in points])
    _load("poverty_causes", _rows("causes.csv"))


def downgrade() -> None:
    for name in ("poverty_causes", "point_items", "point_tables", "poverty_indicators", "poverty_rules"):
        op.execute(f"drop table {name}")
    op.execute("revoke insert, update on poverty_standards from beneficiaries")
    op.execute("alter table poverty_standards drop constraint ck_poverty_standards_period")
    op.execute("alter table poverty_standards drop constraint ck_poverty_standards_confidence")
    op.execute(
        "alter table poverty_standards add constraint ck_poverty_standards_confidence"
        " check (confidence in ('firm', 'soft'))"
    )


_FIRST = {"version": 1, "entered_by": "reference tables"}
_WHOLE = {"version", "number", "deprivations", "per_deprivation", "deprivation_line"}


def _id(kind: str, standard: str) -> Any:
    return uuid5(NAMESPACE_URL, f"forthepoor/{kind}/{standard}/1")


def _rows(name: str) -> list[dict[str, Any]]:
    """Return the rows of a reference table; what is a number there is one here, what is empty is null."""
    found = csv.DictReader((_REFERENCE / name).read_text("utf-8").splitlines())
    return [
        {
            key: None
            if value == ""
            else int(value)
            if key in _WHOLE or key.startswith(("income_", "average_"))
            else value
            for key, value in row.items()
        }
        for row in found
    ]


def _load(table: str, rows: list[dict[str, Any]]) -> None:
    kinds = {name: sa.column(name, sa.Uuid) if name in {"id", "rules_id"} else sa.column(name) for name in rows[0]}
    op.bulk_insert(sa.table(table, *kinds.values()), rows)
