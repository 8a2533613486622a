"""What happened on the way, found out by type and number of the error (webex/exchange.py)."""

import errno
import socket
import ssl

import httpx
import pytest

from softphone.webex.exchange import fault_of
from softphone.webex.threads import ThreadsBusyError
from softphone.webex.transport_faults import Fault


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (OSError(errno.ECONNREFUSED, "refused"), Fault.REFUSED),
        (OSError(errno.ECONNRESET, "reset"), Fault.RESET),
        (OSError(errno.EPIPE, "broken pipe"), Fault.RESET),
        (OSError(errno.ECONNABORTED, "aborted"), Fault.RESET),
        (OSError(errno.ETIMEDOUT, "timed out"), Fault.TIMED_OUT),
        (OSError(errno.EHOSTUNREACH, "no route"), Fault.UNREACHABLE),
        (OSError(errno.ENETUNREACH, "no network"), Fault.UNREACHABLE),
        (OSError(errno.EMFILE, "too many files"), Fault.UNREACHABLE),
        (socket.gaierror(socket.EAI_NONAME, "no such name"), Fault.DNS),
        (socket.gaierror(socket.EAI_NODATA, "no address"), Fault.DNS),
        (socket.gaierror(socket.EAI_AGAIN, "try again"), Fault.NAMES_SILENT),
        (socket.gaierror(socket.EAI_FAIL, "failed"), Fault.NAMES_SILENT),
        (ThreadsBusyError(), Fault.NAMES_SILENT),
        (ssl.SSLError(1, "wrong version"), Fault.TLS),
        (httpx.ConnectTimeout("slow"), Fault.TIMED_OUT),
        (httpx.ReadTimeout("slow"), Fault.TIMED_OUT),
        (httpx.ProxyError("407 Proxy Authentication Required"), Fault.PROXY_SIGN_IN),
        (httpx.ProxyError("403 Forbidden"), Fault.PROXY_REFUSED),
        (httpx.ConnectError("no way"), Fault.UNREACHABLE),
        (httpx.RemoteProtocolError("nonsense"), Fault.BROKEN),
        (OSError("without a number"), Fault.BROKEN),
        (TimeoutError(), Fault.BROKEN),  # a deadline of ours, which whoever set it knows of
    ],
    ids=repr,
)
def test_a_fault_is_known_by_type_and_number_and_so_is_what_was_raised_because_of_it(
    error: Exception, fault: Fault
):
    assert fault_of(error) is fault
    if fault is not Fault.BROKEN and not isinstance(error, httpx.HTTPError):
        outer = httpx.ConnectError("of several addresses")
        outer.__cause__ = ExceptionGroup("all", [OSError("without a number"), error])
        assert fault_of(outer) is fault
        inner = httpx.ReadError("while reading")
        inner.__context__ = error
        assert fault_of(inner) is fault
