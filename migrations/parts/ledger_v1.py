"""The double-entry ledger of a service's database. Frozen SQL, version 1.

The promises of the ledger are kept here, against direct SQL of the runtime role as well: it may read, and call the
functions named `PUBLIC`; whoever owns the tables still meets the rules of `ledger_v1_rules`.
"""

import re
from typing import Protocol

from migrations.parts import ledger_v1_books, ledger_v1_functions, ledger_v1_rules, ledger_v1_tables


class Operations(Protocol):
    def execute(self, sqltext: str) -> object: ...


_RULES = (
    "ledger_nothing_rewritten()",
    "ledger_account_only_closes()",
    "ledger_hold_only_shrinks()",
    "ledger_before_writing()",
    "ledger_check_entries()",
    "ledger_check_postings()",
    "ledger_check_reversals(bigint[])",
    "ledger_check_available(uuid[])",
    "ledger_check_whole()",
)
_PUBLIC = (*ledger_v1_functions.PUBLIC, *ledger_v1_books.PUBLIC)
_READ = (
    "ledger_units, ledger_accounts, ledger_periods, ledger_holds, ledger_entries, ledger_postings, ledger_releases,"
    " ledger_rollups, ledger_rollup_mark, ledger_balances"
)


def upgrade(op: Operations, runtime_role: str) -> None:
    """Create the ledger and let `runtime_role` use it. Errors: ValueError for a role that is not a plain name."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,62}", runtime_role):
        raise ValueError(f"not a role name: {runtime_role!r}")
    functions = (*_PUBLIC, *ledger_v1_functions.PRIVATE, *_RULES)
    for statement in (
        *ledger_v1_tables.TABLES,
        *ledger_v1_rules.FUNCTIONS,
        *ledger_v1_functions.FUNCTIONS,
        *ledger_v1_books.FUNCTIONS,
        *ledger_v1_rules.TRIGGERS,
        f"REVOKE ALL ON FUNCTION {', '.join(functions)} FROM PUBLIC",
        f"GRANT SELECT ON {_READ} TO {runtime_role}",
        f"GRANT EXECUTE ON FUNCTION {', '.join(_PUBLIC)} TO {runtime_role}",
    ):
        op.execute(statement)


def downgrade(op: Operations) -> None:
    op.execute(f"DROP FUNCTION {', '.join(_PUBLIC)}")
    op.execute(f"DROP FUNCTION {', '.join(ledger_v1_functions.PRIVATE)}")
    for statement in ledger_v1_tables.DROPS:
        op.execute(statement)
    op.execute(f"DROP FUNCTION {', '.join(_RULES)}")
