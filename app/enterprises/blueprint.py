"""One blueprint; its pages are in `desk` (one enterprise), `lists` and `register` (titles)."""

from flask import Blueprint

bp = Blueprint("enterprises", __name__)
