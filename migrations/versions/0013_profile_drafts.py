"""Keep what is typed on the server, and who signed which state of it.

Revision ID: 0013_profile_drafts
Revises: 0012_mandates
"""

import sqlalchemy as sa
from alembic import op

revision = "0013_profile_drafts"
down_revision = "0012_mandates"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table('profile_contributor',
    sa.Column('enterprise_id', sa.Uuid(), nullable=False),
    sa.Column('year', sa.BigInteger(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('first_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_profile_contributor_account_id_account')),
    sa.ForeignKeyConstraint(['enterprise_id'], ['enterprise.id'], name=op.f('fk_profile_contributor_enterprise_id_enterprise')),
    sa.PrimaryKeyConstraint('enterprise_id', 'year', 'account_id', name=op.f('pk_profile_contributor'))
    )
    op.create_table('profile_draft',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('enterprise_id', sa.Uuid(), nullable=False),
    sa.Column('year', sa.BigInteger(), nullable=False),
    sa.Column('raw', sa.Text(), nullable=False),
    sa.Column('raw_hash', sa.String(length=64), nullable=False),
    sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('saved_by_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['enterprise_id'], ['enterprise.id'], name=op.f('fk_profile_draft_enterprise_id_enterprise')),
    sa.ForeignKeyConstraint(['saved_by_id'], ['account.id'], name=op.f('fk_profile_draft_saved_by_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_profile_draft')),
    sa.UniqueConstraint('enterprise_id', 'year', name=op.f('uq_profile_draft_enterprise_id_year'))
    )
    op.create_table('profile_lock',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('enterprise_id', sa.Uuid(), nullable=False),
    sa.Column('year', sa.BigInteger(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('fields', sa.Text(), nullable=False),
    sa.Column('locked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('released_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['enterprise_id'], ['enterprise.id'], name=op.f('fk_profile_lock_enterprise_id_enterprise')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_profile_lock'))
    )
    op.create_index('uq_profile_lock_current', 'profile_lock', ['enterprise_id', 'year', 'case_id'], unique=True, sqlite_where=sa.text('released_at IS NULL'), postgresql_where=sa.text('released_at IS NULL'))
    op.create_table('sign_off',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('enterprise_id', sa.Uuid(), nullable=False),
    sa.Column('year', sa.BigInteger(), nullable=False),
    sa.Column('role', sa.Enum('enterprise_admin', 'filler', 'enterprise_finance', 'legal', 'agent', name='enterpriserole', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('raw_hash', sa.String(length=64), nullable=False),
    sa.Column('signed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('signed_by_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['enterprise_id'], ['enterprise.id'], name=op.f('fk_sign_off_enterprise_id_enterprise')),
    sa.ForeignKeyConstraint(['signed_by_id'], ['account.id'], name=op.f('fk_sign_off_signed_by_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_off')),
    sa.UniqueConstraint('enterprise_id', 'year', 'role', 'raw_hash', name=op.f('uq_sign_off_enterprise_id_year_role_raw_hash'))
    )


def downgrade() -> None:
    """Drop them, children first."""
    op.drop_table('sign_off')
    op.drop_index('uq_profile_lock_current', table_name='profile_lock', sqlite_where=sa.text('released_at IS NULL'), postgresql_where=sa.text('released_at IS NULL'))
    op.drop_table('profile_lock')
    op.drop_table('profile_draft')
    op.drop_table('profile_contributor')
