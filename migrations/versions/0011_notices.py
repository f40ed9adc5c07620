"""Tell people what waits for them.

Revision ID: 0011_notices
Revises: 0010_files
"""

import sqlalchemy as sa
from alembic import op

revision = "0011_notices"
down_revision = "0010_files"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table('notice',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Enum('claim', 'sign_off', 'case', 'window', 'message', name='noticekind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('text', sa.String(length=1000), nullable=False),
    sa.Column('link', sa.String(length=1000), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_notice_account_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice'))
    )
    op.create_index('ix_notice_account_id', 'notice', ['account_id', 'created_at'], unique=False)
    op.create_index('uq_notice_key', 'notice', ['account_id', 'key'], unique=True, sqlite_where=sa.text("key <> ''"), postgresql_where=sa.text("key <> ''"))


def downgrade() -> None:
    """Drop them, children first."""
    op.drop_index('uq_notice_key', table_name='notice', sqlite_where=sa.text("key <> ''"), postgresql_where=sa.text("key <> ''"))
    op.drop_index('ix_notice_account_id', table_name='notice')
    op.drop_table('notice')
