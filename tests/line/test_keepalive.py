"""Keepalive, loss and return, as rows of protocol.md 8.3, with what design.md 4 does better.

The verdicts (the same as the SDK, or better and why) are in tests/line/vectors.py.
"""

import pytest

from tests.line.script import Story, check

STORIES = (
    Story(
        name="V33",
        given={"keepalive": {"P1": "refused"}, "post": {"P1": "200 refused"}, "ping": {"P1": "refused"}},
        until_s=110,
        log=(
            "C · POST P1 200@0 · R · KA P1 refused@30 · G · KA P1 refused@32 · G · KA P1 refused@36 · "
            "G · PING P1 refused@36 · U · POST B1 200@38.5 · R · KA B1 200@68.5 · KA B1 200@98.5"
        ),
        end="Registered, timer",
    ),
    Story(
        name="V34",
        given={"keepalive": {"P1": "503"}, "post": {"P1": "200 503"}},
        until_s=90,
        log=(
            "C · POST P1 200@0 · R · KA P1 503@30 · G · KA P1 503@32 · G · KA P1 503@36 · G · "
            "KA P1 503@44 · G · KA P1 503@52 · U · POST P1 503@52 · U · POST P1 503@53.5 · U · "
            "POST P1 503@56.5 · U · POST P1 503@62.5 · U · POST P1 503@74.5 · U · POST B1 200@82 · R"
        ),
        end="Registered, timer",
    ),
    Story(
        name="V117",
        given={"backups": "", "keepalive": {"P1": "503x5 200"}},
        until_s=90,
        log=(
            "C · POST P1 200@0 · R · KA P1 503@30 · G · KA P1 503@32 · G · KA P1 503@36 · G · "
            "KA P1 503@44 · G · KA P1 503@52 · U · POST P1 200@52 · R · KA P1 200@82"
        ),
        end="Registered, timer",
    ),
    Story(
        name="V35",
        given={"keepalive": {"P1": "503 503 200"}},
        until_s=70,
        log=("C · POST P1 200@0 · R · KA P1 503@30 · G · KA P1 503@32 · G · KA P1 200@36 · N · KA P1 200@66"),
        end="Registered, timer",
    ),
    Story(
        name="V36",
        given={"keepalive": {"P1": "503x5 200"}},
        until_s=90,
        log=(
            "C · POST P1 200@0 · R · KA P1 503@30 · G · KA P1 503@32 · G · KA P1 503@36 · G · "
            "KA P1 503@44 · G · KA P1 503@52 · U · POST P1 200@52 · R · KA P1 200@82"
        ),
        end="Registered, timer",
    ),
    Story(
        name="V37",
        given={"keepalive": {"P1": "503 200 503x5 200"}},
        until_s=160,
        log=(
            "C · POST P1 200@0 · R · KA P1 503@30 · G · KA P1 200@32 · N · KA P1 503@62 · G · "
            "KA P1 503@64 · G · KA P1 503@68 · G · KA P1 503@76 · G · KA P1 503@84 · U · "
            "POST P1 200@84 · R · KA P1 200@114 · KA P1 200@144"
        ),
        end="Registered, timer",
    ),
    Story(
        name="V38",
        given={"keepalive_interval_s": None},
        until_s=100,
        log="C · POST P1 200@0 · R · KA P1 200@30..90",
        end="Registered, timer",
    ),
    Story(
        name="V39",
        given={"keepalive": {"P1": "200~100 200"}},
        until_s=60,
        log="C · POST P1 200@0 · R · KA P1 200@30 · G · KA P1 200@43 · N",
        end="Registered, timer",
    ),
    Story(
        name="V41",
        given={"keepalive": {"P1": "401"}},
        until_s=300,
        log="C · POST P1 200@0 · R · KA P1 401@30 · E(tokenError) · U",
        end="SignedOut, no timer",
    ),
    Story(
        name="V42",
        given={"keepalive": {"P1": "503x5 200"}, "post": {"P1": "200 429:30 200"}, "draw": 0.0},
        until_s=60,
        log=(
            "C · POST P1 200@0 · R · KA P1 503@27 · G · KA P1 503@28.5 · G · KA P1 503@31.5 · G · "
            "KA P1 503@37.5 · G · KA P1 503@43.5 · U · POST P1 429:30@43.5"
        ),
        end="WaitingToRetry, timer",
    ),
    Story(
        name="V43",
        given={
            "keepalive": {"P1": "503x5 200"},
            "post": {"P1": "200 429:100 200", "B1": "503", "D": "503"},
            "draw": 0.0,
        },
        until_s=170,
        log=(
            "C · POST P1 200@0 · R · KA P1 503@27 · G · KA P1 503@28.5 · G · KA P1 503@31.5 · G · "
            "KA P1 503@37.5 · G · KA P1 503@43.5 · U · POST P1 429:100@43.5 · POST B1 503@43.5 · U · "
            "POST D 503@43.5 · U · E(serviceUnavailable) · POST B1 503@44.5 · U · POST D 503@44.5 · U · "
            "POST B1 503@46.5 · U · POST D 503@60.1 · U · POST B1 503@87.1 · U · POST D 503@88.6 · U · "
            "POST B1 503@96.6 · U · POST D 503@97.6 · U · POST B1 503@113.6 · U · POST D 503@113.6 · U · "
            "POST P1 200@167.6 · R"
        ),
        end="Registered, timer",
    ),
    Story(
        name="V44",
        given={"keepalive": {"P1": "503x5 200"}, "post": {"P1": "200 429:100"}, "draw": 0.0},
        until_s=60,
        log=(
            "C · POST P1 200@0 · R · KA P1 503@27 · G · KA P1 503@28.5 · G · KA P1 503@31.5 · G · "
            "KA P1 503@37.5 · G · KA P1 503@43.5 · U · POST P1 429:100@43.5 · POST B1 200@43.5 · R"
        ),
        end="Registered, timer",
    ),
    Story(
        name="V45",
        given={"keepalive": {"P1": "404 200"}},
        until_s=65,
        log=(
            "C · POST P1 200@0 · R · KA P1 404@30 · E(registrationError) · U · POST P1 200@30 · R · "
            "KA P1 200@60"
        ),
        end="Registered, timer",
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
        end="Registered, timer",
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
        end="Registered, timer",
    ),
    Story(
        name="V48",
        given={"keepalive": {"P1": "102"}},
        until_s=300,
        log="C · POST P1 200@0 · R · KA P1 102@30 · E(forbidden) · U",
        end="Failed, no timer",
    ),
    Story(
        name="V49",
        given={"keepalive": {"P1": "400"}},
        until_s=300,
        log="C · POST P1 200@0 · R · KA P1 400@30 · E(badRequest) · U",
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
        end="Registered, timer",
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
        until_s=50,
        log="C · POST P1 200@0 · R · KA P1 429@30 · G · KA P1 200@32 · N",
        end="Registered, timer",
    ),
    Story(
        name="V63",
        given={"keepalive": {"P1": "503 503 503 503 429:7 200"}},
        until_s=80,
        log=(
            "C · POST P1 200@0 · R · KA P1 503@30 · G · KA P1 503@32 · G · KA P1 503@36 · G · "
            "KA P1 503@44 · G · KA P1 429:7@52 · G · KA P1 200@60 · N"
        ),
        end="Registered, timer",
    ),
    Story(
        name="V65",
        given={"keepalive": {"P1": "503"}, "post": {"P1": "200 401"}},
        until_s=300,
        log=(
            "C · POST P1 200@0 · R · KA P1 503@30 · G · KA P1 503@32 · G · KA P1 503@36 · G · "
            "KA P1 503@44 · G · KA P1 503@52 · U · POST P1 401@52 · E(tokenError)"
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
        end="Registered, timer",
    ),
    Story(
        name="V103",
        given={"keepalive": {"B1": "503"}, "post": {"P1": "503x6 200", "B1": "200 429:100"}},
        until_s=100,
        log=(
            "C · POST P1 503@0 · U · POST P1 503@1.5 · U · POST P1 503@4.5 · U · POST P1 503@10.5 · U · "
            "POST P1 503@22.5 · U · POST B1 200@30 · R · KA B1 503@60 · G · KA B1 503@62 · G · "
            "KA B1 503@66 · G · KA B1 503@74 · G · KA B1 503@82 · U · POST P1 503@82 · U · "
            "POST P1 200@83.5 · R"
        ),
        end="Registered, timer",
    ),
    Story(
        name="a keepalive that times out",
        given={"keepalive": {"P1": "timeout 200"}},
        until_s=80,
        log="C · POST P1 200@0 · R · KA P1 timeout@30 · G · KA P1 200@42 · N · KA P1 200@72",
        end="Registered, timer",
    ),
    Story(
        name="a host in a black hole",
        given={"keepalive": {"P1": "timeout"}, "ping": {"P1": "timeout"}, "post": {"P1": "200 timeout"}},
        until_s=120,
        log=(
            "C · POST P1 200@0 · R · KA P1 timeout@30 · G · KA P1 timeout@42 · G · KA P1 timeout@56 · "
            "G · PING P1 timeout@66 · U · POST B1 200@83.5 · R · KA B1 200@113.5"
        ),
        end="Registered, timer",
    ),
    Story(
        name="a host that answers pings only",
        given={"keepalive": {"P1": "timeout"}, "post": {"P1": "200 503"}},
        until_s=110,
        log=(
            "C · POST P1 200@0 · R · KA P1 timeout@30 · G · KA P1 timeout@42 · G · KA P1 timeout@56 · "
            "G · PING P1 200@66 · KA P1 timeout@74 · G · PING P1 200@84 · KA P1 timeout@92 · U · "
            "POST P1 503@102 · U · POST P1 503@103.5 · U · POST P1 503@106.5 · U"
        ),
        end="WaitingToRetry, timer",
    ),
    Story(
        name="a host that asks for a longer wait than the lease lasts",
        given={"keepalive": {"P1": "429:3600"}, "draw": 0.0},
        until_s=175,
        log="C · POST P1 200@0 · R · KA P1 429:3600@27 · G · U · POST B1 200@150 · R",
        end="Registered, timer",
    ),
    Story(
        name="a nudge does not stretch that wait",
        given={"keepalive": {"P1": "429:3600"}, "draw": 0.0},
        does="register@0 online@100",
        until_s=175,
        log="C · POST P1 200@0 · R · KA P1 429:3600@27 · G · U · POST B1 200@150 · R",
        end="Registered, timer",
    ),
    Story(
        name="a host that asks for a long wait and is the only one",
        given={"backups": "", "keepalive": {"P1": "429:3600 200"}, "draw": 0.0},
        until_s=4000,
        log=(
            "C · POST P1 200@0 · R · KA P1 429:3600@27 · G · U · POST P1 200@3627 · R · KA P1 200@3654..3978"
        ),
        end="Registered, timer",
    ),
)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_the_line_plays_the_story(story: Story):
    check(story)
