"""Places, industries, technology fields and the working-day calendar.

Revision ID: 0003_reference
Revises: 0002_jobs
"""

import sqlalchemy as sa
from alembic import op

revision = "0003_reference"
down_revision = '0002_jobs'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables of the room."""
    op.create_table('calendar_day',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('is_working', sa.Boolean(name='is_boolean'), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.PrimaryKeyConstraint('day', name=op.f('pk_calendar_day'))
    )
    op.create_table('division',
    sa.Column('code', sa.String(length=12), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('level', sa.Enum('country', 'province', 'city', 'county', 'zone', name='divisionlevel', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('parent_code', sa.String(length=12), nullable=True),
    sa.Column('since', sa.Date(), nullable=True),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.CheckConstraint('until IS NULL OR since < until', name=op.f('ck_division_since_before_until')),
    sa.ForeignKeyConstraint(['parent_code'], ['division.code'], name=op.f('fk_division_parent_code_division')),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_division'))
    )
    op.create_table('high_tech_field',
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('level', sa.BigInteger(), nullable=False),
    sa.Column('parent_code', sa.String(length=40), nullable=True),
    sa.ForeignKeyConstraint(['parent_code'], ['high_tech_field.code'], name=op.f('fk_high_tech_field_parent_code_high_tech_field')),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_high_tech_field'))
    )
    op.create_table('industry',
    sa.Column('code', sa.String(length=4), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('level', sa.BigInteger(), nullable=False),
    sa.Column('parent_code', sa.String(length=4), nullable=True),
    sa.Column('section', sa.String(length=1), nullable=False),
    sa.ForeignKeyConstraint(['parent_code'], ['industry.code'], name=op.f('fk_industry_parent_code_industry')),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_industry'))
    )
    op.create_table('division_alias',
    sa.Column('alias', sa.String(length=200), nullable=False),
    sa.Column('code', sa.String(length=12), nullable=False),
    sa.Column('since', sa.Date(), nullable=True),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['code'], ['division.code'], name=op.f('fk_division_alias_code_division')),
    sa.PrimaryKeyConstraint('alias', 'code', name=op.f('pk_division_alias'))
    )
    op.create_table('division_closure',
    sa.Column('ancestor_code', sa.String(length=12), nullable=False),
    sa.Column('descendant_code', sa.String(length=12), nullable=False),
    sa.Column('depth', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['ancestor_code'], ['division.code'], name=op.f('fk_division_closure_ancestor_code_division')),
    sa.ForeignKeyConstraint(['descendant_code'], ['division.code'], name=op.f('fk_division_closure_descendant_code_division')),
    sa.PrimaryKeyConstraint('ancestor_code', 'descendant_code', name=op.f('pk_division_closure'))
    )
    op.create_index('ix_division_closure_descendant_code', 'division_closure', ['descendant_code'], unique=False)


def downgrade() -> None:
    """Drop them, children first."""
    op.drop_index('ix_division_closure_descendant_code', table_name='division_closure')
    op.drop_table('division_closure')
    op.drop_table('division_alias')
    op.drop_table('industry')
    op.drop_table('high_tech_field')
    op.drop_table('division')
    op.drop_table('calendar_day')
