"""Let people act for an enterprise, once the county has confirmed it.

Revision ID: 0012_mandates
Revises: 0011_notices
"""

import sqlalchemy as sa
from alembic import op

revision = "0012_mandates"
down_revision = "0011_notices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table('claim',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('credit_code', sa.String(length=18), nullable=False),
    sa.Column('division', sa.String(length=12), nullable=False),
    sa.Column('enterprise_id', sa.Uuid(), nullable=True),
    sa.Column('letter_id', sa.Uuid(), nullable=False),
    sa.Column('state', sa.Enum('pending', 'confirmed', 'refused', 'withdrawn', name='claimstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('claimed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by_id', sa.Uuid(), nullable=True),
    sa.Column('reason', sa.String(length=1000), nullable=False),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("(state IN ('confirmed', 'refused', 'withdrawn')) = (decided_at IS NOT NULL)", name=op.f('ck_claim_decided_is_dated')),
    sa.CheckConstraint("state <> 'confirmed' OR enterprise_id IS NOT NULL", name=op.f('ck_claim_confirmed_has_firm')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_claim_account_id_account')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['account.id'], name=op.f('fk_claim_decided_by_id_account')),
    sa.ForeignKeyConstraint(['division'], ['division.code'], name=op.f('fk_claim_division_division')),
    sa.ForeignKeyConstraint(['enterprise_id'], ['enterprise.id'], name=op.f('fk_claim_enterprise_id_enterprise')),
    sa.ForeignKeyConstraint(['letter_id'], ['stored_file.id'], name=op.f('fk_claim_letter_id_stored_file')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_claim'))
    )
    op.create_index('uq_claim_one_pending', 'claim', ['account_id', 'credit_code'], unique=True, sqlite_where=sa.text("state = 'pending'"), postgresql_where=sa.text("state = 'pending'"))
    op.create_table('mandate',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('enterprise_id', sa.Uuid(), nullable=False),
    sa.Column('role', sa.Enum('enterprise_admin', 'filler', 'enterprise_finance', 'legal', 'agent', name='enterpriserole', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('claim_id', sa.Uuid(), nullable=True),
    sa.Column('granted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('granted_by_id', sa.Uuid(), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_by_id', sa.Uuid(), nullable=True),
    sa.Column('ending_reason', sa.String(length=1000), nullable=False),
    sa.CheckConstraint('until IS NULL OR since < until', name=op.f('ck_mandate_since_before_until')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_mandate_account_id_account')),
    sa.ForeignKeyConstraint(['claim_id'], ['claim.id'], name=op.f('fk_mandate_claim_id_claim')),
    sa.ForeignKeyConstraint(['ended_by_id'], ['account.id'], name=op.f('fk_mandate_ended_by_id_account')),
    sa.ForeignKeyConstraint(['enterprise_id'], ['enterprise.id'], name=op.f('fk_mandate_enterprise_id_enterprise')),
    sa.ForeignKeyConstraint(['granted_by_id'], ['account.id'], name=op.f('fk_mandate_granted_by_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mandate'))
    )
    op.create_index('ix_mandate_enterprise_id', 'mandate', ['enterprise_id'], unique=False)
    op.create_index('uq_mandate_current', 'mandate', ['account_id', 'enterprise_id', 'role'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))


def downgrade() -> None:
    """Drop them, children first."""
    op.drop_index('uq_mandate_current', table_name='mandate', sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
    op.drop_index('ix_mandate_enterprise_id', table_name='mandate')
    op.drop_table('mandate')
    op.drop_index('uq_claim_one_pending', table_name='claim', sqlite_where=sa.text("state = 'pending'"), postgresql_where=sa.text("state = 'pending'"))
    op.drop_table('claim')
