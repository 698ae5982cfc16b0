"""Key rotation: what is sealed may be sealed anew, also where rows are otherwise never changed."""

from alembic import op

from migrations.parts.platform_v1 import split

revision = "20261124_rotation"
down_revision = "20261124_exports"
branch_labels = None
depends_on = None

# A step stays as it was made; only the key may change under which its words are sealed. The database cannot read them,
# but it sees that the key is another one and that what is sealed is as long as before (AES-GCM keeps the length).
_UP = """
create function refuse_rewrite_of_step() returns trigger language plpgsql
    set search_path = pg_catalog, public, pg_temp
    as $$
    begin
        if row(new.grievance_id, new.number, new.step, new.happened_on, new.made_by, new.facts, new.recorded_at)
            is distinct from
            row(old.grievance_id, old.number, old.step, old.happened_on, old.made_by, old.facts, old.recorded_at)
            or new.text_sealed is null
            or length(new.text_sealed) - get_byte(new.text_sealed, 1)
                <> length(old.text_sealed) - get_byte(old.text_sealed, 1)
            or substring(new.text_sealed, 1, 2 + get_byte(new.text_sealed, 1))
                = substring(old.text_sealed, 1, 2 + get_byte(old.text_sealed, 1))
        then
            raise exception '% is append-only', tg_table_name using errcode = 'integrity_constraint_violation';
        end if;
        return new;
    end $$;
drop trigger append_only on grievance_steps;
create trigger append_only before delete or truncate on grievance_steps
    for each statement execute function refuse_rewrite();
create trigger sealed_anew_at_most before update on grievance_steps
    for each row execute function refuse_rewrite_of_step();
grant update (text_sealed) on grievance_steps to beneficiaries;
grant update (criteria_sealed) on dci_subscriptions to beneficiaries;
grant update (identity_sealed, phone_sealed) on import_rows to beneficiaries;
"""

_DOWN = """
revoke update (identity_sealed, phone_sealed) on import_rows from beneficiaries;
revoke update (criteria_sealed) on dci_subscriptions from beneficiaries;
revoke update (text_sealed) on grievance_steps from beneficiaries;
drop trigger sealed_anew_at_most on grievance_steps;
drop trigger append_only on grievance_steps;
create trigger append_only before update or delete or truncate on grievance_steps
    for each statement execute function refuse_rewrite();
drop function refuse_rewrite_of_step();
"""


def upgrade() -> None:
    for statement in split(_UP):
        op.execute(statement)


def downgrade() -> None:
    for statement in split(_DOWN):
        op.execute(statement)
