"""What the mandates room declines to do."""

from app.foundation.errors import Conflict, Forbidden, Invalid


class ClaimPending(Conflict):
    """You have already claimed this credit code, and the claim waits to be checked.

    Wait for the county's answer, or withdraw the claim and file it again with another letter.
    """

    slug = "claim-pending"
    title = "认领已提交"


class ClaimDecided(Conflict):
    """The claim was decided or withdrawn, or changed since you opened it. Nothing was changed.

    Reload the page to see where it stands.
    """

    slug = "claim-decided"
    title = "认领已办结"


class ClaimUnmatched(Invalid):
    """The register holds no enterprise with the claimed credit code, so nobody can act for it.

    Register the enterprise first, then confirm; or refuse the claim with the reason.
    """

    slug = "claim-unmatched"
    title = "企业库中没有这个企业"


class NotYoursToDecide(Forbidden):
    """Claims are decided by reviewers of the managing division who have no part in them.

    Whoever filed the claim, or acts for the enterprise, cannot decide on it.
    """

    slug = "not-yours-to-decide"
    title = "不能由您核对"


class StaffRepresentsNobody(Forbidden):
    """An account with a role of a bureau cannot act for an enterprise.

    Register another account for work on the enterprise's side.
    """

    slug = "staff-represents-nobody"
    title = "工作帐号不能代表企业"


class NotYourEnterprise(Forbidden):
    """Only the enterprise's 企业管理员 authorises people, in the roles offered on the page."""

    slug = "not-your-enterprise"
    title = "须由企业管理员办理"


class AlreadyMember(Conflict):
    """The account already has this role for the enterprise. Nothing was changed.

    End the present mandate first if its dates are to change.
    """

    slug = "already-member"
    title = "已有此项授权"


class MandateEnded(Conflict):
    """The mandate was ended before. Nothing was changed; reload the page."""

    slug = "mandate-ended"
    title = "授权已终止"


class LastAdministrator(Conflict):
    """An enterprise keeps at least one 企业管理员, or nobody could authorise others.

    Let the successor claim the enterprise first; the county can also end the mandate.
    """

    slug = "last-administrator"
    title = "至少保留一名企业管理员"
