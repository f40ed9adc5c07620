"""What the server runs: `gunicorn wsgi:app`, `flask --app wsgi`."""

import os

from app.factory import create_app
from config import Settings

app = create_app(Settings.from_env(os.environ))
