"""Yearly figures, dated records, and how complete each register is.

Revision ID: 0006_profiles
Revises: 0005_accounts
"""

import sqlalchemy as sa
from alembic import op

revision = "0006_profiles"
down_revision = '0005_accounts'
branch_labels = None
depends_on = None

# A filed revision is a document: after filing only its supersession and its verification are
# written. The service never does otherwise; this holds for every other hand too.
_KEPT = ("enterprise_id", "year", "number", "body", "body_hash", "stage", "scope")
_CHANGED_SQLITE = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in _KEPT)
_CHANGED_POSTGRESQL = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in _KEPT)


def _hold_filed_revisions() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER profile_revision_is_kept BEFORE UPDATE ON profile_revision "
            f"WHEN OLD.state <> 'draft' AND ({_CHANGED_SQLITE}) "
            "BEGIN SELECT RAISE(ABORT, 'profile_revision_is_kept'); END"
        )
        op.execute(
            "CREATE TRIGGER profile_revision_is_not_deleted BEFORE DELETE ON profile_revision "
            "WHEN OLD.state <> 'draft' "
            "BEGIN SELECT RAISE(ABORT, 'profile_revision_is_not_deleted'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION profile_revision_is_kept() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'profile_revision_is_kept' USING ERRCODE = '23514'; END $$"
    )
    op.execute(
        "CREATE TRIGGER profile_revision_is_kept BEFORE UPDATE ON profile_revision FOR EACH ROW "
        f"WHEN (OLD.state <> 'draft' AND ({_CHANGED_POSTGRESQL})) "
        "EXECUTE FUNCTION profile_revision_is_kept()"
    )
    op.execute(
        "CREATE TRIGGER profile_revision_is_not_deleted BEFORE DELETE ON profile_revision "
        "FOR EACH ROW WHEN (OLD.state <> 'draft') EXECUTE FUNCTION profile_revision_is_kept()"
    )


def upgrade() -> None:
    """Create the tables of the room."""
    op.create_table('assumption',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('indicator', sa.String(length=40), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.Column('division', sa.String(length=12), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('reason', sa.String(length=1000), nullable=False),
    sa.Column('document_id', sa.Uuid(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('superseded_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['division'], ['division.code'], name=op.f('fk_assumption_division_division')),
    sa.ForeignKeyConstraint(['document_id'], ['source_document.id'], name=op.f('fk_assumption_document_id_source_document')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assumption'))
    )
    op.create_index('uq_assumption_natural', 'assumption', ['indicator', 'division', 'since'], unique=True, sqlite_where=sa.text('superseded_at IS NULL'), postgresql_where=sa.text('superseded_at IS NULL'))
    op.create_table('coverage',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('register', sa.String(length=200), nullable=False),
    sa.Column('division', sa.String(length=12), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('checked_on', sa.Date(), nullable=True),
    sa.Column('is_assumed', sa.Boolean(name='is_boolean'), nullable=False),
    sa.Column('reason', sa.String(length=1000), nullable=False),
    sa.Column('document_id', sa.Uuid(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('superseded_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('until IS NULL OR since < until', name=op.f('ck_coverage_since_before_until')),
    sa.ForeignKeyConstraint(['division'], ['division.code'], name=op.f('fk_coverage_division_division')),
    sa.ForeignKeyConstraint(['document_id'], ['source_document.id'], name=op.f('fk_coverage_document_id_source_document')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_coverage'))
    )
    op.create_index('uq_coverage_natural', 'coverage', ['register', 'division', 'since'], unique=True, sqlite_where=sa.text('superseded_at IS NULL'), postgresql_where=sa.text('superseded_at IS NULL'))
    op.create_table('award',
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('level', sa.Enum('national', 'provincial', 'municipal', 'below', name='level', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('rank', sa.BigInteger(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('superseded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('enterprise_id', sa.Uuid(), nullable=False),
    sa.Column('document_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['document_id'], ['source_document.id'], name=op.f('fk_award_document_id_source_document')),
    sa.ForeignKeyConstraint(['enterprise_id'], ['enterprise.id'], name=op.f('fk_award_enterprise_id_enterprise')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_award'))
    )
    op.create_index(op.f('ix_award_enterprise_id'), 'award', ['enterprise_id'], unique=False)
    op.create_table('equity_round',
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('investor', sa.String(length=200), nullable=False),
    sa.Column('is_qualified', sa.Boolean(name='is_boolean'), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('superseded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('enterprise_id', sa.Uuid(), nullable=False),
    sa.Column('document_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['document_id'], ['source_document.id'], name=op.f('fk_equity_round_document_id_source_document')),
    sa.ForeignKeyConstraint(['enterprise_id'], ['enterprise.id'], name=op.f('fk_equity_round_enterprise_id_enterprise')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_equity_round'))
    )
    op.create_index(op.f('ix_equity_round_enterprise_id'), 'equity_round', ['enterprise_id'], unique=False)
    op.create_table('incident',
    sa.Column('kind', sa.Enum('abnormal_list', 'serious_dishonesty_list', 'incident_safety', 'incident_quality', 'incident_environment', 'incident_network_data', 'research_misconduct', 'tax_violation', 'finance_penalty', name='incidentkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('severity', sa.String(length=40), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('superseded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('enterprise_id', sa.Uuid(), nullable=False),
    sa.Column('document_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['document_id'], ['source_document.id'], name=op.f('fk_incident_document_id_source_document')),
    sa.ForeignKeyConstraint(['enterprise_id'], ['enterprise.id'], name=op.f('fk_incident_enterprise_id_enterprise')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_incident'))
    )
    op.create_index(op.f('ix_incident_enterprise_id'), 'incident', ['enterprise_id'], unique=False)
    op.create_index('uq_incident_natural', 'incident', ['enterprise_id', 'kind', 'since'], unique=True, sqlite_where=sa.text('superseded_at IS NULL'), postgresql_where=sa.text('superseded_at IS NULL'))
    op.create_table('profile_revision',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('enterprise_id', sa.Uuid(), nullable=False),
    sa.Column('year', sa.BigInteger(), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.Enum('draft', 'filed', 'verified', name='revisionstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('stage', sa.Enum('flash', 'annual', 'audited', 'tax_settled', name='figurestage', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('scope', sa.Enum('single', 'consolidated', name='statementscope', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('body_hash', sa.String(length=64), nullable=False),
    sa.Column('document_id', sa.Uuid(), nullable=True),
    sa.Column('filed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', sa.Uuid(), nullable=True),
    sa.Column('superseded_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(state = 'draft') = (filed_at IS NULL)", name=op.f('ck_profile_revision_filed_is_dated')),
    sa.ForeignKeyConstraint(['document_id'], ['source_document.id'], name=op.f('fk_profile_revision_document_id_source_document')),
    sa.ForeignKeyConstraint(['enterprise_id'], ['enterprise.id'], name=op.f('fk_profile_revision_enterprise_id_enterprise')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_profile_revision'))
    )
    op.create_index('ix_profile_revision_year', 'profile_revision', ['year', 'enterprise_id'], unique=False)
    op.create_index('uq_profile_revision_current', 'profile_revision', ['enterprise_id', 'year'], unique=True, sqlite_where=sa.text("superseded_at IS NULL AND state <> 'draft'"), postgresql_where=sa.text("superseded_at IS NULL AND state <> 'draft'"))
    op.create_table('rd_platform',
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('level', sa.Enum('national', 'provincial', 'municipal', 'below', name='level', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('superseded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('enterprise_id', sa.Uuid(), nullable=False),
    sa.Column('document_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['document_id'], ['source_document.id'], name=op.f('fk_rd_platform_document_id_source_document')),
    sa.ForeignKeyConstraint(['enterprise_id'], ['enterprise.id'], name=op.f('fk_rd_platform_enterprise_id_enterprise')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rd_platform'))
    )
    op.create_index(op.f('ix_rd_platform_enterprise_id'), 'rd_platform', ['enterprise_id'], unique=False)
    op.create_table('standard',
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('level', sa.String(length=40), nullable=False),
    sa.Column('rank', sa.BigInteger(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('superseded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('enterprise_id', sa.Uuid(), nullable=False),
    sa.Column('document_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['document_id'], ['source_document.id'], name=op.f('fk_standard_document_id_source_document')),
    sa.ForeignKeyConstraint(['enterprise_id'], ['enterprise.id'], name=op.f('fk_standard_enterprise_id_enterprise')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_standard'))
    )
    op.create_index(op.f('ix_standard_enterprise_id'), 'standard', ['enterprise_id'], unique=False)
    op.create_table('statement',
    sa.Column('indicator', sa.String(length=40), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.Column('is_assumed', sa.Boolean(name='is_boolean'), nullable=False),
    sa.Column('proxy_of', sa.String(length=40), nullable=False),
    sa.Column('reason', sa.String(length=1000), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('superseded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('enterprise_id', sa.Uuid(), nullable=False),
    sa.Column('document_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['document_id'], ['source_document.id'], name=op.f('fk_statement_document_id_source_document')),
    sa.ForeignKeyConstraint(['enterprise_id'], ['enterprise.id'], name=op.f('fk_statement_enterprise_id_enterprise')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_statement'))
    )
    op.create_index(op.f('ix_statement_enterprise_id'), 'statement', ['enterprise_id'], unique=False)
    op.create_index('uq_statement_current', 'statement', ['enterprise_id', 'indicator', 'since'], unique=True, sqlite_where=sa.text('superseded_at IS NULL'), postgresql_where=sa.text('superseded_at IS NULL'))
    op.create_table('figure_note',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('revision_id', sa.Uuid(), nullable=False),
    sa.Column('indicator', sa.String(length=40), nullable=False),
    sa.Column('verified_value', sa.Text(), nullable=False),
    sa.Column('reason', sa.String(length=1000), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', sa.Uuid(), nullable=True),
    sa.Column('superseded_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['revision_id'], ['profile_revision.id'], name=op.f('fk_figure_note_revision_id_profile_revision')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_figure_note'))
    )
    op.create_index('uq_figure_note_current', 'figure_note', ['revision_id', 'indicator'], unique=True, sqlite_where=sa.text('superseded_at IS NULL'), postgresql_where=sa.text('superseded_at IS NULL'))
    op.create_table('ip_right',
    sa.Column('kind', sa.Enum('invention', 'defence_invention', 'plant_variety', 'crop_variety', 'new_drug', 'tcm_protected', 'circuit_layout', 'utility_model', 'design', 'software', name='ipkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('applied_on', sa.Date(), nullable=True),
    sa.Column('origin', sa.Enum('own', 'assigned', 'donated', 'acquired', name='iporigin', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('supports_main_product', sa.Boolean(name='is_boolean'), nullable=True),
    sa.Column('is_disputed', sa.Boolean(name='is_boolean'), nullable=False),
    sa.Column('used_in_event_id', sa.Uuid(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('superseded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('enterprise_id', sa.Uuid(), nullable=False),
    sa.Column('document_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['document_id'], ['source_document.id'], name=op.f('fk_ip_right_document_id_source_document')),
    sa.ForeignKeyConstraint(['enterprise_id'], ['enterprise.id'], name=op.f('fk_ip_right_enterprise_id_enterprise')),
    sa.ForeignKeyConstraint(['used_in_event_id'], ['title_event.id'], name=op.f('fk_ip_right_used_in_event_id_title_event')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ip_right'))
    )
    op.create_index(op.f('ix_ip_right_enterprise_id'), 'ip_right', ['enterprise_id'], unique=False)
    op.create_index('uq_ip_right_natural', 'ip_right', ['enterprise_id', 'kind', 'number'], unique=True, sqlite_where=sa.text('superseded_at IS NULL'), postgresql_where=sa.text('superseded_at IS NULL'))
    _hold_filed_revisions()


def downgrade() -> None:
    """Drop them, children first."""
    op.drop_index('uq_ip_right_natural', table_name='ip_right', sqlite_where=sa.text('superseded_at IS NULL'), postgresql_where=sa.text('superseded_at IS NULL'))
    op.drop_index(op.f('ix_ip_right_enterprise_id'), table_name='ip_right')
    op.drop_table('ip_right')
    op.drop_index('uq_figure_note_current', table_name='figure_note', sqlite_where=sa.text('superseded_at IS NULL'), postgresql_where=sa.text('superseded_at IS NULL'))
    op.drop_table('figure_note')
    op.drop_index('uq_statement_current', table_name='statement', sqlite_where=sa.text('superseded_at IS NULL'), postgresql_where=sa.text('superseded_at IS NULL'))
    op.drop_index(op.f('ix_statement_enterprise_id'), table_name='statement')
    op.drop_table('statement')
    op.drop_index(op.f('ix_standard_enterprise_id'), table_name='standard')
    op.drop_table('standard')
    op.drop_index(op.f('ix_rd_platform_enterprise_id'), table_name='rd_platform')
    op.drop_table('rd_platform')
    op.drop_index('uq_profile_revision_current', table_name='profile_revision', sqlite_where=sa.text("superseded_at IS NULL AND state <> 'draft'"), postgresql_where=sa.text("superseded_at IS NULL AND state <> 'draft'"))
    op.drop_index('ix_profile_revision_year', table_name='profile_revision')
    op.drop_table('profile_revision')
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION profile_revision_is_kept()")
    op.drop_index('uq_incident_natural', table_name='incident', sqlite_where=sa.text('superseded_at IS NULL'), postgresql_where=sa.text('superseded_at IS NULL'))
    op.drop_index(op.f('ix_incident_enterprise_id'), table_name='incident')
    op.drop_table('incident')
    op.drop_index(op.f('ix_equity_round_enterprise_id'), table_name='equity_round')
    op.drop_table('equity_round')
    op.drop_index(op.f('ix_award_enterprise_id'), table_name='award')
    op.drop_table('award')
    op.drop_index('uq_coverage_natural', table_name='coverage', sqlite_where=sa.text('superseded_at IS NULL'), postgresql_where=sa.text('superseded_at IS NULL'))
    op.drop_table('coverage')
    op.drop_index('uq_assumption_natural', table_name='assumption', sqlite_where=sa.text('superseded_at IS NULL'), postgresql_where=sa.text('superseded_at IS NULL'))
    op.drop_table('assumption')
