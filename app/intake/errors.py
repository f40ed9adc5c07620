"""What the intake room declines."""

from app.foundation.errors import Conflict, Forbidden, Invalid


class ManifestUnfit(Invalid):
    """The manifest does not describe the files, or names things that do not exist.

    Each fault names the place in manifest.yaml. Nothing was read or written.
    """

    slug = "manifest-unfit"
    title = "数据清单（manifest）有误"


class FileUnfit(Invalid):
    """The file cannot be read safely, or is not what it says it is. Nothing was stored.

    Save it again from the spreadsheet program as .xlsx or .csv, without macros or links.
    """

    slug = "file-unfit"
    title = "文件不能导入"


class AlreadyLoaded(Conflict):
    """A file with exactly these contents has been imported before. Nothing was changed.

    The earlier import is shown in the list of loads. To correct it, import the corrected file.
    """

    slug = "already-loaded"
    title = "该文件已导入"


class NotReady(Conflict):
    """The load is not at the step this action belongs to. Nothing was changed.

    Usually somebody else has confirmed or discarded it meanwhile. Reload the page.
    """

    slug = "load-not-ready"
    title = "当前步骤不能执行此操作"


class NotYourDivision(Forbidden):
    """You may bring in files only for divisions your role was granted for."""

    slug = "not-your-division"
    title = "不在您的权限区划内"


class RowsUndecided(Invalid):
    """Some rows of the list match several enterprises. Each needs a person's choice."""

    slug = "rows-undecided"
    title = "尚有待确认的行"
