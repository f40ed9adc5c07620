"""What the server runs: `gunicorn wsgi:app`, `flask --app wsgi`."""

import os
import sys
from pathlib import Path

from sqlalchemy.exc import OperationalError

from app.factory import create_app
from app.foundation import schema
from config import Settings, SettingsError
from seed.cli import cli as seed

HEAD = (Path(__file__).parent / "migrations" / ".head").read_text(encoding="utf-8").strip()

try:
    app = create_app(Settings.from_env(os.environ))
    app.cli.add_command(seed)  # seed stands above app: the factory may not know it
    schema.require(app.extensions["sessions"].engine, HEAD)
except (SettingsError, schema.SchemaNotCurrent) as fault:
    sys.exit(f"Terrace: {fault}")
except OperationalError:  # Requests are answered 503 until it is back.
    sys.stderr.write("Terrace: the database is away.\n")
