"""Enterprises, their history, and the register of titles.

Revision ID: 0004_enterprises
Revises: 0003_reference
"""

import sqlalchemy as sa
from alembic import op

revision = "0004_enterprises"
down_revision = '0003_reference'
branch_labels = None
depends_on = None


OVERLAP = "episodes of one title overlap"
APPENDED = ("title_event", "title_episode", "enterprise_attribute")  # rows are superseded, never edited

# Of two transactions each adding an episode, neither sees the other's row: on PostgreSQL the
# trigger first takes the enterprise's row lock, so that the second one looks after the first
# has committed. (Advisory locks would fill the lock table in an import of a whole city.)
# SQLite's writers wait for each other at BEGIN IMMEDIATE.
# The plan is made once per session, in a first import for a table still empty, where every path
# looks equally cheap. So only the good one is left open: no sequential scan, and `title || ''`
# keeps it off the index that begins with the title (95 seconds for 30,000 rows instead of 5).
POSTGRES_OVERLAP = f"""
CREATE FUNCTION title_episode_apart() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off AS $$
BEGIN
    IF NEW.superseded_at IS NOT NULL THEN RETURN NEW; END IF;
    PERFORM 1 FROM enterprise WHERE id = NEW.enterprise_id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT 1 FROM title_episode other
        WHERE other.enterprise_id = NEW.enterprise_id AND other.title || '' = NEW.title
          AND other.superseded_at IS NULL AND other.id <> NEW.id
          AND (other.until IS NULL OR other.until > NEW.since)
          AND (NEW.until IS NULL OR other.since < NEW.until)
    ) THEN
        RAISE EXCEPTION '{OVERLAP}' USING ERRCODE = 'exclusion_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER title_episode_apart BEFORE INSERT OR UPDATE ON title_episode
    FOR EACH ROW EXECUTE FUNCTION title_episode_apart();
"""
SQLITE_OVERLAP = f"""
CREATE TRIGGER title_episode_apart_on_{{verb}} BEFORE {{verb}} ON title_episode
WHEN NEW.superseded_at IS NULL AND EXISTS (
    SELECT 1 FROM title_episode other
    WHERE other.enterprise_id = NEW.enterprise_id AND other.title = NEW.title
      AND other.superseded_at IS NULL AND other.id <> NEW.id
      AND (other.until IS NULL OR other.until > NEW.since)
      AND (NEW.until IS NULL OR other.since < NEW.until)
) BEGIN SELECT RAISE(ABORT, '{OVERLAP}'); END
"""
POSTGRES_APPENDED = """
CREATE FUNCTION register_appended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.superseded_at IS NULL AND NEW.superseded_at IS NOT NULL
       AND to_jsonb(OLD) - 'superseded_at' = to_jsonb(NEW) - 'superseded_at' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is appended to: a row may be superseded once, nothing else', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
"""
POSTGRES_APPENDED_TO = """
CREATE TRIGGER {table}_appended BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION register_appended();
CREATE TRIGGER {table}_kept BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION register_appended();
"""
SQLITE_APPENDED = """
CREATE TRIGGER {table}_appended BEFORE UPDATE ON {table}
WHEN OLD.superseded_at IS NOT NULL OR NEW.superseded_at IS NULL OR {changed}
BEGIN SELECT RAISE(ABORT, '{table} is appended to: a row may be superseded once, nothing else'); END
"""
SQLITE_KEPT = """
CREATE TRIGGER {table}_kept BEFORE DELETE ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is appended to: no row is deleted'); END
"""


def hold_invariants() -> None:
    """What must hold is held by the database too, the same on both."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(POSTGRES_OVERLAP)
        op.execute(POSTGRES_APPENDED)
        for table in APPENDED:
            op.execute(POSTGRES_APPENDED_TO.format(table=table))
        return
    for verb in ("INSERT", "UPDATE"):
        op.execute(SQLITE_OVERLAP.format(verb=verb))
    for table in APPENDED:
        columns = [column["name"] for column in sa.inspect(op.get_bind()).get_columns(table)]
        changed = " OR ".join(
            f"OLD.{column} IS NOT NEW.{column}" for column in columns if column != "superseded_at"
        )
        op.execute(SQLITE_APPENDED.format(table=table, changed=changed))
        op.execute(SQLITE_KEPT.format(table=table))


def upgrade() -> None:
    """Create the tables of the room."""
    op.create_table('saved_view',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('list_name', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('query', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_view'))
    )
    op.create_table('source_document',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Enum('list', 'city_file', 'officer', 'enterprise', 'decision', name='documentkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('number', sa.String(length=200), nullable=False),
    sa.Column('batch', sa.String(length=200), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('issued_on', sa.Date(), nullable=True),
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('note', sa.String(length=1000), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', sa.Uuid(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_source_document'))
    )
    op.create_index('uq_source_document_sha256', 'source_document', ['sha256'], unique=True, sqlite_where=sa.text("sha256 <> ''"), postgresql_where=sa.text("sha256 <> ''"))
    op.create_table('enterprise',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('credit_code', sa.String(length=18), nullable=False),
    sa.Column('credit_code_override', sa.String(length=1000), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('name_sort', sa.String(length=200), nullable=False),
    sa.Column('name_initials', sa.String(length=200), nullable=False),
    sa.Column('registered_on', sa.Date(), nullable=True),
    sa.Column('registered_division', sa.String(length=12), nullable=False),
    sa.Column('managing_division', sa.String(length=12), nullable=False),
    sa.Column('industry_code', sa.String(length=4), nullable=True),
    sa.Column('operating_status', sa.Enum('active', 'suspended', 'moved_out', 'revoked', 'deregistered', name='operatingstatus', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('title_history_from', sa.Date(), nullable=True),
    sa.Column('is_sample', sa.Boolean(name='is_boolean'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['industry_code'], ['industry.code'], name=op.f('fk_enterprise_industry_code_industry')),
    sa.ForeignKeyConstraint(['managing_division'], ['division.code'], name=op.f('fk_enterprise_managing_division_division')),
    sa.ForeignKeyConstraint(['registered_division'], ['division.code'], name=op.f('fk_enterprise_registered_division_division')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_enterprise')),
    sa.UniqueConstraint('credit_code', name=op.f('uq_enterprise_credit_code'))
    )
    op.create_index('ix_enterprise_managing_division', 'enterprise', ['managing_division', 'name_sort', 'id', 'operating_status'], unique=False)
    op.create_index('ix_enterprise_name_initials', 'enterprise', ['name_initials'], unique=False)
    op.create_index('ix_enterprise_name_sort', 'enterprise', ['name_sort', 'id'], unique=False)
    op.create_index('ix_enterprise_registered_division', 'enterprise', ['registered_division'], unique=False)
    op.create_table('enterprise_attribute',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('enterprise_id', sa.Uuid(), nullable=False),
    sa.Column('attribute', sa.Enum('name', 'registered_division', 'managing_division', 'industry_code', 'operating_status', name='attribute', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('value', sa.String(length=200), nullable=False),
    sa.Column('since', sa.Date(), nullable=True),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('superseded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('document_id', sa.Uuid(), nullable=True),
    sa.CheckConstraint('until IS NULL OR since IS NULL OR since < until', name=op.f('ck_enterprise_attribute_since_before_until')),
    sa.ForeignKeyConstraint(['document_id'], ['source_document.id'], name=op.f('fk_enterprise_attribute_document_id_source_document')),
    sa.ForeignKeyConstraint(['enterprise_id'], ['enterprise.id'], name=op.f('fk_enterprise_attribute_enterprise_id_enterprise')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_enterprise_attribute'))
    )
    op.create_index('ix_enterprise_attribute_enterprise_id', 'enterprise_attribute', ['enterprise_id', 'attribute'], unique=False)
    op.create_index('ix_enterprise_attribute_value', 'enterprise_attribute', ['attribute', 'value'], unique=False)
    op.create_table('title_event',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('enterprise_id', sa.Uuid(), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('kind', sa.Enum('first', 'renewed', 'reviewed', 'enrolled', 'recorded', 'moved_in', 'renamed', 'revoked', 'moved_out', 'lapsed', name='eventkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('on_day', sa.Date(), nullable=False),
    sa.Column('since', sa.Date(), nullable=True),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('roll_year', sa.BigInteger(), nullable=True),
    sa.Column('certificate', sa.String(length=200), nullable=False),
    sa.Column('document_id', sa.Uuid(), nullable=True),
    sa.Column('note', sa.String(length=1000), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', sa.Uuid(), nullable=True),
    sa.Column('superseded_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('until IS NULL OR since < until', name=op.f('ck_title_event_since_before_until')),
    sa.ForeignKeyConstraint(['document_id'], ['source_document.id'], name=op.f('fk_title_event_document_id_source_document')),
    sa.ForeignKeyConstraint(['enterprise_id'], ['enterprise.id'], name=op.f('fk_title_event_enterprise_id_enterprise')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_title_event'))
    )
    op.create_index('ix_title_event_document_id', 'title_event', ['document_id'], unique=False)
    op.create_index('ix_title_event_title_on_day', 'title_event', ['title', 'on_day'], unique=False)
    op.create_index('uq_title_event_natural', 'title_event', ['enterprise_id', 'title', 'kind', 'on_day'], unique=True, sqlite_where=sa.text('superseded_at IS NULL'), postgresql_where=sa.text('superseded_at IS NULL'))
    op.create_table('title_episode',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('enterprise_id', sa.Uuid(), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('roll_year', sa.BigInteger(), nullable=True),
    sa.Column('opened_by_id', sa.Uuid(), nullable=False),
    sa.Column('closed_by_id', sa.Uuid(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('superseded_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('until IS NULL OR since < until', name=op.f('ck_title_episode_since_before_until')),
    sa.ForeignKeyConstraint(['closed_by_id'], ['title_event.id'], name=op.f('fk_title_episode_closed_by_id_title_event')),
    sa.ForeignKeyConstraint(['enterprise_id'], ['enterprise.id'], name=op.f('fk_title_episode_enterprise_id_enterprise')),
    sa.ForeignKeyConstraint(['opened_by_id'], ['title_event.id'], name=op.f('fk_title_episode_opened_by_id_title_event')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_title_episode'))
    )
    op.create_index('ix_title_episode_enterprise_id', 'title_episode', ['enterprise_id', 'title', 'since'], unique=False)
    op.create_index('ix_title_episode_title', 'title_episode', ['title', 'since', 'until'], unique=False)
    hold_invariants()


def downgrade() -> None:
    """Drop them, children first."""
    if op.get_bind().dialect.name == "postgresql":  # SQLite drops triggers with their table.
        op.execute("DROP TRIGGER title_episode_apart ON title_episode")
        op.execute("DROP FUNCTION title_episode_apart")
        for table in APPENDED:
            op.execute(f"DROP TRIGGER {table}_appended ON {table}; DROP TRIGGER {table}_kept ON {table}")
        op.execute("DROP FUNCTION register_appended")
    op.drop_index('ix_title_episode_title', table_name='title_episode')
    op.drop_index('ix_title_episode_enterprise_id', table_name='title_episode')
    op.drop_table('title_episode')
    op.drop_index('uq_title_event_natural', table_name='title_event', sqlite_where=sa.text('superseded_at IS NULL'), postgresql_where=sa.text('superseded_at IS NULL'))
    op.drop_index('ix_title_event_title_on_day', table_name='title_event')
    op.drop_index('ix_title_event_document_id', table_name='title_event')
    op.drop_table('title_event')
    op.drop_index('ix_enterprise_attribute_value', table_name='enterprise_attribute')
    op.drop_index('ix_enterprise_attribute_enterprise_id', table_name='enterprise_attribute')
    op.drop_table('enterprise_attribute')
    op.drop_index('ix_enterprise_registered_division', table_name='enterprise')
    op.drop_index('ix_enterprise_name_sort', table_name='enterprise')
    op.drop_index('ix_enterprise_name_initials', table_name='enterprise')
    op.drop_index('ix_enterprise_managing_division', table_name='enterprise')
    op.drop_table('enterprise')
    op.drop_index('uq_source_document_sha256', table_name='source_document', sqlite_where=sa.text("sha256 <> ''"), postgresql_where=sa.text("sha256 <> ''"))
    op.drop_table('source_document')
    op.drop_table('saved_view')
