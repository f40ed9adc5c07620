"""Reads a whole folder under its manifest, in the order in which the files lean on each other."""

from pathlib import Path

from app.intake.city import City, Surroundings
from app.intake.ledgers import read_certificates, read_counts, read_events
from app.intake.manifest import Manifest
from app.intake.masters import read_firms
from app.intake.years import read_years


def read_city(folder: Path, manifest: Manifest, around: Surroundings) -> City:
    """Everything the folder holds that is fit to be written, with every fault found.

    Raises:
        FileUnfit: a file is missing, is no text, or lacks a column without which it says nothing.
    """
    city = City()
    read_firms(folder, manifest, around, city)
    read_years(folder, manifest, around, city)
    read_certificates(folder, manifest, around, city)
    read_events(folder, manifest, around, city)
    read_counts(folder, manifest, around, city)
    return city
