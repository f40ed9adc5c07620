"""The county's desk: claims that wait, the firm's master data beside the letter, the decision."""

from uuid import UUID

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.queries import names as account_names
from app.files.service import content_of
from app.foundation import places
from app.foundation.clock import now, today
from app.foundation.errors import Invalid
from app.foundation.paging import Window
from app.mandates import queries, service
from app.mandates.domain import DECIDERS, ClaimState
from app.mandates.forms import ConfirmForm, RefuseForm
from app.mandates.permissions import may_decide
from app.mandates.queries import Filed
from app.mandates.views import bp
from app.web.access import actor, requires
from app.web.deployment import uploads
from app.web.transactions import db

__all__ = ["bp"]  # one blueprint, its pages in two files


@bp.get("/desk/claims")
@requires(*DECIDERS)
def desk() -> ResponseReturnValue:
    """Claims of one's divisions: those that wait, or those decided."""
    decided = request.args.get("tab") == "decided"
    window = Window(after=request.args.get("after", ""), before=request.args.get("before", ""))
    page = queries.page_of_claims(db(), pending=not decided, visible_to=actor(), window=window)
    codes = {row.enterprise.managing_division for row in page.rows if row.enterprise}
    return render_template(
        "mandates/desk.html",
        page=page,
        decided=decided,
        waiting=queries.count_pending(db(), visible_to=actor()),
        places=places.names(db(), codes),
    )


@bp.get("/desk/claims/<uuid:claim_id>")
@requires(*DECIDERS)
def show(claim_id: UUID) -> ResponseReturnValue:
    """One claim: the letter, the firm, who acts for it today."""
    filed = queries.get_claim(db(), claim_id, visible_to=actor())
    return _page(filed, RefuseForm.bind(version=filed.claim.version))


@bp.get("/desk/claims/<uuid:claim_id>/letter")
@requires(*DECIDERS)
def letter(claim_id: UUID) -> ResponseReturnValue:
    """The stamped letter. Who checks the claim reads it, wherever the firm has moved since."""
    filed = queries.get_claim(db(), claim_id, visible_to=actor())
    path = content_of(uploads(), filed.letter)
    name = filed.letter.name
    response = send_file(
        path, mimetype=filed.letter.media_type, as_attachment=True, download_name=name, etag=False
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@bp.post("/desk/claims/<uuid:claim_id>/confirmation")
@requires(*DECIDERS)
def confirm(claim_id: UUID) -> ResponseReturnValue:
    """Let the claimant act for the firm."""
    filed = queries.get_claim(db(), claim_id, visible_to=actor())
    form = ConfirmForm.bind()
    if not form.submitted():
        raise Invalid(_("页面已过期，请刷新后再操作。"))
    service.confirm(db(), filed, version=form.version.data or 0, by=actor(), at=now())
    flash(_("认领已确认，认领人已是该企业的企业管理员。"))
    return redirect(url_for(".desk"))


@bp.post("/desk/claims/<uuid:claim_id>/refusal")
@requires(*DECIDERS)
def refuse(claim_id: UUID) -> ResponseReturnValue:
    """Turn the claim down, with a reason the claimant reads."""
    filed = queries.get_claim(db(), claim_id, visible_to=actor())
    form = RefuseForm.bind()
    if form.submitted():
        try:
            service.refuse(
                db(),
                filed,
                version=form.version.data or 0,
                reason=form.reason.data or "",
                by=actor(),
                at=now(),
            )
        except Invalid as refusal:
            form.blame(refusal)
        else:
            flash(_("认领未通过，原因已告知认领人。"))
            return redirect(url_for(".desk"))
    return _page(filed, form)


def _page(filed: Filed, form: RefuseForm) -> ResponseReturnValue:
    firm, claim = filed.enterprise, filed.claim
    decider = account_names(db(), [claim.decided_by_id], actor()) if claim.decided_by_id else {}
    codes = {filed.claimant.division, claim.division}
    if firm is not None:
        codes |= {firm.registered_division, firm.managing_division}
    page = render_template(
        "mandates/claim.html",
        filed=filed,
        claim=claim,
        firm=firm,
        form=form,
        waits=claim.state is ClaimState.PENDING,
        may_decide=may_decide(actor(), claim.account_id, firm.id if firm else None),
        members=queries.list_members(db(), firm.id, on=today()) if firm else [],
        decider="".join(decider.values()),
        places=places.names(db(), codes),
    )
    return page, form.status
