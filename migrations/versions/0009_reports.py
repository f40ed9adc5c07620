"""Editions of the periodic report, with their files.

Revision ID: 0009_reports
Revises: 0008_evaluation
"""

import sqlalchemy as sa
from alembic import op

revision = "0009_reports"
down_revision = '0008_evaluation'
branch_labels = None
depends_on = None


SAYS = "an edition is kept as it was issued"
TABLES = ("edition", "edition_file")
SQLITE = tuple(
    f"""CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}
        BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"""
    for table in TABLES
    for verb in ("UPDATE", "DELETE")
)
POSTGRESQL = (
    f"""CREATE FUNCTION edition_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '{SAYS}' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    *(
        f"""CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION edition_refuse()"""
        for table in TABLES
    ),
    *(
        f"""CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION edition_refuse()"""
        for table in TABLES
    ),
)


def upgrade() -> None:
    """Create the tables of the room."""
    op.create_table('edition',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('division', sa.String(length=12), nullable=False),
    sa.Column('kind', sa.Enum('monthly', 'yearly', 'special', name='editionkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('period_since', sa.Date(), nullable=False),
    sa.Column('period_until', sa.Date(), nullable=False),
    sa.Column('on_day', sa.Date(), nullable=False),
    sa.Column('known_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('for_year', sa.BigInteger(), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('data', sa.Text(), nullable=False),
    sa.Column('data_hash', sa.String(length=64), nullable=False),
    sa.Column('changes', sa.Text(), nullable=False),
    sa.Column('issued_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('issued_by_id', sa.Uuid(), nullable=True),
    sa.Column('issued_by_name', sa.String(length=200), nullable=False),
    sa.Column('previous_id', sa.Uuid(), nullable=True),
    sa.CheckConstraint('period_since < period_until', name=op.f('ck_edition_period_is_ordered')),
    sa.ForeignKeyConstraint(['division'], ['division.code'], name=op.f('fk_edition_division_division')),
    sa.ForeignKeyConstraint(['previous_id'], ['edition.id'], name=op.f('fk_edition_previous_id_edition')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_edition')),
    sa.UniqueConstraint('division', 'kind', 'period_since', 'period_until', 'number', name=op.f('uq_edition_division_kind_period_since_period_until_number'))
    )
    op.create_table('edition_file',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('edition_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('media_type', sa.String(length=200), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['edition_id'], ['edition.id'], name=op.f('fk_edition_file_edition_id_edition')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_edition_file')),
    sa.UniqueConstraint('edition_id', 'name', name=op.f('uq_edition_file_edition_id_name'))
    )
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    """Drop them, children first."""
    op.drop_table('edition_file')
    op.drop_table('edition')  # the triggers go with them
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION edition_refuse()")
