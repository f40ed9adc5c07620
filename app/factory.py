"""Builds the application from settings: the only place that knows every room."""

from pathlib import Path

from flask import Flask
from flask.cli import AppGroup
from werkzeug.middleware.proxy_fix import ProxyFix

from app.accounts import cli as accounts_cli
from app.accounts import desk as accounts
from app.accounts.queries import names as account_names
from app.accounts.views import find_actor
from app.audit import cli as audit_cli
from app.audit import desk as audit
from app.audit.naming import Subject
from app.audit.views import remember
from app.enterprises import cli as enterprises_cli
from app.enterprises import desk as enterprises
from app.enterprises.queries import names as enterprise_names
from app.evaluation import cli as evaluation_cli
from app.evaluation import desk as evaluation
from app.evaluation import jobs as evaluation_jobs
from app.evaluation import narrowing
from app.evaluation import views as evaluation_views
from app.files import cli as files_cli
from app.files import views as files
from app.foundation.database import Sessions, open_engine
from app.home import desk as home
from app.home.masthead import place_name
from app.intake import cli as intake_cli
from app.intake import listdesk as intake
from app.intake import work as intake_work
from app.intake.queries import names as load_names
from app.jobs import cli as jobs_cli
from app.jobs import desk as jobs
from app.jobs.queries import names as job_names
from app.jobs.runner import Kind, Workshop
from app.mandates import desk as mandates
from app.mandates import queries as mandate_queries
from app.mandates.views import acting
from app.notices import views as notices
from app.profiles import views as profiles
from app.reference import cli as reference_cli
from app.reference import desk as reference
from app.reports import cli as reports_cli
from app.reports import desk as reports
from app.reports import jobs as reports_jobs
from app.reports.queries import names as edition_names
from app.reviews import desk as reviews
from app.reviews import jobs as reviews_jobs
from app.reviews.gathered import batch_names
from app.reviews.queries import names as case_names
from app.targets import desk as targets
from app.web import access, logs, pages, problems, security, transactions
from app.web.views import bp as web
from config import Settings
from rules.library import load

ROOMS = (
    web,
    home.bp,
    accounts.bp,
    jobs.bp,
    audit.bp,
    files.bp,
    notices.bp,
    mandates.bp,
    reference.bp,
    enterprises.bp,
    profiles.bp,
    intake.bp,
    evaluation.bp,
    reviews.bp,
    reports.bp,
    targets.bp,
)
COMMANDS = (
    accounts_cli.cli,
    audit_cli.cli,
    enterprises_cli.cli,
    evaluation_cli.cli,
    files_cli.cli,
    intake_cli.cli,
    jobs_cli.cli,
    reference_cli.cli,
    reports_cli.cli,
)
KINDS: dict[str, Kind] = {  # kind of job -> its handler, its name, the page of its result
    "intake.city": Kind(intake_work.import_city, "全市数据导入", "intake.show", "load_id"),
    **evaluation_jobs.KINDS,
    **reviews_jobs.KINDS,  # an imported list also closes recommended cases
    **reports_jobs.KINDS,
}
SUBJECTS = {  # what the audit trail speaks of -> its names and its page
    "account": Subject(account_names, "accounts.show", "account_id"),
    "claim": Subject(mandate_queries.names, "mandates.show", "claim_id"),
    "case": Subject(case_names, "reviews.case", "case_id"),
    "edition": Subject(edition_names, "reports.show", "edition_id"),
    "enterprise": Subject(enterprise_names, "home.enterprise", "enterprise_id"),
    "flag": Subject(None, "evaluation.flag", "flag_id"),
    "job": Subject(job_names, "jobs.show", "job_id"),
    "load": Subject(load_names, "intake.show", "load_id"),
    "recommendation": Subject(batch_names, "reviews.batch", "batch_id"),
}
UPLOAD_LIMIT = 32 * 1024 * 1024  # bytes; a city's files come by command, lists by page


def create_app(settings: Settings) -> Flask:
    """The application for `settings`. Workers never create tables: migrations do."""
    app = Flask(__name__, static_folder="static", template_folder="templates")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=UPLOAD_LIMIT,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies == "yes",
        WTF_CSRF_TIME_LIMIT=None,  # the sign-in session ends before a token would
    )
    if hops := int(settings.trusted_proxies):  # else everybody seems to come from the proxy
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    app.extensions["settings"] = settings
    app.extensions["library"] = load(settings.pack_folders, settings.pack_names)
    Path(settings.data_dir).mkdir(parents=True, exist_ok=True)
    logs.configure(settings.log_level)
    logs.bind(app)
    security.bind(app)
    problems.bind(app, on_refusal=remember)
    pages.bind(app)
    app.extensions["place_name"] = place_name
    app.extensions["audit_subjects"] = SUBJECTS
    app.extensions["enterprise_hooks"] = narrowing.HOOKS
    app.extensions["profile_hooks"] = evaluation_views.HOOKS
    for blueprint in ROOMS:
        app.register_blueprint(blueprint)
    _give_commands(app)
    access.bind(app, acting(find_actor))
    sessions = Sessions(open_engine(settings.database_url))
    app.extensions["workshop"] = Workshop(
        sessions, KINDS, settings, app.extensions["library"], mandate_queries.find_actor
    )
    transactions.bind(app, sessions)
    return app


def _give_commands(app: Flask) -> None:
    """Add every room's commands; two rooms may share a group (`enterprises list`, `… import`)."""
    groups: dict[str, AppGroup] = {}
    for group in COMMANDS:
        name = group.name or ""
        shared = groups.setdefault(name, AppGroup(name, help=group.help))
        for command in group.commands.values():
            shared.add_command(command)
    for shared in groups.values():
        app.cli.add_command(shared)
