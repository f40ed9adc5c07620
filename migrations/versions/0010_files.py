"""Keep uploads as rows; the bytes lie on disk by their hash.

Revision ID: 0010_files
Revises: 0009_reports
"""

import sqlalchemy as sa
from alembic import op

revision = "0010_files"
down_revision = "0009_reports"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table('stored_file',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('enterprise_id', sa.Uuid(), nullable=True),
    sa.Column('division', sa.String(length=12), nullable=True),
    sa.Column('purpose', sa.Enum('authorisation', 'application', 'evidence', 'recommendation', 'minutes', name='purpose', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('media_type', sa.String(length=200), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('scan', sa.Enum('clean', 'quarantined', name='scanstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('uploaded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('uploaded_by_id', sa.Uuid(), nullable=False),
    sa.CheckConstraint('size > 0', name=op.f('ck_stored_file_is_not_empty')),
    sa.ForeignKeyConstraint(['division'], ['division.code'], name=op.f('fk_stored_file_division_division')),
    sa.ForeignKeyConstraint(['enterprise_id'], ['enterprise.id'], name=op.f('fk_stored_file_enterprise_id_enterprise')),
    sa.ForeignKeyConstraint(['uploaded_by_id'], ['account.id'], name=op.f('fk_stored_file_uploaded_by_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stored_file'))
    )
    op.create_index('ix_stored_file_enterprise_id', 'stored_file', ['enterprise_id'], unique=False)


def downgrade() -> None:
    """Drop them, children first."""
    op.drop_index('ix_stored_file_enterprise_id', table_name='stored_file')
    op.drop_table('stored_file')
