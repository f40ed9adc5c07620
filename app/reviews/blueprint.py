"""One blueprint; its pages are in `views` (firms), `desk`, `meeting` and `recommending`."""

from flask import Blueprint

bp = Blueprint("reviews", __name__)
