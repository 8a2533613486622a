"""Who owns a file or a folder, and who else may write it: what can be believed, and where to write.

Where anybody may create files, as in Windows' ProgramData, the place alone proves nothing.
"""

import os
import stat
import sys
from pathlib import Path

if sys.platform == "win32":
    import ctypes
    import msvcrt
    from ctypes import wintypes

    _SE_FILE_OBJECT = 1
    _OWNER_SECURITY_INFORMATION = 1
    # SYSTEM, the Administrators group, TrustedInstaller
    _ADMINISTRATORS = frozenset(
        {
            "S-1-5-18",
            "S-1-5-32-544",
            "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464",
        }
    )

    def is_administrators(file: int, *, or_users_own: bool = False) -> bool:
        """Whether the open file belongs to the administrator; who else may write it is not looked at.

        `or_users_own`: any owner will do.
        """
        return or_users_own or _owner_of(file) in _ADMINISTRATORS

    def is_ours(file: int) -> bool:  # noqa: ARG001 - elsewhere it is asked
        """Whether this user or the administrator has put the file there: nobody else can, in a user's own."""
        return True

    def opening_for_others(folder: Path) -> tuple[Path, str] | None:  # noqa: ARG001 - elsewhere it is
        """Return where another user could exchange what is kept in a folder: nowhere in a user's own."""
        return None

    def _owner_of(file: int) -> str:
        owner, descriptor, words = ctypes.c_void_p(), ctypes.c_void_p(), wintypes.LPWSTR()
        failed = ctypes.windll.advapi32.GetSecurityInfo(
            wintypes.HANDLE(msvcrt.get_osfhandle(file)),
            _SE_FILE_OBJECT,
            _OWNER_SECURITY_INFORMATION,
            ctypes.byref(owner),
            None,
            None,
            None,
            ctypes.byref(descriptor),
        )
        if failed:
            return ""
        try:
            if not ctypes.windll.advapi32.ConvertSidToStringSidW(owner, ctypes.byref(words)):
                return ""
            return words.value or ""
        finally:
            ctypes.windll.kernel32.LocalFree(words)
            ctypes.windll.kernel32.LocalFree(descriptor)

else:

    def is_administrators(file: int, *, or_users_own: bool = False) -> bool:
        """Whether the open file belongs to root and nobody else may write it.

        `or_users_own`: the user's own file will do, too.
        """
        facts = os.fstat(file)
        owners = {0, os.geteuid()} if or_users_own else {0}
        return facts.st_uid in owners and not facts.st_mode & (stat.S_IWGRP | stat.S_IWOTH)

    def is_ours(file: int) -> bool:
        """Whether the open file is this user's or root's: nobody else has put it there."""
        return os.fstat(file).st_uid in (0, os.geteuid())

    def opening_for_others(folder: Path) -> tuple[Path, str] | None:
        """Return where another user could exchange what is kept in a folder, and why; None when nowhere.

        The folder and the one above it must be this user's or root's, like every link that leads there; no
        folder on the way may be writable by all, unless it is sticky as /tmp is, and the folder itself not
        even then. A group that is the user's own first one may write: many systems give each user a group.
        """
        path = Path(os.path.abspath(folder))  # noqa: PTH100 - resolve() would follow the links
        places = [path, *path.parents]
        path = path.resolve()
        for place in (*places, path, *path.parents):
            try:
                facts = place.lstat()
            except OSError:
                continue  # not there, or not to be looked at: nothing is read there either
            if stat.S_ISLNK(facts.st_mode):
                if facts.st_uid not in (0, os.geteuid()):
                    return place, "is a link of another user"
                continue
            if place in (path, path.parent) and facts.st_uid not in (0, os.geteuid()):
                return place, "belongs to another user"
            writers, sticky = stat.S_IWOTH, facts.st_mode & stat.S_ISVTX
            if place == path:  # in it, who may write may put files of ours
                writers, sticky = writers | (stat.S_IWGRP if facts.st_gid != os.getegid() else 0), 0
            if facts.st_mode & writers and not sticky:
                return place, "can be written by other users"
        return None
