"""A system that makes no user namespaces, for one command: its arguments are an error number and the command.

Security modules refuse with EACCES (13), containers with EPERM (1), a full limit with ENOSPC (28).
"""

import ctypes
import os
import platform
import struct
import sys

CLONE_NEWUSER = 0x10000000
# clone, unshare, clone3
NUMBERS = {"x86_64": (56, 272, 435), "aarch64": (220, 97, 435)}
ALLOW, REFUSE, ENOSYS = 0x7FFF0000, 0x00050000, 38
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
LOAD, EQUALS, HAS_BITS, ANSWER = 0x20, 0x15, 0x45, 0x06  # linux/bpf_common.h


def refuse_user_namespaces(errno: int) -> None:
    """Let the kernel answer so, to this process and its children, for ever."""
    clone, unshare, clone3 = NUMBERS[platform.machine()]
    steps = (
        (LOAD, 0, 0, 0),  # the number of the call
        (EQUALS, 0, 1, clone3),
        (ANSWER, 0, 0, REFUSE | ENOSYS),  # its flags cannot be seen; libraries fall back on clone
        (EQUALS, 1, 0, clone),
        (EQUALS, 0, 3, unshare),
        (LOAD, 0, 0, 16),  # its first argument
        (HAS_BITS, 0, 1, CLONE_NEWUSER),
        (ANSWER, 0, 0, REFUSE | errno),
        (ANSWER, 0, 0, ALLOW),
    )
    program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    filtering = struct.pack("HxxxxxxP", len(steps), ctypes.addressof(program))
    prctl = ctypes.CDLL(None).prctl
    if prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, filtering, 0, 0):
        raise OSError("the kernel takes no filter")


if __name__ == "__main__":
    refuse_user_namespaces(int(sys.argv[1]))
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606 - what the test names
