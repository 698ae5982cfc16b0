"""Background jobs: our own tables hold the truth; PgQueuer's wake a worker. Frozen SQL, version 1.

PgQueuer's tables are made by the library's own statement builder with every name pinned, so that no environment
variable moves them. A later release may install a newer shape here; a database made earlier is then brought along
by a revision that runs that release's `render_converge`. They are unlogged: a wake-up lost in a crash is found by
the worker's own look at `jobs`.
"""

from typing import Protocol

from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment
from pgqueuer.domain.settings import DBSettings, Durability


class Operations(Protocol):
    def execute(self, sqltext: str) -> object: ...


_TABLES = (
    """
    CREATE TABLE jobs (
        id uuid PRIMARY KEY,
        name text NOT NULL CHECK (name <> ''),
        payload jsonb NOT NULL,
        key text,
        state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'failed', 'done', 'dead')),
        attempts integer NOT NULL DEFAULT 0,
        max_attempts integer NOT NULL CHECK (max_attempts > 0),
        run_after timestamptz NOT NULL DEFAULT now(),
        last_error text,
        created_at timestamptz NOT NULL DEFAULT now(),
        finished_at timestamptz,
        CONSTRAINT ck_jobs_finished CHECK ((finished_at IS NOT NULL) = (state IN ('done', 'dead')))
    )
    """,
    """
    CREATE UNIQUE INDEX uq_jobs_name_key_live ON jobs (name, key)
        WHERE key IS NOT NULL AND state IN ('queued', 'running', 'failed')
    """,
    """
    CREATE INDEX ix_jobs_due ON jobs (run_after, id) WHERE state IN ('queued', 'running', 'failed')
    """,
    "CREATE INDEX ix_jobs_finished_at ON jobs (finished_at) WHERE finished_at IS NOT NULL",
    """
    CREATE TABLE job_schedules (
        name text PRIMARY KEY,
        next_run_at timestamptz NOT NULL DEFAULT now()
    )
    """,
)

_GRANTS = (
    "GRANT SELECT, INSERT, UPDATE, DELETE ON jobs, job_schedules TO {role}",
    """
    GRANT SELECT, INSERT, UPDATE, DELETE
        ON job_wakeups, job_wakeups_log, job_wakeups_schedules, job_wakeups_statistics TO {role}
    """,
    """
    GRANT USAGE
        ON SEQUENCE job_wakeups_id_seq, job_wakeups_schedules_id_seq, job_wakeups_statistics_id_seq TO {role}
    """,
)


def _wakeups() -> QueryBuilderEnvironment:
    return QueryBuilderEnvironment(
        DBSettings(
            prefix="",
            db_schema=None,
            channel="job_wakeups",
            function="job_wakeups_changed",
            trigger="job_wakeups_changed",
            queue_table="job_wakeups",
            queue_table_log="job_wakeups_log",
            schedules_table="job_wakeups_schedules",
            statistics_table="job_wakeups_statistics",
            queue_status_type="job_wakeups_status",
            durability=Durability.volatile,
        )
    )


def _as_one(statements: str) -> str:
    """Wrap many statements for a driver that takes one at a time; colons are no bind parameters here."""
    return f"DO $part$ BEGIN {statements} END $part$".replace(":", r"\:")


def upgrade(op: Operations, runtime_role: str) -> None:
    for statement in _TABLES:
        op.execute(statement)
    op.execute(_as_one(_wakeups().build_install_query(create_schema=False)))
    for statement in _GRANTS:
        op.execute(statement.format(role=f'"{runtime_role}"'))


def downgrade(op: Operations) -> None:
    op.execute(_as_one(_wakeups().build_uninstall_query()))
    op.execute("DROP TABLE job_schedules")
    op.execute("DROP TABLE jobs")
