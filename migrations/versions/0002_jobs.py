"""Remember long work as rows, so that it can be interrupted and repeated.

Revision ID: 0002_jobs
Revises: 0001_audit
"""

import sqlalchemy as sa
from alembic import op

revision = "0002_jobs"
down_revision = '0001_audit'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables of the room."""
    op.create_table('job',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('payload', sa.Text(), nullable=False),
    sa.Column('state', sa.Enum('waiting', 'running', 'done', 'failed', 'cancelled', name='jobstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('cursor', sa.String(length=200), nullable=False),
    sa.Column('done_count', sa.BigInteger(), nullable=False),
    sa.Column('total_count', sa.BigInteger(), nullable=True),
    sa.Column('tally', sa.Text(), nullable=False),
    sa.Column('message', sa.String(length=1000), nullable=False),
    sa.Column('division', sa.String(length=40), nullable=False),
    sa.Column('created_by_id', sa.Uuid(), nullable=True),
    sa.Column('created_by_name', sa.String(length=200), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('fence', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("(state IN ('done', 'failed', 'cancelled')) = (ended_at IS NOT NULL)", name=op.f('ck_job_ended_is_dated')),
    sa.CheckConstraint('done_count >= 0', name=op.f('ck_job_done_is_not_negative')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_job'))
    )
    op.create_index('ix_job_state_created_at', 'job', ['state', 'created_at'], unique=False)
    op.create_index('uq_job_one_active', 'job', ['kind', 'key'], unique=True, sqlite_where=sa.text("state IN ('waiting', 'running')"), postgresql_where=sa.text("state IN ('waiting', 'running')"))


def downgrade() -> None:
    """Drop them, children first."""
    op.drop_index('uq_job_one_active', table_name='job', sqlite_where=sa.text("state IN ('waiting', 'running')"), postgresql_where=sa.text("state IN ('waiting', 'running')"))
    op.drop_index('ix_job_state_created_at', table_name='job')
    op.drop_table('job')
