"""Files from outside, row by row.

Revision ID: 0007_intake
Revises: 0006_profiles
"""

import sqlalchemy as sa
from alembic import op

revision = "0007_intake"
down_revision = '0006_profiles'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables of the room."""
    op.create_table('list_mapping',
    sa.Column('header_hash', sa.String(length=64), nullable=False),
    sa.Column('columns', sa.Text(), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('header_hash', name=op.f('pk_list_mapping'))
    )
    op.create_table('load',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Enum('city', 'list', name='loadkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('state', sa.Enum('received', 'checked', 'queued', 'written', 'failed', 'discarded', name='loadstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('division', sa.String(length=40), nullable=False),
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('stored_as', sa.String(length=200), nullable=False),
    sa.Column('settings', sa.Text(), nullable=False),
    sa.Column('tally', sa.Text(), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=True),
    sa.Column('number', sa.String(length=200), nullable=False),
    sa.Column('batch', sa.String(length=200), nullable=False),
    sa.Column('issued_on', sa.Date(), nullable=True),
    sa.Column('document_id', sa.Uuid(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Uuid(), nullable=True),
    sa.Column('created_by_name', sa.String(length=200), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['source_document.id'], name=op.f('fk_load_document_id_source_document')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_load'))
    )
    op.create_index('ix_load_created_at', 'load', ['created_at'], unique=False)
    op.create_table('list_row',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('load_id', sa.Uuid(), nullable=False),
    sa.Column('line', sa.BigInteger(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('credit_code', sa.String(length=40), nullable=False),
    sa.Column('certificate', sa.String(length=200), nullable=False),
    sa.Column('since', sa.Date(), nullable=True),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('match', sa.Enum('by_code', 'by_name', 'by_former_name', 'ambiguous', 'outside', 'confirmed', 'skipped', name='rowmatch', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('enterprise_id', sa.Uuid(), nullable=True),
    sa.Column('detail', sa.String(length=1000), nullable=False),
    sa.ForeignKeyConstraint(['enterprise_id'], ['enterprise.id'], name=op.f('fk_list_row_enterprise_id_enterprise')),
    sa.ForeignKeyConstraint(['load_id'], ['load.id'], name=op.f('fk_list_row_load_id_load')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_list_row')),
    sa.UniqueConstraint('load_id', 'line', name=op.f('uq_list_row_load_id_line'))
    )
    op.create_table('load_issue',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('load_id', sa.Uuid(), nullable=False),
    sa.Column('file', sa.String(length=200), nullable=False),
    sa.Column('line', sa.BigInteger(), nullable=False),
    sa.Column('column', sa.String(length=200), nullable=False),
    sa.Column('value', sa.String(length=200), nullable=False),
    sa.Column('effect', sa.Enum('row', 'value', 'note', name='issueeffect', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('detail', sa.String(length=1000), nullable=False),
    sa.ForeignKeyConstraint(['load_id'], ['load.id'], name=op.f('fk_load_issue_load_id_load')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_load_issue'))
    )
    op.create_index('ix_load_issue_load_id', 'load_issue', ['load_id', 'file', 'line'], unique=False)


def downgrade() -> None:
    """Drop them, children first."""
    op.drop_index('ix_load_issue_load_id', table_name='load_issue')
    op.drop_table('load_issue')
    op.drop_table('list_row')
    op.drop_index('ix_load_created_at', table_name='load')
    op.drop_table('load')
    op.drop_table('list_mapping')
