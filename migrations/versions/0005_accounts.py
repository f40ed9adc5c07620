"""Who signs in, with which roles, where and until when.

Revision ID: 0005_accounts
Revises: 0004_enterprises
"""

import sqlalchemy as sa
from alembic import op

revision = "0005_accounts"
down_revision = '0004_enterprises'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables of the room."""
    op.create_table('account',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('username', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('password_hash', sa.String(length=200), nullable=False),
    sa.Column('password_set_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('is_enabled', sa.Boolean(name='is_boolean'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account')),
    sa.UniqueConstraint('username', name=op.f('uq_account_username'))
    )
    op.create_table('throttle',
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('window_started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('hit_count', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_throttle'))
    )
    op.create_table('role_grant',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('role', sa.Enum('county_reviewer', 'city_reviewer', 'city_approver', 'policy', 'finance', 'leader', 'auditor', 'administrator', name='role', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('division', sa.String(length=12), nullable=False),
    sa.Column('line', sa.Enum('science', 'industry', 'finance', name='line', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('granted_by_id', sa.Uuid(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('until IS NULL OR since < until', name=op.f('ck_role_grant_since_before_until')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_role_grant_account_id_account')),
    sa.ForeignKeyConstraint(['division'], ['division.code'], name=op.f('fk_role_grant_division_division')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_role_grant')),
    sa.UniqueConstraint('account_id', 'role', 'division', 'line', 'since', name=op.f('uq_role_grant_account_id_role_division_line_since'))
    )
    op.create_table('sign_in_session',
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('address', sa.String(length=40), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_sign_in_session_account_id_account')),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_sign_in_session'))
    )
    op.create_index('ix_sign_in_session_account_id', 'sign_in_session', ['account_id'], unique=False)


def downgrade() -> None:
    """Drop them, children first."""
    op.drop_index('ix_sign_in_session_account_id', table_name='sign_in_session')
    op.drop_table('sign_in_session')
    op.drop_table('role_grant')
    op.drop_table('throttle')
    op.drop_table('account')
