"""What the server runs: `gunicorn wsgi:app`, `flask --app wsgi`."""

import os

from app.factory import create_app
from config import Settings
from seed.cli import cli as seed

app = create_app(Settings.from_env(os.environ))
app.cli.add_command(seed)  # seed stands above app: the factory may not know it
