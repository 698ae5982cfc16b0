"""What every service's database has: idempotency keys, the audit log, used DPoP proofs. Frozen."""

from typing import Any

_UP = """
create table idempotency_keys (
    id bytea constraint pk_idempotency_keys primary key,
    fingerprint bytea not null,
    status smallint not null,
    headers text not null,
    body bytea not null,
    recorded_at timestamptz not null default now()
);
create index ix_idempotency_keys_recorded_at on idempotency_keys (recorded_at);

create table audit_log (
    id bigint generated always as identity constraint pk_audit_log primary key,
    recorded_at timestamptz not null default now(),
    actor text not null,
    client text not null,
    on_behalf_of text,
    action text not null,
    subject_type text not null,
    subject_id uuid not null,
    change jsonb not null,
    reason text,
    request_id text not null
);
create index ix_audit_log_subject on audit_log (subject_type, subject_id, id);

create table dpop_proofs (
    proof bytea constraint pk_dpop_proofs primary key,
    expires_at timestamptz not null
);
create index ix_dpop_proofs_expires_at on dpop_proofs (expires_at);

create function refuse_rewrite() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name using errcode = 'integrity_constraint_violation';
end $$;
create trigger append_only before update or delete or truncate on audit_log
    for each statement execute function refuse_rewrite();
"""

_GRANTS = """
grant select, insert, delete on idempotency_keys to {role};
grant select, insert on audit_log to {role};
grant select, insert, delete on dpop_proofs to {role};
grant select on alembic_version to {role};
"""

_DOWN = """
drop table dpop_proofs;
drop table audit_log;
drop table idempotency_keys;
drop function refuse_rewrite();
"""


def upgrade(op: Any, runtime_role: str) -> None:
    _each(op, _UP)
    _each(op, _GRANTS.format(role=runtime_role))


def downgrade(op: Any) -> None:
    _each(op, _DOWN)


def _each(op: Any, script: str) -> None:
    """Run the statements one by one: the driver's prepared statements take a single command."""
    for statement in split(script):
        op.execute(statement)


def split(script: str) -> list[str]:
    """Return the statements of a script; a `;` ends one unless a `$$` body is open."""
    found: list[str] = []
    current = ""
    for piece in script.split(";"):
        current += piece
        if current.count("$$") % 2:
            current += ";"
        else:
            if current.strip():
                found.append(current.strip())
            current = ""
    return found
