"""Rule sets as they were, verdicts, flags with their history.

Revision ID: 0008_evaluation
Revises: 0007_intake
"""

import sqlalchemy as sa
from alembic import op

revision = "0008_evaluation"
down_revision = '0007_intake'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables of the room."""
    op.create_table('clause_check',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('pack', sa.String(length=40), nullable=False),
    sa.Column('clause', sa.String(length=80), nullable=False),
    sa.Column('clause_hash', sa.String(length=64), nullable=False),
    sa.Column('official_text', sa.Text(), nullable=False),
    sa.Column('official_name', sa.String(length=200), nullable=False),
    sa.Column('checked_on', sa.Date(), nullable=False),
    sa.Column('checked_by_id', sa.Uuid(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clause_check')),
    sa.UniqueConstraint('pack', 'clause', 'clause_hash', name=op.f('uq_clause_check_pack_clause_clause_hash'))
    )
    op.create_table('rule_set',
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('application_type', sa.Enum('新申报', '复核', '重新认定', '年度评价', name='applicationtype', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('language', sa.String(length=40), nullable=False),
    sa.Column('tree', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('fingerprint', name=op.f('pk_rule_set'))
    )
    op.create_table('evaluation',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('enterprise_id', sa.Uuid(), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('application_type', sa.Enum('新申报', '复核', '重新认定', '年度评价', name='applicationtype', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('for_year', sa.BigInteger(), nullable=False),
    sa.Column('base_year', sa.BigInteger(), nullable=False),
    sa.Column('on_day', sa.Date(), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('facts_hash', sa.String(length=64), nullable=False),
    sa.Column('outcome', sa.Enum('unmet', 'unknown', 'manual', 'met', 'not_applicable', name='outcome', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('grade', sa.Enum('ready', 'pledge', 'one_short', 'short', 'no_data', name='grade', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('points_lo', sa.BigInteger(), nullable=True),
    sa.Column('points_hi', sa.BigInteger(), nullable=True),
    sa.Column('is_preliminary', sa.Boolean(name='is_boolean'), nullable=False),
    sa.Column('is_proxy', sa.Boolean(name='is_boolean'), nullable=False),
    sa.Column('assumed_count', sa.BigInteger(), nullable=False),
    sa.Column('findings', sa.Text(), nullable=False),
    sa.Column('decisive_hash', sa.String(length=64), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('superseded_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('points_lo IS NULL OR points_lo <= points_hi', name=op.f('ck_evaluation_points_are_ordered')),
    sa.ForeignKeyConstraint(['enterprise_id'], ['enterprise.id'], name=op.f('fk_evaluation_enterprise_id_enterprise')),
    sa.ForeignKeyConstraint(['fingerprint'], ['rule_set.fingerprint'], name=op.f('fk_evaluation_fingerprint_rule_set')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evaluation'))
    )
    op.create_index('ix_evaluation_pool', 'evaluation', ['for_year', 'title', 'enterprise_id', 'grade', 'outcome', 'on_day'], unique=False, sqlite_where=sa.text('superseded_at IS NULL'), postgresql_where=sa.text('superseded_at IS NULL'))
    op.create_index('ix_evaluation_title', 'evaluation', ['title', 'for_year', 'outcome'], unique=False)
    op.create_index('uq_evaluation_current', 'evaluation', ['enterprise_id', 'title', 'application_type', 'for_year'], unique=True, sqlite_where=sa.text('superseded_at IS NULL'), postgresql_where=sa.text('superseded_at IS NULL'))
    op.create_table('flag',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('enterprise_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Enum('high_tech_not_enrolled', 'enrolled_last_year', 'eligible_not_held', 'reserve', 'candidate', 'expiring', 'keep_lost', 'subsidy', name='flagkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('subject', sa.String(length=80), nullable=False),
    sa.Column('for_year', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.Enum('open', 'assigned', 'closed', 'cleared', name='flagstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('grade', sa.Enum('ready', 'pledge', 'one_short', 'short', 'no_data', name='grade', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('detail', sa.Text(), nullable=False),
    sa.Column('assignee_id', sa.Uuid(), nullable=True),
    sa.Column('raised_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("(state IN ('closed', 'cleared')) = (ended_at IS NOT NULL)", name=op.f('ck_flag_ended_is_dated')),
    sa.ForeignKeyConstraint(['assignee_id'], ['account.id'], name=op.f('fk_flag_assignee_id_account')),
    sa.ForeignKeyConstraint(['enterprise_id'], ['enterprise.id'], name=op.f('fk_flag_enterprise_id_enterprise')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_flag')),
    sa.UniqueConstraint('enterprise_id', 'kind', 'subject', 'for_year', name=op.f('uq_flag_enterprise_id_kind_subject_for_year'))
    )
    op.create_index('ix_flag_assignee_id', 'flag', ['assignee_id'], unique=False)
    op.create_index('ix_flag_kind', 'flag', ['kind', 'for_year', 'state'], unique=False)
    op.create_table('flag_event',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('flag_id', sa.Uuid(), nullable=False),
    sa.Column('act', sa.Enum('raised', 'changed', 'cleared', 'assigned', 'noted', 'closed', 'reopened', name='flagact', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('note', sa.String(length=1000), nullable=False),
    sa.Column('detail', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Uuid(), nullable=True),
    sa.Column('by_name', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['flag_id'], ['flag.id'], name=op.f('fk_flag_event_flag_id_flag')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_flag_event'))
    )
    op.create_index('ix_flag_event_flag_id', 'flag_event', ['flag_id', 'at'], unique=False)


def downgrade() -> None:
    """Drop them, children first."""
    op.drop_index('ix_flag_event_flag_id', table_name='flag_event')
    op.drop_table('flag_event')
    op.drop_index('ix_flag_kind', table_name='flag')
    op.drop_index('ix_flag_assignee_id', table_name='flag')
    op.drop_table('flag')
    op.drop_index('uq_evaluation_current', table_name='evaluation', sqlite_where=sa.text('superseded_at IS NULL'), postgresql_where=sa.text('superseded_at IS NULL'))
    op.drop_index('ix_evaluation_title', table_name='evaluation')
    op.drop_index('ix_evaluation_pool', table_name='evaluation', sqlite_where=sa.text('superseded_at IS NULL'), postgresql_where=sa.text('superseded_at IS NULL'))
    op.drop_table('evaluation')
    op.drop_table('rule_set')
    op.drop_table('clause_check')
