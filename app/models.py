"""Every model of the house, for the migrations and the tests that need the whole schema."""

from app.accounts import models as accounts
from app.audit import models as audit
from app.enterprises import models as enterprises
from app.evaluation import models as evaluation
from app.files import models as files
from app.intake import models as intake
from app.jobs import models as jobs
from app.mandates import models as mandates
from app.notices import models as notices
from app.profiles import models as profiles
from app.reference import models as reference
from app.reports import models as reports
from app.reviews import models as reviews

ALL = (
    accounts,
    audit,
    enterprises,
    evaluation,
    files,
    intake,
    jobs,
    mandates,
    notices,
    profiles,
    reference,
    reports,
    reviews,
)
