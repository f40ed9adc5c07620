"""The access rules as data, written apart from the marks in the code.

A new door must be given its line here: the matrix fails on an unknown endpoint, and on a line
whose endpoint is gone.
"""

from typing import Final

from app.foundation.actor import EnterpriseRole, Role

ADMINISTRATOR: Final = frozenset({Role.ADMINISTRATOR})
AUDITOR: Final = frozenset({Role.AUDITOR})
EVERY_ROLE: Final = frozenset(Role)
SEES_FIRMS: Final = EVERY_ROLE - ADMINISTRATOR

OFFICERS: Final = frozenset({Role.COUNTY_REVIEWER, Role.CITY_REVIEWER, Role.CITY_APPROVER})
CITY_OFFICERS: Final = OFFICERS - {Role.COUNTY_REVIEWER}
LOADERS: Final = frozenset({Role.CITY_REVIEWER, Role.CITY_APPROVER, Role.POLICY})
SEES_LOADS: Final = SEES_FIRMS - {Role.FINANCE}

CLAIM_DESK: Final = frozenset({Role.COUNTY_REVIEWER, Role.CITY_REVIEWER})
OF_A_FIRM: Final = frozenset(EnterpriseRole)  # for which firm is tried in test_enterprises.py

ANYBODY: Final = "anybody"
ANY_ACCOUNT: Final = "any account"
OUTSIDE: Final = "any account without a role of a bureau"

RULES: Final[dict[str, str | frozenset[Role | EnterpriseRole]]] = {
    "static": ANYBODY,
    "bootstrap.static": ANYBODY,
    "web.health": ANYBODY,
    "web.problem": ANYBODY,
    "home.index": ANYBODY,
    "accounts.sign_in": ANYBODY,
    "accounts.register": ANYBODY,
    "accounts.sign_out": ANY_ACCOUNT,
    "accounts.own": ANY_ACCOUNT,
    "accounts.password": ANY_ACCOUNT,
    "accounts.sign_out_elsewhere": ANY_ACCOUNT,
    "accounts.index": ADMINISTRATOR,
    "accounts.create": ADMINISTRATOR,
    "accounts.show": ADMINISTRATOR,
    "accounts.grant": ADMINISTRATOR,
    "accounts.revoke": ADMINISTRATOR,
    "accounts.reset_password": ADMINISTRATOR,
    "accounts.set_state": ADMINISTRATOR,
    "audit.index": AUDITOR,
    "audit.show": AUDITOR,
    "audit.export": AUDITOR,
    "audit.chains": AUDITOR,
    "audit.verify": AUDITOR,
    "files.download": ANY_ACCOUNT,
    "mandates.mine": OUTSIDE,
    "mandates.claims": OUTSIDE,
    "mandates.withdraw": OUTSIDE,
    "mandates.members": SEES_FIRMS | OF_A_FIRM,
    "mandates.invite": OF_A_FIRM,
    "mandates.end": CLAIM_DESK | OF_A_FIRM,
    "mandates.desk": CLAIM_DESK,
    "mandates.show": CLAIM_DESK,
    "mandates.letter": CLAIM_DESK,
    "mandates.confirm": CLAIM_DESK,
    "mandates.refuse": CLAIM_DESK,
    "notices.index": ANY_ACCOUNT,
    "notices.follow": ANY_ACCOUNT,
    "notices.read_all": ANY_ACCOUNT,
    "jobs.index": EVERY_ROLE,
    "jobs.show": EVERY_ROLE,
    "jobs.cancel": EVERY_ROLE,
    "home.style": ANY_ACCOUNT,
    "home.enterprise": SEES_FIRMS,
    "home.own_enterprise": OF_A_FIRM,
    "evaluation.batches": SEES_FIRMS,
    "evaluation.batch": SEES_FIRMS,
    "evaluation.verdict": SEES_FIRMS | OF_A_FIRM,
    "evaluation.flags": SEES_FIRMS,
    "evaluation.flag": SEES_FIRMS,
    "evaluation.flag_export": SEES_FIRMS,
    "evaluation.assign_flags": OFFICERS,
    "evaluation.assign": OFFICERS,
    "evaluation.close": OFFICERS,
    "evaluation.note": OFFICERS | {Role.FINANCE, Role.POLICY},
    "evaluation.reopen": CITY_OFFICERS,
    "evaluation.pools": SEES_FIRMS,
    "evaluation.pool": SEES_FIRMS,
    "evaluation.pool_export": SEES_FIRMS,
    "evaluation.rules": SEES_FIRMS | OF_A_FIRM,
    "evaluation.rule": SEES_FIRMS | OF_A_FIRM,
    "evaluation.check": frozenset({Role.POLICY}),
    "intake.index": SEES_LOADS,
    "intake.show": SEES_LOADS,
    "intake.faults": SEES_LOADS,
    "intake.check": LOADERS,
    "intake.columns": LOADERS,
    "intake.discard": LOADERS,
    "intake.row": LOADERS,
    "intake.write": LOADERS,
    "intake.new_city": LOADERS,
    "intake.new_list": LOADERS,
    "reports.index": SEES_FIRMS,
    "reports.show": SEES_FIRMS,
    "reports.annex": SEES_FIRMS,
    "reports.export": SEES_FIRMS,
    "reports.changes": SEES_FIRMS,
    "reviews.own": OF_A_FIRM,
    "reviews.apply": OF_A_FIRM,
    "reviews.application": OF_A_FIRM,
    "reviews.show": OF_A_FIRM,
    "reviews.paper": SEES_FIRMS | OF_A_FIRM,
    "reviews.upload": OF_A_FIRM,
    "reviews.write": OF_A_FIRM,
    "reviews.withdraw": OF_A_FIRM,
    "reviews.resubmit": OF_A_FIRM,
    "reviews.queue": SEES_FIRMS,
    "reviews.export": SEES_FIRMS,
    "reviews.case": SEES_FIRMS,
    "reviews.decide": OFFICERS,
    "reviews.answer": OFFICERS,
    "reviews.meeting": OFFICERS,
    "reviews.hold_meeting": OFFICERS,
    "reviews.batches": SEES_FIRMS,
    "reviews.create_batch": OFFICERS,
    "reviews.batch": SEES_FIRMS,
    "reviews.sheet": SEES_FIRMS,
    "reviews.collect": OFFICERS,
    "reviews.take_out": OFFICERS,
    "reviews.forward": OFFICERS,
    "reviews.conclude": CITY_OFFICERS,
    "reviews.unlist": CITY_OFFICERS,
    "reports.download": SEES_FIRMS,
    "reports.create": OFFICERS | {Role.POLICY},
    "reports.preview": SEES_FIRMS,
    "targets.index": SEES_FIRMS,
    "enterprises.index": SEES_FIRMS,
    "enterprises.suggest": SEES_FIRMS,
    "enterprises.export": SEES_FIRMS,
    "enterprises.history": SEES_FIRMS,
    "enterprises.create": OFFICERS | {Role.POLICY},
    "enterprises.edit": OFFICERS | {Role.POLICY},
    "enterprises.record_title": OFFICERS | {Role.POLICY},
    "enterprises.withdraw_title": OFFICERS | {Role.POLICY},
    "enterprises.save_view": SEES_FIRMS,
    "enterprises.drop_view": SEES_FIRMS,
    "enterprises.titles": SEES_FIRMS,
    "enterprises.title": SEES_FIRMS,
    "reference.index": ANY_ACCOUNT,
}
