"""Keepalive, loss and return, as rows of sdk.md#keepalives, with what we do better."""

from tests.line.script import Story

STORIES = (
    Story(
        name="V33",
        given={"keepalive": {"P1": "refused"}, "post": {"P1": "200 refused"}, "ping": {"P1": "refused"}},
        until_s=110,
        log=(
            "C · POST P1 200@0 · R · KA P1 refused@30 · G · KA P1 refused@32 · G · KA P1 refused@36 · G · "
            "PING P1 refused@36 · PING B1 200@36 · PING D 200@36 · U · DELETE P1/d1 200@36 · "
            "POST B1 200@38.5 · R · KA B1 200@68.5 · KA B1 200@98.5"
        ),
    ),
    Story(
        name="V34",
        given={"keepalive": {"P1": "503"}, "post": {"P1": "200 503"}},
        until_s=150,
        log=(
            "C · POST P1 200@0 · R · KA P1 503@30 · G · KA P1 503@32 · G · KA P1 503@36 · G · "
            "KA P1 503@44 · G · KA P1 503@52 · G · KA P1 503@60 · G · KA P1 503@68 · G · KA P1 503@76 · "
            "G · KA P1 503@84 · G · KA P1 503@92 · G · KA P1 503@100 · G · KA P1 503@108 · G · "
            "KA P1 503@116 · G · U · DELETE P1/d1 200@120 · POST P1 503@120 · U · POST B1 200@120 · R · "
            "KA B1 200@150"
        ),
    ),
    Story(
        name="V117",
        given={"backups": "", "keepalive": {"P1": "503x13 200"}, "post": {"P1": "200 503 200"}},
        until_s=160,
        log=(
            "C · POST P1 200@0 · R · KA P1 503@30 · G · KA P1 503@32 · G · KA P1 503@36 · G · "
            "KA P1 503@44 · G · KA P1 503@52 · G · KA P1 503@60 · G · KA P1 503@68 · G · KA P1 503@76 · "
            "G · KA P1 503@84 · G · KA P1 503@92 · G · KA P1 503@100 · G · KA P1 503@108 · G · "
            "KA P1 503@116 · G · U · DELETE P1/d1 200@120 · POST P1 503@120 · U · E(serviceUnavailable) · "
            "POST P1 200@121.5 · R · KA P1 200@151.5"
        ),
    ),
    Story(
        name="V35",
        given={"keepalive": {"P1": "503 503 200"}},
        until_s=70,
        log=("C · POST P1 200@0 · R · KA P1 503@30 · G · KA P1 503@32 · G · KA P1 200@36 · N · KA P1 200@66"),
    ),
    Story(
        name="V36",
        given={"keepalive": {"P1": "503x5 200"}},
        until_s=90,
        log=(
            "C · POST P1 200@0 · R · KA P1 503@30 · G · KA P1 503@32 · G · KA P1 503@36 · G · "
            "KA P1 503@44 · G · KA P1 503@52 · G · KA P1 200@60 · N · KA P1 200@90"
        ),
    ),
    Story(
        name="V37",
        given={"keepalive": {"P1": "503 200 503x5 200"}},
        until_s=160,
        log=(
            "C · POST P1 200@0 · R · KA P1 503@30 · G · KA P1 200@32 · N · KA P1 503@62 · G · "
            "KA P1 503@64 · G · KA P1 503@68 · G · KA P1 503@76 · G · KA P1 503@84 · G · KA P1 200@92 · "
            "N · KA P1 200@122 · KA P1 200@152"
        ),
    ),
    Story(
        name="V38",
        given={"keepalive_interval_s": None},
        until_s=100,
        log="C · POST P1 200@0 · R · KA P1 200@30..90",
    ),
    Story(
        name="V39",
        given={"keepalive": {"P1": "200~100 200"}},
        until_s=70,
        log=(
            "C · POST P1 200@0 · R · KA P1 200@30 · G · PING P1 200@40 · PING B1 200@40 · PING D 200@40 · "
            "G · KA P1 200@62 · N"
        ),
    ),
    Story(
        name="V41",
        given={"keepalive": {"P1": "401"}},
        until_s=300,
        log="C · POST P1 200@0 · R · KA P1 401@30 · E(tokenError) · U · DELETE P1/d1 200@30",
        end="SignedOut, no timer",
    ),
    Story(
        name="V42",
        given={
            "keepalive": {"P1": "503x17 200"},
            "post": {"P1": "200 429:30 200"},
            "backups": "",
            "draw": 0.0,
        },
        until_s=160,
        log=(
            "C · POST P1 200@0 · R · KA P1 503@27 · G · KA P1 503@28.5 · G · KA P1 503@31.5 · G · "
            "KA P1 503@37.5 · G · KA P1 503@43.5 · G · KA P1 503@49.5 · G · KA P1 503@55.5 · G · "
            "KA P1 503@61.5 · G · KA P1 503@67.5 · G · KA P1 503@73.5 · G · KA P1 503@79.5 · G · "
            "KA P1 503@85.5 · G · KA P1 503@91.5 · G · KA P1 503@97.5 · G · KA P1 503@103.5 · G · "
            "KA P1 503@109.5 · G · KA P1 503@115.5 · G · U · DELETE P1/d1 200@120 · POST P1 429:30@120 · "
            "E(serviceUnavailable) · POST P1 200@150 · R"
        ),
    ),
    Story(
        name="V43",
        given={
            "keepalive": {"P1": "503"},
            "post": {"P1": "200 429:100 200", "B1": "503", "D": "503"},
            "draw": 0.0,
        },
        until_s=240,
        log=(
            "C · POST P1 200@0 · R · KA P1 503@27 · G · KA P1 503@28.5 · G · KA P1 503@31.5 · G · "
            "KA P1 503@37.5 · G · KA P1 503@43.5 · G · KA P1 503@49.5 · G · KA P1 503@55.5 · G · "
            "KA P1 503@61.5 · G · KA P1 503@67.5 · G · KA P1 503@73.5 · G · KA P1 503@79.5 · G · "
            "KA P1 503@85.5 · G · KA P1 503@91.5 · G · KA P1 503@97.5 · G · KA P1 503@103.5 · G · "
            "KA P1 503@109.5 · G · KA P1 503@115.5 · G · U · DELETE P1/d1 200@120 · POST P1 429:100@120 · "
            "POST B1 503@120 · U · POST D 503@121.6 · U · E(serviceUnavailable) · POST B1 503@127.6 · U · "
            "POST D 503@133.6 · U · POST B1 503@139.6 · U · POST D 503@145.6 · U · POST B1 503@151.6 · "
            "U · POST D 503@157.6 · U · POST B1 503@165.6 · U · POST D 503@169.6 · U · "
            "POST B1 503@185.6 · U · POST D 503@185.6 · U · POST P1 200@239.6 · R"
        ),
    ),
    Story(
        name="V44",
        given={"keepalive": {"P1": "503"}, "post": {"P1": "200 429:100"}, "draw": 0.0},
        until_s=130,
        log=(
            "C · POST P1 200@0 · R · KA P1 503@27 · G · KA P1 503@28.5 · G · KA P1 503@31.5 · G · "
            "KA P1 503@37.5 · G · KA P1 503@43.5 · G · KA P1 503@49.5 · G · KA P1 503@55.5 · G · "
            "KA P1 503@61.5 · G · KA P1 503@67.5 · G · KA P1 503@73.5 · G · KA P1 503@79.5 · G · "
            "KA P1 503@85.5 · G · KA P1 503@91.5 · G · KA P1 503@97.5 · G · KA P1 503@103.5 · G · "
            "KA P1 503@109.5 · G · KA P1 503@115.5 · G · U · DELETE P1/d1 200@120 · POST P1 429:100@120 · "
            "POST B1 200@120 · R"
        ),
    ),
    Story(
        name="V45",
        given={"keepalive": {"P1": "404 200"}},
        until_s=65,
        log=(
            "C · POST P1 200@0 · R · KA P1 404@30 · E(registrationError) · U · POST P1 200@30 · R · "
            "KA P1 200@60"
        ),
    ),
    Story(
        name="V46",
        given={"keepalive": {"B1": "404"}, "post": {"P1": "503x5 200"}},
        until_s=80,
        log=(
            "C · POST P1 503@0 · U · POST P1 503@1.5 · U · POST P1 503@4.5 · U · POST P1 503@10.5 · U · "
            "POST P1 503@22.5 · U · POST B1 200@30 · R · KA B1 404@60 · E(registrationError) · U · "
            "POST P1 200@60 · R"
        ),
    ),
    Story(
        name="V47",
        given={"keepalive": {"P1": "404"}, "post": {"P1": "200 503"}},
        until_s=70,
        log=(
            "C · POST P1 200@0 · R · KA P1 404@30 · E(registrationError) · U · POST P1 503@30 · U · "
            "POST P1 503@31.5 · U · POST P1 503@34.5 · U · POST P1 503@40.5 · U · POST P1 503@52.5 · U · "
            "POST B1 200@60 · R"
        ),
    ),
    Story(
        name="V48",
        given={"keepalive": {"P1": "102"}},
        until_s=300,
        log="C · POST P1 200@0 · R · KA P1 102@30 · E(forbidden) · U · DELETE P1/d1 200@30",
        end="Failed, no timer",
    ),
    Story(
        name="V49",
        given={"keepalive": {"P1": "400"}},
        until_s=300,
        log="C · POST P1 200@0 · R · KA P1 400@30 · E(badRequest) · U · DELETE P1/d1 200@30",
        end="Failed, no timer",
    ),
    Story(
        name="V50",
        given={"keepalive": {"P1": "409"}},
        until_s=300,
        log="C · POST P1 200@0 · R · KA P1 409@30 · E(sessionSuperseded) · U",
        end="Elsewhere, no timer",
    ),
    Story(
        name="V51",
        given={"keepalive": {"P1": "429:20 200"}, "draw": 0.5},
        until_s=90,
        log="C · POST P1 200@0 · R · KA P1 429:20@30 · G · KA P1 200@51 · N · KA P1 200@81",
    ),
    Story(
        name="V61",
        given={"keepalive": {"P1": "429:10"}},
        until_s=100,
        log=(
            "C · POST P1 200@0 · R · KA P1 429:10@30 · G · KA P1 429:10@40.5 · G · KA P1 429:10@51 · G · "
            "KA P1 429:10@61.5 · G · KA P1 429:10@72 · G · KA P1 429:10@82.5 · G · KA P1 429:10@93 · G"
        ),
        end="Reconnecting, timer",
    ),
    Story(
        name="V62",
        given={"keepalive": {"P1": "429 200"}},
        until_s=65,
        log="C · POST P1 200@0 · R · KA P1 429@30 · G · KA P1 200@60 · N",
    ),
    Story(
        name="V63",
        given={"keepalive": {"P1": "503 503 503 503 429:7 200"}},
        until_s=80,
        log=(
            "C · POST P1 200@0 · R · KA P1 503@30 · G · KA P1 503@32 · G · KA P1 503@36 · G · "
            "KA P1 503@44 · G · KA P1 429:7@52 · G · KA P1 200@60 · N"
        ),
    ),
    Story(
        name="V65",
        given={"keepalive": {"P1": "503"}, "post": {"P1": "200 401"}},
        until_s=300,
        log=(
            "C · POST P1 200@0 · R · KA P1 503@30 · G · KA P1 503@32 · G · KA P1 503@36 · G · "
            "KA P1 503@44 · G · KA P1 503@52 · G · KA P1 503@60 · G · KA P1 503@68 · G · KA P1 503@76 · "
            "G · KA P1 503@84 · G · KA P1 503@92 · G · KA P1 503@100 · G · KA P1 503@108 · G · "
            "KA P1 503@116 · G · U · DELETE P1/d1 200@120 · POST P1 401@120 · E(tokenError)"
        ),
        end="SignedOut, no timer",
    ),
    Story(
        name="V122",
        given={"keepalive": {"P1": "404"}},
        until_s=70,
        log=(
            "C · POST P1 200@0 · R · KA P1 404@30 · E(registrationError) · U · POST P1 200@30 · R · "
            "KA P1 404@60 · E(registrationError) · U · POST P1 200@60 · R"
        ),
    ),
    Story(
        name="V103",
        given={"keepalive": {"B1": "503"}, "post": {"P1": "503x6 200", "B1": "200 429:100"}},
        until_s=160,
        log=(
            "C · POST P1 503@0 · U · POST P1 503@1.5 · U · POST P1 503@4.5 · U · POST P1 503@10.5 · U · "
            "POST P1 503@22.5 · U · POST B1 200@30 · R · KA B1 503@60 · G · KA B1 503@62 · G · "
            "KA B1 503@66 · G · KA B1 503@74 · G · KA B1 503@82 · G · KA B1 503@90 · G · KA B1 503@98 · "
            "G · KA B1 503@106 · G · KA B1 503@114 · G · KA B1 503@122 · G · KA B1 503@130 · G · "
            "KA B1 503@138 · G · KA B1 503@146 · G · U · DELETE B1/d1 200@150 · POST P1 503@150 · U · "
            "POST B1 429:100@150 · POST D 200@150 · R"
        ),
    ),
    Story(
        name="a keepalive that times out",
        given={"keepalive": {"P1": "timeout 200"}},
        until_s=80,
        log=(
            "C · POST P1 200@0 · R · KA P1 timeout@30 · G · PING P1 200@40 · PING B1 200@40 · "
            "PING D 200@40 · G · KA P1 200@62 · N"
        ),
    ),
    Story(
        name="a host in a black hole",
        given={"keepalive": {"P1": "timeout"}, "ping": {"P1": "timeout"}, "post": {"P1": "200 timeout"}},
        until_s=120,
        log=(
            "C · POST P1 200@0 · R · KA P1 timeout@30 · G · PING P1 timeout@40 · PING B1 200@40 · "
            "PING D 200@40 · PING P1 timeout@49 · PING D 200@49 · PING B1 200@49 · U · "
            "DELETE P1/d1 200@54 · POST B1 200@56.5 · R · KA B1 200@86.5 · KA B1 200@116.5"
        ),
    ),
    Story(
        name="a host that answers pings only",
        given={"keepalive": {"P1": "timeout"}, "post": {"P1": "200 503"}},
        until_s=160,
        log=(
            "C · POST P1 200@0 · R · KA P1 timeout@30 · G · PING P1 200@40 · PING B1 200@40 · "
            "PING D 200@40 · G · KA P1 timeout@62 · PING P1 200@72 · PING B1 200@72 · PING D 200@72 · G · "
            "KA P1 timeout@96 · PING P1 200@106 · PING B1 200@106 · PING D 200@106 · U · "
            "DELETE P1/d1 200@120 · POST P1 503@120 · U · POST B1 200@120 · R · KA B1 200@150"
        ),
    ),
    Story(
        name="a host that asks for a longer wait than the lease lasts",
        given={"keepalive": {"P1": "429:3600"}, "draw": 0.0},
        until_s=175,
        log=(
            "C · POST P1 200@0 · R · KA P1 429:3600@27 · G · U · DELETE P1/d1 200@120 · POST B1 200@120 · "
            "R · KA B1 200@147 · KA B1 200@174"
        ),
    ),
    Story(
        name="a nudge does not stretch that wait",
        given={"keepalive": {"P1": "429:3600"}, "draw": 0.0},
        does="register@0 online@100",
        until_s=175,
        log=(
            "C · POST P1 200@0 · R · KA P1 429:3600@27 · G · U · DELETE P1/d1 200@120 · POST B1 200@120 · "
            "R · KA B1 200@147 · DISCOVER 200@147 · KA B1 200@174"
        ),
    ),
    Story(
        name="a host that asks for a long wait and is the only one",
        given={"backups": "", "keepalive": {"P1": "429:3600 200"}, "draw": 0.0},
        until_s=4000,
        log=(
            "C · POST P1 200@0 · R · KA P1 429:3600@27 · G · U · DELETE P1/d1 200@120 · "
            "E(serviceUnavailable) · DISCOVER 200@3627 · POST P1 200@3627 · R · KA P1 200@3654..3978"
        ),
    ),
)
