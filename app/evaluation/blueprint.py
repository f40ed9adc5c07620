"""One blueprint; its pages are in `desk` (flags, batches), `verdicts` and `rulebook`."""

from flask import Blueprint

bp = Blueprint("evaluation", __name__)
