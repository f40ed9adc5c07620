"""What the accounts room declines to do."""

from app.foundation.errors import Conflict, Forbidden, Invalid, TooMany


class UsernameTaken(Conflict):
    """Another account already signs in under this name. Nothing was created.

    Choose another user name; 工号 is a good one. A disabled account keeps its name, because
    the audit trail speaks of it.
    """

    slug = "username-taken"
    title = "用户名已被使用"


class RolesExclude(Conflict):
    """One account may not hold both: who runs the system, decides and audits are three people.

    Give the second role to another person, or end the first role before the second begins.
    """

    slug = "roles-exclude"
    title = "角色互斥"


class AlreadyGranted(Conflict):
    """The account already holds this role there on that day. Nothing was changed.

    Reload the account's page to see its roles.
    """

    slug = "already-granted"
    title = "角色已授予"


class WeakPassword(Invalid):
    """The password does not meet the rules; each failing rule is named.

    At least ten characters, of three of these kinds: lower case, upper case, digits, others;
    without the user name.
    """

    slug = "weak-password"
    title = "密码不符合要求"


class WrongPassword(Invalid):
    """The present password is not right, so it was not changed."""

    slug = "wrong-password"
    title = "当前密码不正确"


class TooManyAttempts(TooMany):
    """Five failed sign-ins from your address. Wait for the time stated, then try again.

    Others who sign in to the same account from another address are not affected.
    """

    slug = "too-many-attempts"
    title = "登录尝试次数过多"


class TooManyRegistrations(TooMany):
    """Too many accounts were registered, or tried, from your network. Wait for the time stated.

    If many people of one office register today, ask your county's bureau for help.
    """

    slug = "too-many-registrations"
    title = "注册次数过多"


class TooManyLookups(TooMany):
    """You looked up too many user names in a short time. Wait for the time stated.

    Ask the people themselves for their user names; they need not be guessed.
    """

    slug = "too-many-lookups"
    title = "查找用户名次数过多"


class NotYourAccounts(Forbidden):
    """You may administer accounts, and grant roles, only in the divisions you administer."""

    slug = "not-your-accounts"
    title = "不在您的管理范围"
