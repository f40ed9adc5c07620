"""Cases that walk through procedures, decisions, and recommendation batches.

Revision ID: 0015_reviews
Revises: 0014_trace_notes
"""

import sqlalchemy as sa
from alembic import op

revision = "0015_reviews"
down_revision = "0014_trace_notes"
branch_labels = None
depends_on = None

SAYS = "a decision and the history of a case are appended to, never changed"
APPENDED = ("decision", "case_event")


def _keep(table: str) -> None:
    """Let the database itself refuse every change to what was decided or happened."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"
            )
        return
    op.execute(
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION review_refuse()"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION review_refuse()"
    )
    op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_change")
    op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_truncate")


def upgrade() -> None:
    """Create the tables."""
    op.create_table('recommendation_batch',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('for_year', sa.BigInteger(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('division', sa.String(length=12), nullable=False),
    sa.Column('stage', sa.String(length=40), nullable=False),
    sa.Column('state', sa.Enum('open', 'forwarded', 'concluded', name='batchstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('number', sa.String(length=200), nullable=False),
    sa.Column('letter_id', sa.Uuid(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Uuid(), nullable=False),
    sa.Column('forwarded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("(state = 'open') = (forwarded_at IS NULL)", name=op.f('ck_recommendation_batch_forwarded_is_dated')),
    sa.ForeignKeyConstraint(['created_by_id'], ['account.id'], name=op.f('fk_recommendation_batch_created_by_id_account')),
    sa.ForeignKeyConstraint(['division'], ['division.code'], name=op.f('fk_recommendation_batch_division_division')),
    sa.ForeignKeyConstraint(['letter_id'], ['stored_file.id'], name=op.f('fk_recommendation_batch_letter_id_stored_file')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recommendation_batch'))
    )
    op.create_index('ix_recommendation_batch_title', 'recommendation_batch', ['title', 'for_year', 'division'], unique=False)
    op.create_table('review_case',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('enterprise_id', sa.Uuid(), nullable=False),
    sa.Column('managing_division', sa.String(length=12), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('application_type', sa.Enum('新申报', '复核', '重新认定', '年度评价', name='applicationtype', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('for_year', sa.BigInteger(), nullable=False),
    sa.Column('window', sa.String(length=200), nullable=False),
    sa.Column('procedure', sa.String(length=40), nullable=False),
    sa.Column('steps', sa.Text(), nullable=False),
    sa.Column('stage', sa.BigInteger(), nullable=False),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('round', sa.BigInteger(), nullable=False),
    sa.Column('status', sa.Enum('open', 'returned', 'passed', 'recommended', 'granted', 'rejected', 'withdrawn', 'not_listed', name='casestatus', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('pinned', sa.Text(), nullable=False),
    sa.Column('facts', sa.Text(), nullable=False),
    sa.Column('facts_hash', sa.String(length=64), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('outcome', sa.String(length=40), nullable=False),
    sa.Column('application_file_id', sa.Uuid(), nullable=True),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('opened_by_id', sa.Uuid(), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("(status IN ('granted', 'rejected', 'withdrawn', 'not_listed')) = (ended_at IS NOT NULL)", name=op.f('ck_review_case_ended_is_dated')),
    sa.ForeignKeyConstraint(['application_file_id'], ['stored_file.id'], name=op.f('fk_review_case_application_file_id_stored_file')),
    sa.ForeignKeyConstraint(['enterprise_id'], ['enterprise.id'], name=op.f('fk_review_case_enterprise_id_enterprise')),
    sa.ForeignKeyConstraint(['fingerprint'], ['rule_set.fingerprint'], name=op.f('fk_review_case_fingerprint_rule_set')),
    sa.ForeignKeyConstraint(['managing_division'], ['division.code'], name=op.f('fk_review_case_managing_division_division')),
    sa.ForeignKeyConstraint(['opened_by_id'], ['account.id'], name=op.f('fk_review_case_opened_by_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review_case'))
    )
    op.create_index('ix_review_case_queue', 'review_case', ['status', 'role', 'managing_division', 'due_on'], unique=False)
    op.create_index('uq_review_case_one_open', 'review_case', ['enterprise_id', 'title', 'for_year'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
    op.create_table('recommendation_item',
    sa.Column('batch_id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('stage', sa.BigInteger(), nullable=False),
    sa.Column('round', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['batch_id'], ['recommendation_batch.id'], name=op.f('fk_recommendation_item_batch_id_recommendation_batch')),
    sa.ForeignKeyConstraint(['case_id'], ['review_case.id'], name=op.f('fk_recommendation_item_case_id_review_case')),
    sa.PrimaryKeyConstraint('batch_id', 'case_id', name=op.f('pk_recommendation_item')),
    sa.UniqueConstraint('case_id', 'stage', 'round', name=op.f('uq_recommendation_item_case_id_stage_round'))
    )
    op.create_table('case_event',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('seq', sa.BigInteger(), nullable=False),
    sa.Column('what', sa.String(length=40), nullable=False),
    sa.Column('text', sa.String(length=1000), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Uuid(), nullable=True),
    sa.Column('by_name', sa.String(length=200), nullable=False),
    sa.Column('by_enterprise', sa.Boolean(name='is_boolean'), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['review_case.id'], name=op.f('fk_case_event_case_id_review_case')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_event')),
    sa.UniqueConstraint('case_id', 'seq', name=op.f('uq_case_event_case_id_seq'))
    )
    op.create_table('decision',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('stage', sa.BigInteger(), nullable=False),
    sa.Column('round', sa.BigInteger(), nullable=False),
    sa.Column('case_version', sa.BigInteger(), nullable=False),
    sa.Column('action', sa.Enum('pass', 'return', 'reject', 'resubmit', 'withdraw', 'forward', 'list', 'unlist', name='caseaction', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('reason', sa.String(length=1000), nullable=False),
    sa.Column('meeting_on', sa.Date(), nullable=True),
    sa.Column('minutes_number', sa.String(length=200), nullable=False),
    sa.Column('facts_hash', sa.String(length=64), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['review_case.id'], name=op.f('fk_decision_case_id_review_case')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['account.id'], name=op.f('fk_decision_decided_by_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_decision')),
    sa.UniqueConstraint('case_id', 'stage', 'round', name=op.f('uq_decision_case_id_stage_round'))
    )
    op.create_table('return_item',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('round', sa.BigInteger(), nullable=False),
    sa.Column('field', sa.String(length=40), nullable=False),
    sa.Column('year', sa.BigInteger(), nullable=True),
    sa.Column('reason', sa.String(length=1000), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['review_case.id'], name=op.f('fk_return_item_case_id_review_case')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_return_item'))
    )
    op.create_index(op.f('ix_return_item_case_id'), 'return_item', ['case_id'], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION review_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"RAISE EXCEPTION '{SAYS}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
    for table in APPENDED:
        _keep(table)


def downgrade() -> None:
    """Drop them, children first."""
    op.drop_index(op.f('ix_return_item_case_id'), table_name='return_item')
    op.drop_table('return_item')
    op.drop_table('decision')
    op.drop_table('case_event')
    op.drop_table('recommendation_item')
    op.drop_index('uq_review_case_one_open', table_name='review_case', sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
    op.drop_index('ix_review_case_queue', table_name='review_case')
    op.drop_table('review_case')
    op.drop_index('ix_recommendation_batch_title', table_name='recommendation_batch')
    op.drop_table('recommendation_batch')
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION review_refuse()")
