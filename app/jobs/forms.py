"""What people send about a job."""

from app.web.forms import Form


class CancelForm(Form):
    """A button: nothing but the CSRF token."""
