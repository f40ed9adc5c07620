"""Remember figures that changed after their criterion was shown unmet.

Revision ID: 0014_trace_notes
Revises: 0013_profile_drafts
"""

import sqlalchemy as sa
from alembic import op

revision = "0014_trace_notes"
down_revision = "0013_profile_drafts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table('trace_note',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('enterprise_id', sa.Uuid(), nullable=False),
    sa.Column('year', sa.BigInteger(), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('criterion', sa.String(length=40), nullable=False),
    sa.Column('indicator', sa.String(length=40), nullable=False),
    sa.Column('before', sa.String(length=200), nullable=False),
    sa.Column('after', sa.String(length=200), nullable=False),
    sa.Column('noted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('noted_by_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['enterprise_id'], ['enterprise.id'], name=op.f('fk_trace_note_enterprise_id_enterprise')),
    sa.ForeignKeyConstraint(['noted_by_id'], ['account.id'], name=op.f('fk_trace_note_noted_by_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_trace_note'))
    )
    op.create_index('ix_trace_note_enterprise_id', 'trace_note', ['enterprise_id', 'year'], unique=False)
    op.create_table('trace_shown',
    sa.Column('enterprise_id', sa.Uuid(), nullable=False),
    sa.Column('year', sa.BigInteger(), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('criterion', sa.String(length=40), nullable=False),
    sa.Column('indicator', sa.String(length=40), nullable=False),
    sa.Column('text', sa.String(length=200), nullable=False),
    sa.Column('shown_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['enterprise_id'], ['enterprise.id'], name=op.f('fk_trace_shown_enterprise_id_enterprise')),
    sa.PrimaryKeyConstraint('enterprise_id', 'year', 'title', 'criterion', 'indicator', name=op.f('pk_trace_shown'))
    )


def downgrade() -> None:
    """Drop them, children first."""
    op.drop_table('trace_shown')
    op.drop_index('ix_trace_note_enterprise_id', table_name='trace_note')
    op.drop_table('trace_note')
