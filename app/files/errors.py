"""What can be wrong with an upload."""

from app.foundation.errors import Fault, Invalid, NotFound


class FileRefused(Invalid):
    """The file cannot be accepted: too large, empty, or of a type that is not allowed.

    Send PDF, PNG or JPEG scans, or Word and Excel documents without macros, up to 20 MB each.
    """

    slug = "file-refused"
    title = "文件未被接受"

    def __init__(self, detail: str, field: str = "file") -> None:
        super().__init__(detail, faults=(Fault(field, detail),))


class FileGone(NotFound):
    """The row of the file is there but its bytes are not, or they have been altered.

    Tell your system administrator at once; the backup holds the file.
    """

    slug = "file-gone"
    title = "文件缺失或已被改动"
