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

SAYS = "an account may not hold roles that exclude each other"
# 三权分立: an administrator holds nothing else; an auditor nothing that decides.
CLASH = """EXISTS (
    SELECT 1 FROM role_grant g
    WHERE g.account_id = NEW.account_id AND g.id <> NEW.id AND g.revoked_at IS NULL
      AND (NEW.until IS NULL OR g.since < NEW.until) AND (g.until IS NULL OR NEW.since < g.until)
      AND ((NEW.role = 'administrator' AND g.role <> 'administrator')
        OR (g.role = 'administrator' AND NEW.role <> 'administrator')
        OR (NEW.role = 'auditor' AND g.role NOT IN ('auditor', 'leader'))
        OR (g.role = 'auditor' AND NEW.role NOT IN ('auditor', 'leader'))))"""

SQLITE = tuple(
    f"""CREATE TRIGGER role_grant_excludes_{event.lower()} BEFORE {event} ON role_grant
        WHEN NEW.revoked_at IS NULL AND {CLASH}
        BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"""
    for event in ("INSERT", "UPDATE")
)
POSTGRESQL = (
    f"""CREATE FUNCTION role_grant_exclude() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          -- Two grants at the same instant must not miss each other.
          PERFORM 1 FROM account WHERE id = NEW.account_id FOR UPDATE;
          IF NEW.revoked_at IS NULL AND {CLASH} THEN
            RAISE EXCEPTION '{SAYS}' USING ERRCODE = 'integrity_constraint_violation';
          END IF;
          RETURN NEW;
        END $$""",
    """CREATE TRIGGER role_grant_excludes BEFORE INSERT OR UPDATE ON role_grant
        FOR EACH ROW EXECUTE FUNCTION role_grant_exclude()""",
)


def upgrade() -> None:
    """Create the tables of the room."""
    op.create_table('account',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('username', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('division', sa.String(length=12), nullable=False),
    sa.Column('password_hash', sa.String(length=200), nullable=False),
    sa.Column('password_set_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('password_is_temporary', sa.Boolean(name='is_boolean'), nullable=False),
    sa.Column('is_enabled', sa.Boolean(name='is_boolean'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['division'], ['division.code'], name=op.f('fk_account_division_division')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account')),
    sa.UniqueConstraint('username', name=op.f('uq_account_username'))
    )
    op.create_index('ix_account_division', 'account', ['division'], unique=False)
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
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_by_id', sa.Uuid(), nullable=True),
    sa.Column('revoked_by_name', sa.String(length=200), nullable=True),
    sa.CheckConstraint('(revoked_at IS NULL) = (revoked_by_name IS NULL)', name=op.f('ck_role_grant_revoked_is_by_someone')),
    sa.CheckConstraint('until IS NULL OR since < until', name=op.f('ck_role_grant_since_before_until')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_role_grant_account_id_account')),
    sa.ForeignKeyConstraint(['division'], ['division.code'], name=op.f('fk_role_grant_division_division')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_role_grant'))
    )
    op.create_index('uq_role_grant_once', 'role_grant', ['account_id', 'role', 'division', 'line', 'since'], unique=True, sqlite_where=sa.text('revoked_at IS NULL'), postgresql_where=sa.text('revoked_at IS NULL'))
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
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    """Drop them, children first."""
    op.drop_index('ix_sign_in_session_account_id', table_name='sign_in_session')
    op.drop_table('sign_in_session')
    op.drop_index('uq_role_grant_once', table_name='role_grant', sqlite_where=sa.text('revoked_at IS NULL'), postgresql_where=sa.text('revoked_at IS NULL'))
    op.drop_table('role_grant')  # its triggers go with it
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION role_grant_exclude()")
    op.drop_table('throttle')
    op.drop_index('ix_account_division', table_name='account')
    op.drop_table('account')
