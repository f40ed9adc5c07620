"""The application under the demonstration's law, with windows that are open today."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.foundation.clock import today
from tests.factories.accounts import AccountFactory
from tests.factories.base import current_session
from tests.factories.mandates import member
from tests.factories.reviews import law


def _near(window, day):
    """The first batch is open on `day`, the second one opens later."""
    opens, closes = (-30, 10) if window.batch.zh == "第一批" else (40, 60)
    return replace(
        window,
        year=day.year,
        opens_on=day + timedelta(days=opens),
        closes_on=day + timedelta(days=closes),
    )


@pytest.fixture
def library(app):
    """The law of the pages: procedures of the demo city, open windows in 邢台."""
    found = law()
    day = today()
    found.windows = tuple(_near(window, day) for window in found.windows)
    app.extensions["library"] = found
    return found


@pytest.fixture
def enter(client, sign_in, library):
    """`enter(role, division)` signs an officer in; `enter.firm(enterprise)` who acts for it."""

    def officer(role, division):
        return sign_in(client, role, division)

    def firm(enterprise):
        account = AccountFactory()
        member(enterprise, account=account)
        current_session().flush()
        return sign_in(client, role=None, account=account)

    officer.firm = firm
    return officer
