"""The blueprint of the figures room: every page of it stands under `/my`."""

from flask import Blueprint

bp = Blueprint("profiles", __name__)
