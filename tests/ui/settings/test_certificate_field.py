"""What the control for extra certificates says of a file that anybody may have made."""

import base64
from pathlib import Path

import pytest

from softphone.ui.settings.certificate_field import _told
from tests.kit.certificates import Authority

_BEGIN, _END = b"-----BEGIN CERTIFICATE-----\n", b"-----END CERTIFICATE-----\n"


@pytest.mark.parametrize(
    ("good", "odd", "said"),
    [
        (b"\x82\x07test", b"\x82\x07\xffest", "The names in this file cannot be read."),
        (b"Z\x17\r", b"a\x17\r", "test CA, issued by test CA, valid until "),
        (b"Z0", b"\x1b0", "test CA, issued by test CA, valid until "),
    ],
    ids=["names", "begins", "ends"],
)
def test_a_certificate_that_makes_no_sense_is_told_all_the_same(
    tmp_path: Path, good: bytes, odd: bytes, said: str
):
    file = Authority(tmp_path).ca_file
    der = base64.b64decode(file.read_bytes().removeprefix(_BEGIN).removesuffix(_END))
    assert good in der
    file.write_bytes(_BEGIN + base64.encodebytes(der.replace(good, odd)) + _END)
    [told] = _told(file)
    assert told.startswith(said)
    assert told.isprintable()
