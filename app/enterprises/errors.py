"""Refusals of the enterprises room."""

from app.foundation.errors import Conflict, Fault, Forbidden, Invalid


class CreditCodeFaulty(Invalid):
    """The credit code does not satisfy GB 32100.

    Check it against the business licence. A few codes were issued that fail the check: if the
    licence really shows this one, state the reason and it is taken.
    """

    slug = "credit-code-faulty"
    title = "统一社会信用代码有误"

    def __init__(self, detail: str) -> None:
        super().__init__(detail, faults=(Fault("credit_code", detail),))


class CreditCodeTaken(Conflict):
    """An enterprise with this credit code is already registered; a code identifies one for good.

    Open the registered enterprise. If it is not in your division, ask the division it is
    managed by to hand it over.
    """

    slug = "credit-code-taken"
    title = "该代码已登记"


class NotYours(Forbidden):
    """The place named is outside the divisions you were granted.

    Handing an enterprise to another county is done by the city, which sees both.
    """

    slug = "outside-your-division"
    title = "超出您的辖区"


class ChangeImpossible(Invalid):
    """The change of an enterprise's particulars cannot be recorded as given."""

    slug = "change-impossible"
    title = "变更无法登记"

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(detail, faults=(Fault(field, detail),))


class EventImpossible(Invalid):
    """The title event cannot be recorded as given."""

    slug = "event-impossible"
    title = "称号事件无法登记"

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(detail, faults=(Fault(field, detail),))
