"""Every model of the house, for the migrations and the tests that need the whole schema."""

from app.accounts import models as accounts
from app.audit import models as audit
from app.enterprises import models as enterprises
from app.evaluation import models as evaluation
from app.intake import models as intake
from app.jobs import models as jobs
from app.profiles import models as profiles
from app.reference import models as reference
from app.reports import models as reports

ALL = (accounts, audit, enterprises, evaluation, intake, jobs, profiles, reference, reports)
