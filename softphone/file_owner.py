"""Whether a file can be believed to come from the administrator: who owns it, and who else may write it.

Where anybody may create files, as in Windows' ProgramData, the place alone proves nothing.
"""

import os
import stat
import sys

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
