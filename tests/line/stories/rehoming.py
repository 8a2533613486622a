"""The way back from a backup, as rows of sdk.md#way-home, with what we do better."""

from tests.line.script import Story

STORIES = (
    Story(
        name="V56",
        given={"post": {"P1": "503x5 200"}, "draw": 0.0},
        until_s=3660,
        log=(
            "C · POST P1 503@0 · U · POST P1 503@1 · U · POST P1 503@3 · U · POST P1 503@7 · U · "
            "POST P1 503@15 · U · POST B1 200@30 · R · KA B1 200@57..3513 · DISCOVER 200@3513 · "
            "KA B1 200@3540..3636 · PING P1 200@3636 · DELETE B1/d1 200@3636 · U · POST P1 200@3636 · R"
        ),
    ),
    Story(  # a call that rings at 3600 and never ends: 120 s at most
        name="C19 without an end",
        given={"post": {"P1": "503x5 200"}, "draw": 0.0},
        does="register@0 ring@3600",
        until_s=3740,
        log=(
            "C · POST P1 503@0 · U · POST P1 503@1 · U · POST P1 503@3 · U · POST P1 503@7 · U · "
            "POST P1 503@15 · U · POST B1 200@30 · R · KA B1 200@57..3513 · DISCOVER 200@3513 · "
            "KA B1 200@3540..3621 · DISCOVER 200@3621 · KA B1 200@3648..3720 · PING P1 200@3720 · "
            "DELETE B1/d1 200@3720 · U · POST P1 200@3720 · R"
        ),
    ),
    Story(  # and one that ends at 3650
        name="C19",
        given={"post": {"P1": "503x5 200"}, "draw": 0.0},
        does="register@0 ring@3600 ring-ends@3650",
        until_s=3690,
        log=(
            "C · POST P1 503@0 · U · POST P1 503@1 · U · POST P1 503@3 · U · POST P1 503@7 · U · "
            "POST P1 503@15 · U · POST B1 200@30 · R · KA B1 200@57..3513 · DISCOVER 200@3513 · "
            "KA B1 200@3540..3621 · DISCOVER 200@3621 · KA B1 200@3648 · KA B1 200@3675 · PING P1 200@3675 · "
            "DELETE B1/d1 200@3675 · U · POST P1 200@3675 · R"
        ),
    ),
    Story(
        name="V57",
        given={"post": {"P1": "503x5"}, "ping": {"P1": "503"}, "draw": 0.0},
        until_s=7300,
        log=(
            "C · POST P1 503@0 · U · POST P1 503@1 · U · POST P1 503@3 · U · POST P1 503@7 · U · "
            "POST P1 503@15 · U · POST B1 200@30 · R · KA B1 200@57..3513 · DISCOVER 200@3513 · "
            "KA B1 200@3540..3636 · PING P1 503@3636 · KA B1 200@3651..7134 · DISCOVER 200@7134 · "
            "KA B1 200@7161..7236 · PING P1 503@7236 · KA B1 200@7251 · KA B1 200@7278"
        ),
    ),
    Story(
        name="V58",
        given={"post": {"P1": "503x5"}, "draw": 0.0},
        until_s=3660,
        log=(
            "C · POST P1 503@0 · U · POST P1 503@1 · U · POST P1 503@3 · U · POST P1 503@7 · U · "
            "POST P1 503@15 · U · POST B1 200@30 · R · KA B1 200@57..3513 · DISCOVER 200@3513 · "
            "KA B1 200@3540..3636 · PING P1 200@3636 · DELETE B1/d1 200@3636 · U · POST P1 503@3636 · U · "
            "POST B1 200@3636 · R"
        ),
    ),
    Story(
        name="V60",
        given={
            "primaries": "P1 P2",
            "post": {"P1": "503", "P2": "503x5 200"},
            "ping": {"P1": "503"},
            "draw": 0.0,
        },
        until_s=3660,
        log=(
            "C · POST P1 503@0 · U · POST P2 503@0 · U · POST P1 503@1 · U · POST P2 503@1 · U · "
            "POST P1 503@3 · U · POST P2 503@3 · U · POST P1 503@7 · U · POST P2 503@7 · U · "
            "POST P1 503@15 · U · POST P2 503@15 · U · POST B1 200@30 · R · KA B1 200@57..3513 · "
            "DISCOVER 200@3513 · KA B1 200@3540..3636 · PING P1 503@3636 · PING P2 200@3636 · "
            "DELETE B1/d1 200@3636 · U · POST P2 200@3636 · R"
        ),
    ),
    Story(
        name="V53",
        given={"post": {"P1": "503x5 429"}, "draw": 0.0},
        until_s=7300,
        log=(
            "C · POST P1 503@0 · U · POST P1 503@1 · U · POST P1 503@3 · U · POST P1 503@7 · U · "
            "POST P1 503@15 · U · POST B1 200@30 · R · KA B1 200@57..3513 · DISCOVER 200@3513 · "
            "KA B1 200@3540..3636 · PING P1 200@3636 · DELETE B1/d1 200@3636 · U · POST P1 429@3636 · "
            "POST B1 200@3636 · R · KA B1 200@3663..7119 · DISCOVER 200@7119 · KA B1 200@7146..7242 · "
            "PING P1 200@7242 · DELETE B1/d2 200@7242 · U · POST P1 429@7242 · POST B1 200@7242 · R · "
            "KA B1 200@7269 · KA B1 200@7296"
        ),
    ),
    Story(
        name="V52",
        given={"post": {"P1": "503x5 429 503"}, "draw": 0.0},
        until_s=7300,
        log=(
            "C · POST P1 503@0 · U · POST P1 503@1 · U · POST P1 503@3 · U · POST P1 503@7 · U · "
            "POST P1 503@15 · U · POST B1 200@30 · R · KA B1 200@57..3513 · DISCOVER 200@3513 · "
            "KA B1 200@3540..3636 · PING P1 200@3636 · DELETE B1/d1 200@3636 · U · POST P1 429@3636 · "
            "POST B1 200@3636 · R · KA B1 200@3663..7119 · DISCOVER 200@7119 · KA B1 200@7146..7242 · "
            "PING P1 200@7242 · DELETE B1/d2 200@7242 · U · POST P1 503@7242 · U · POST B1 200@7242 · R · "
            "KA B1 200@7269 · KA B1 200@7296"
        ),
    ),
    Story(
        name="V104",
        given={"post": {"P1": "503x5 429:33 200", "B1": "200 429:33 200"}, "backups": "B1", "draw": 0.0},
        until_s=3700,
        log=(
            "C · POST P1 503@0 · U · POST P1 503@1 · U · POST P1 503@3 · U · POST P1 503@7 · U · "
            "POST P1 503@15 · U · POST B1 200@30 · R · KA B1 200@57..3513 · DISCOVER 200@3513 · "
            "KA B1 200@3540..3636 · PING P1 200@3636 · DELETE B1/d1 200@3636 · U · POST P1 429:33@3636 · "
            "POST B1 429:33@3636 · E(serviceUnavailable) · POST P1 200@3669 · R · KA P1 200@3696"
        ),
    ),
    Story(
        name="V54",
        given={"post": {"P1": "503x5 200"}, "rehoming": {"B1": (5.0, 6.0)}, "draw": 0.0},
        until_s=3660,
        log=(
            "C · POST P1 503@0 · U · POST P1 503@1 · U · POST P1 503@3 · U · POST P1 503@7 · U · "
            "POST P1 503@15 · U · POST B1 200@30 · R · KA B1 200@57..3513 · DISCOVER 200@3513 · "
            "KA B1 200@3540..3636 · PING P1 200@3636 · DELETE B1/d1 200@3636 · U · POST P1 200@3636 · R"
        ),
    ),
    Story(
        name="V55",
        given={"post": {"P1": "503x5 200"}, "rehoming": {"B1": (None, None)}, "draw": 0.999},
        until_s=7300,
        log=(
            "C · POST P1 503@0 · U · POST P1 503@1.999 · U · POST P1 503@5.997 · U · POST P1 503@13.993 · "
            "U · POST P1 503@29.985 · U · POST B1 200@30 · R · KA B1 200@62.994..3626.35 · "
            "DISCOVER 200@3626.35 · KA B1 200@3659.34..7123.71 · DISCOVER 200@7123.71 · "
            "KA B1 200@7156.7..7237.69 · PING P1 200@7237.69 · DELETE B1/d1 200@7237.69 · U · "
            "POST P1 200@7237.69 · R · KA P1 200@7270.69"
        ),
    ),
    Story(
        name="V87",
        given={"post": {"P1": "503x5"}, "draw": 0.0},
        does="register@0 deregister@100",
        until_s=4000,
        log=(
            "C · POST P1 503@0 · U · POST P1 503@1 · U · POST P1 503@3 · U · POST P1 503@7 · U · "
            "POST P1 503@15 · U · POST B1 200@30 · R · KA B1 200@57 · KA B1 200@84 · "
            "DELETE B1/d1 200@100 · U"
        ),
        end="Idle, no timer",
    ),
    Story(
        name="V114",
        given={"post": {"P1": "503x5 503", "B1": "200 401"}, "draw": 0.0},
        until_s=4000,
        log=(
            "C · POST P1 503@0 · U · POST P1 503@1 · U · POST P1 503@3 · U · POST P1 503@7 · U · "
            "POST P1 503@15 · U · POST B1 200@30 · R · KA B1 200@57..3513 · DISCOVER 200@3513 · "
            "KA B1 200@3540..3636 · PING P1 200@3636 · DELETE B1/d1 200@3636 · U · POST P1 503@3636 · U · "
            "POST B1 401@3636 · E(tokenError)"
        ),
        end="SignedOut, no timer",
    ),
    Story(
        name="a primary that asked us to wait is not pinged",
        given={
            "post": {"P1": "200 429:1000 200"},
            "keepalive": {"P1": "503"},
            "rehoming": {"P1": (5.0, 5.0)},
            "draw": 0.0,
        },
        until_s=1150,
        log=(
            "C · POST P1 200@0 · R · KA P1 503@27 · G · KA P1 503@28.5 · G · KA P1 503@31.5 · G · "
            "KA P1 503@37.5 · G · KA P1 503@43.5 · G · KA P1 503@49.5 · G · KA P1 503@55.5 · G · "
            "KA P1 503@61.5 · G · KA P1 503@67.5 · G · KA P1 503@73.5 · G · KA P1 503@79.5 · G · "
            "KA P1 503@85.5 · G · KA P1 503@91.5 · G · KA P1 503@97.5 · G · KA P1 503@103.5 · G · "
            "KA P1 503@109.5 · G · KA P1 503@115.5 · G · U · DELETE P1/d1 200@120 · POST P1 429:1000@120 · "
            "POST B1 200@120 · R · KA B1 200@147..309 · DISCOVER 200@309 · KA B1 200@336..633 · "
            "DISCOVER 200@633 · KA B1 200@660..957 · DISCOVER 200@957 · KA B1 200@984 · KA B1 200@1011 · "
            "DISCOVER 200@1011 · KA B1 200@1038..1134 · PING P1 200@1134 · DELETE B1/d2 200@1134 · U · "
            "POST P1 200@1134 · R"
        ),
    ),
    Story(
        name="of two primaries the one that asked us to wait is not pinged",
        given={
            "primaries": "P1 P2",
            "post": {"P1": "200 429:1000", "P2": "429:100 200"},
            "keepalive": {"P1": "503"},
            "rehoming": {"P1": (5.0, 5.0)},
            "draw": 0.0,
        },
        until_s=460,
        log=(
            "C · POST P1 200@0 · R · KA P1 503@27 · G · KA P1 503@28.5 · G · KA P1 503@31.5 · G · "
            "KA P1 503@37.5 · G · KA P1 503@43.5 · G · KA P1 503@49.5 · G · KA P1 503@55.5 · G · "
            "KA P1 503@61.5 · G · KA P1 503@67.5 · G · KA P1 503@73.5 · G · KA P1 503@79.5 · G · "
            "KA P1 503@85.5 · G · KA P1 503@91.5 · G · KA P1 503@97.5 · G · KA P1 503@103.5 · G · "
            "KA P1 503@109.5 · G · KA P1 503@115.5 · G · U · DELETE P1/d1 200@120 · POST P1 429:1000@120 · "
            "POST P2 429:100@120 · POST B1 200@121.6 · R · KA B1 200@148.6..310.6 · DISCOVER 200@310.6 · "
            "KA B1 200@337.6..433.6 · PING P2 200@433.6 · DELETE B1/d2 200@433.6 · U · POST P2 200@433.6 · "
            "R"
        ),
    ),
    Story(
        name="the backup keeps the device",
        given={"post": {"P1": "503x5"}, "delete": {"B1": "503"}, "draw": 0.0},
        until_s=3690,
        log=(
            "C · POST P1 503@0 · U · POST P1 503@1 · U · POST P1 503@3 · U · POST P1 503@7 · U · "
            "POST P1 503@15 · U · POST B1 200@30 · R · KA B1 200@57..3513 · DISCOVER 200@3513 · "
            "KA B1 200@3540..3636 · PING P1 200@3636 · DELETE B1/d1 503@3636 · KA B1 200@3636..3690"
        ),
    ),
    Story(
        name="the DELETE was done but not answered",
        given={
            "post": {"P1": "503x5 200"},
            "delete": {"B1": "lost"},
            "keepalive": {"B1": "200x134 404"},
            "draw": 0.0,
        },
        until_s=3690,
        log=(
            "C · POST P1 503@0 · U · POST P1 503@1 · U · POST P1 503@3 · U · POST P1 503@7 · U · "
            "POST P1 503@15 · U · POST B1 200@30 · R · KA B1 200@57..3513 · DISCOVER 200@3513 · "
            "KA B1 200@3540..3636 · PING P1 200@3636 · DELETE B1/d1 lost@3636 · KA B1 404@3656 · "
            "E(registrationError) · U · POST P1 200@3656 · R · KA P1 200@3683"
        ),
    ),
)
