"""Faults from the field, each with neighbours, as stories of one line.

What needs a model of the service, or many draws, is in tests/line/worlds/test_field_worlds.py.
"""

from tests.line.script import Story

SLOW = {"P1": "200~12", "B1": "200~12", "D": "200~12"}
HOUR = {"P1": "429:3600", "B1": "429:3600", "D": "429:3600"}

STORIES = (
    # ---- L1: an answer that comes late
    Story(
        name="L1 every server needs 12 s",
        given={"post": SLOW},
        until_s=40,
        log="C · POST P1 200@0 · U · R · KA P1 200@30",
    ),
    Story(
        name="L1 every server needs 12 s and the next one is asked at once",
        given={"post": SLOW, "draw": 0.0},
        until_s=40,
        log="C · POST P1 200@0 · U · POST B1 200@10 · R · DELETE B1/d2 200@22 · KA P1 200@27",
    ),
    Story(
        name="L1 only the primary is slow, the backup was quicker",
        given={"post": {"P1": "200~12"}, "draw": 0.0},
        until_s=30,
        log="C · POST P1 200@0 · U · POST B1 200@10 · R · DELETE P1/d1 200@12",
    ),
    Story(
        name="L1 the only server answers after 29 s",
        given={"post": {"P1": "200~29"}, "backups": ""},
        until_s=50,
        log="C · POST P1 200@0 · U · R · KA P1 200@30",
    ),
    Story(
        name="L1 the answer comes after deregister",
        given={"post": {"P1": "200~12"}},
        does="register@0 deregister@11",
        until_s=60,
        log="C · POST P1 200@0 · U · U · DELETE P1/d1 200@12",
        end="Idle, no timer",
    ),
    # ---- L2: a host that answers is alive
    Story(
        name="L2 the primary answers 503 for a minute",
        given={"keepalive": {"P1": "503x8 200"}},
        until_s=100,
        log=(
            "C · POST P1 200@0 · R · KA P1 503@30 · G · KA P1 503@32 · G · KA P1 503@36 · G · "
            "KA P1 503@44 · G · KA P1 503@52 · G · KA P1 503@60 · G · KA P1 503@68 · G · KA P1 503@76 · "
            "G · KA P1 200@84 · N"
        ),
    ),
    Story(
        name="L2 a web page instead of the service for a minute",
        given={"keepalive": {"P1": "nonsensex8 200"}},
        until_s=100,
        log=(
            "C · POST P1 200@0 · R · KA P1 nonsense@30 · G · KA P1 nonsense@32 · G · KA P1 nonsense@36 · "
            "G · KA P1 nonsense@44 · G · KA P1 nonsense@52 · G · KA P1 nonsense@60 · G · "
            "KA P1 nonsense@68 · G · KA P1 nonsense@76 · G · KA P1 200@84 · N"
        ),
    ),
    Story(
        name="L2 a quick re-check costs the lease nothing",
        given={"keepalive": {"P1": "403x11 200"}, "keepalive_interval_s": 30.0},
        until_s=115,
        log=(
            "C · POST P1 200@0 · R · KA P1 403@30 · G · KA P1 403@32 · G · KA P1 403@36 · G · "
            "KA P1 403@44 · G · KA P1 403@52 · G · KA P1 403@60 · G · KA P1 403@68 · G · KA P1 403@76 · "
            "G · KA P1 403@84 · G · KA P1 403@92 · G · KA P1 403@100 · G · KA P1 200@108 · N"
        ),
    ),
    # ---- L3: a host that is slow
    Story(
        name="L3 keepalives take 12 s",
        given={"keepalive": {"P1": "200~12"}},
        until_s=130,
        log=(
            "C · POST P1 200@0 · R · KA P1 200@30 · G · PING P1 200@40 · PING B1 200@40 · PING D 200@40 · "
            "N · KA P1 200@60..120"
        ),
    ),
    Story(
        name="L3 keepalives take 4 s of 10",
        given={"keepalive": {"P1": "200~4"}, "keepalive_interval_s": 10.0},
        until_s=45,
        log=(
            "C · POST P1 200@0 · R · KA P1 200@10 · G · PING P1 200@13.333 · PING B1 200@13.333 · "
            "PING D 200@13.333 · N · KA P1 200@20..40"
        ),
    ),
    Story(
        name="L3 what a host needs is forgotten again",
        given={"keepalive": {"P1": "200~12 200x9 silent"}},
        until_s=371,
        log=(
            "C · POST P1 200@0 · R · KA P1 200@30 · G · PING P1 200@40 · PING B1 200@40 · PING D 200@40 · "
            "N · KA P1 200@60..300 · KA P1 silent@330 · G · PING P1 200@340 · PING D 200@340 · "
            "PING B1 200@340 · G · KA P1 silent@362"
        ),
        end="Reconnecting, timer",
    ),
    # ---- L9: lists of servers
    Story(
        name="L9 the primary is retired and discovery names a new one",
        given={"post": {"P1": "refused"}, "ping": {"P1": "refused"}, "rediscovered": "P2", "draw": 0.0},
        until_s=3620,
        log=(
            "C · POST P1 refused@0 · U · POST B1 200@0 · R · KA B1 200@27..3483 · DISCOVER 200@3483 · "
            "KA B1 200@3510..3606 · PING P2 200@3606 · DELETE B1/d1 200@3606 · U · POST P2 200@3606 · R"
        ),
    ),
    Story(
        name="L9 after a network change the lists are looked up again",
        given={"rediscovered": "P2", "rehoming": {"P1": (5.0, 5.0)}, "draw": 0.0},
        does="register@0 online@40",
        until_s=380,
        log=(
            "C · POST P1 200@0 · R · KA P1 200@27 · KA P1 200@40.5 · DISCOVER 200@40.5 · "
            "KA P1 200@67.5..229.5 · DISCOVER 200@229.5 · KA P1 200@256.5..352.5 · PING P2 200@352.5 · "
            "DELETE P1/d1 200@352.5 · U · POST P2 200@352.5 · R · KA P2 200@379.5"
        ),
    ),
    Story(
        name="L9 lists that were not found are looked up again after five minutes",
        given={"discover": "503 lost 200", "keepalive_interval_s": 60.0},
        does="register@0 online@40",
        until_s=1150,
        log=(
            "C · POST P1 200@0 · R · KA P1 200@41.75 · DISCOVER 503@41.75 · KA P1 200@101.75..341.75 · "
            "DISCOVER lost@341.75 · KA P1 200@401.75..701.75 · DISCOVER 200@701.75 · "
            "KA P1 200@761.75..1121.75"
        ),
    ),
    Story(
        name="L9 the way home does not wait for lists that are not found",
        given={"post": {"P1": "refused 200"}, "discover": "503", "draw": 0.0},
        until_s=3610,
        log=(
            "C · POST P1 refused@0 · U · POST B1 200@0 · R · KA B1 200@27..3483 · DISCOVER 503@3483 · "
            "KA B1 200@3510..3606 · PING P1 200@3606 · DELETE B1/d1 200@3606 · U · POST P1 200@3606 · R"
        ),
    ),
    Story(
        name="L9 at home, too, the lists are looked up every rehoming interval",
        given={"rehoming": {"P1": (5.0, 10.0)}},
        until_s=700,
        log=(
            "C · POST P1 200@0 · R · KA P1 200@30..300 · DISCOVER 200@300 · KA P1 200@330..600 · "
            "DISCOVER 200@600 · KA P1 200@630..690"
        ),
    ),
    # ---- L10: 429 without a wish
    Story(
        name="L10 429 without Retry-After",
        given={"keepalive": {"P1": "429"}, "post": {"P1": "200 429"}},
        until_s=125,
        log=(
            "C · POST P1 200@0 · R · KA P1 429@30 · G · KA P1 429@60 · G · KA P1 429@105 · G · U · "
            "DELETE P1/d1 200@120 · POST P1 429@120 · POST B1 200@120 · R"
        ),
    ),
    Story(
        name="L10 a Retry-After of nothing",
        given={"keepalive": {"P1": "429:0x2 200"}},
        until_s=110,
        log="C · POST P1 200@0 · R · KA P1 429:0@30 · G · KA P1 429:0@60 · G · KA P1 200@105 · N",
    ),
    Story(
        name="L10 429 without Retry-After at an interval of 10 s",
        given={"keepalive": {"P1": "429x2 200"}, "keepalive_interval_s": 10.0},
        until_s=36,
        log="C · POST P1 200@0 · R · KA P1 429@10 · G · KA P1 429@20 · G · KA P1 200@35 · N",
    ),
    # ---- L15: a copy of the profile
    Story(
        name="L15 a device of ours was seen moments ago",
        given={"post": {"P1": "101:alive"}},
        until_s=300,
        log="C · POST P1 101:alive@0 · E(registrationError)",
        end="ActionNeeded, no timer",
    ),
    Story(
        name="L15 a device of ours moves from look to look",
        given={"post": {"P1": "nonsense 101:moving"}},
        until_s=300,
        log=(
            "C · POST P1 nonsense@0 · U · POST P1 101:moving@1.5 · POST P1 101:moving@18.375 · "
            "E(registrationError)"
        ),
        end="ActionNeeded, no timer",
    ),
    Story(
        name="L15 an orphan goes, the living device beside it is asked about",
        given={"post": {"P1": "101:ours,alive 101:alive"}},
        until_s=300,
        log=(
            "C · POST P1 101:ours,alive@0 · DELETE P1/ours 200@0 · POST P1 101:alive@0 · E(registrationError)"
        ),
        end="ActionNeeded, no timer",
    ),
    Story(
        name="L15 a device of ours that nobody knows the age of",
        given={"post": {"P1": "101:unseen"}},
        until_s=300,
        log="C · POST P1 101:unseen@0 · E(registrationError)",
        end="ActionNeeded, no timer",
    ),
    Story(
        name="L15 what an unsure request made stands still and goes",
        given={"post": {"P1": "nonsense 101:alivex5 200"}},
        until_s=120,
        log=(
            "C · POST P1 nonsense@0 · U · POST P1 101:alive@1.5 · POST P1 101:alive@18.375 · "
            "POST P1 101:alive@35.25 · POST P1 101:alive@52.125 · POST P1 101:alive@69 · "
            "DELETE P1/alive 200@69 · POST P1 200@69 · R · KA P1 200@99"
        ),
    ),
    # ---- L16: killed, and started again
    Story(
        name="L16 the device of the start before is removed without a question",
        given={"post": {"P1": "101:left 200"}, "granted": "left"},
        log="C · POST P1 101:left@0 · DELETE P1/left 200@0 · POST P1 200@0 · R",
    ),
    Story(
        name="L16 it would be asked about if the profile did not remember it",
        given={"post": {"P1": "101:left"}},
        log="C · POST P1 101:left@0 · E(registrationError)",
        end="ActionNeeded, no timer",
    ),
    Story(
        name="L16 only the device of the start before goes",
        given={"post": {"P1": "101:left,other 101:other"}, "granted": "left"},
        log=(
            "C · POST P1 101:left,other@0 · DELETE P1/left 200@0 · POST P1 101:other@0 · E(registrationError)"
        ),
        end="ActionNeeded, no timer",
    ),
    Story(
        name="S20 nobody is asked while a device of our own runs out, whoever else is listed",
        given={"backups": "", "post": {"P1": "101:left,otherx5 101:other"}, "granted": "left"},
        until_s=60,
        log=(
            "C · POST P1 101:left,other@0 · DELETE P1/left 200@0 · POST P1 101:left,other@0 · "
            "DELETE P1/left 200@0 · POST P1 101:left,other@1.125 · DELETE P1/left 200@1.125 · "
            "POST P1 101:left,other@3.375 · DELETE P1/left 200@3.375 · POST P1 101:left,other@7.875 · U · "
            "POST P1 101:other@9.375 · E(registrationError)"
        ),
        end="ActionNeeded, no timer",
    ),
    # ---- L17: a person need not wait
    Story(
        name="L17 one press is tried against what all hosts wish",
        given={"post": HOUR},
        does="register@0 retry@10 retry@20 register@30",
        until_s=100,
        log=(
            "C · POST P1 429:3600@0 · POST B1 429:3600@0 · POST D 429:3600@0 · E(serviceUnavailable) · "
            "POST P1 429:3600@10 · C · E(serviceUnavailable)"
        ),
        end="WaitingToRetry, timer",
    ),
    Story(
        name="L17 a wish that is new allows a press of its own",
        given={"backups": "", "post": {"P1": "429:60"}, "draw": 0.0},
        does="register@0 retry@10 retry@20 retry@80 retry@90",
        until_s=100,
        log=(
            "C · POST P1 429:60@0 · POST P1 429:60@10 · POST P1 429:60@70 · "
            "E(serviceUnavailable) · POST P1 429:60@80"
        ),
        end="WaitingToRetry, timer",
    ),
    Story(
        name="L17 the press is tried and helps",
        given={"post": {"P1": "429:3600 200", "B1": "429:3600", "D": "429:3600"}},
        does="register@0 register@10",
        log=(
            "C · POST P1 429:3600@0 · POST B1 429:3600@0 · POST D 429:3600@0 · E(serviceUnavailable) · "
            "C · POST P1 200@10 · R"
        ),
    ),
    Story(
        name="L17 the program itself waits",
        given={"post": HOUR},
        does="register@0 retry-by-itself@10 retry-by-itself@20",
        until_s=3500,
        log="C · POST P1 429:3600@0 · POST B1 429:3600@0 · POST D 429:3600@0 · E(serviceUnavailable)",
        end="WaitingToRetry, timer",
    ),
    Story(
        name="L17 a registered line is tried once against the wish of its host",
        given={"keepalive": {"P1": "429:60"}},
        does="register@0 retry@40 retry@50",
        until_s=60,
        log="C · POST P1 200@0 · R · KA P1 429:60@30 · G · KA P1 429:60@40 · G",
        end="Reconnecting, timer",
    ),
    # ---- L19: off at once
    Story(
        name="L19 the DELETE is never answered",
        given={"delete": {"P1": "silent"}},
        does="register@0 deregister@5",
        until_s=6,
        log="C · POST P1 200@0 · R · DELETE P1/d1 silent@5 · U",
        end="Idle, no timer",
    ),
    Story(
        name="L19 register again while the DELETE hangs",
        given={"delete": {"P1": "silent"}},
        does="register@0 deregister@5 register@7",
        until_s=20,
        log="C · POST P1 200@0 · R · DELETE P1/d1 silent@5 · U · C · POST P1 200@7 · R",
    ),
    Story(
        name="L19 the DELETE is refused and goes on in the background",
        given={"delete": {"P1": "503 refused 200"}},
        does="register@0 deregister@5",
        until_s=60,
        log=("C · POST P1 200@0 · R · DELETE P1/d1 503@5 · U · DELETE P1/d1 refused@7 · DELETE P1/d1 200@11"),
        end="Idle, no timer",
    ),
    # ---- S3: a removal that takes effect later
    Story(
        name="S3 the DELETE takes effect 3 s later",
        given={"post": {"P1": "101:oursx3 200"}},
        log=(
            "C · POST P1 101:ours@0 · DELETE P1/ours 200@0 · POST P1 101:ours@0 · DELETE P1/ours 200@0 · "
            "POST P1 101:ours@1.125 · DELETE P1/ours 200@1.125 · POST P1 200@3.375 · R"
        ),
    ),
    Story(
        name="S3 the DELETE takes effect 40 s later",
        given={"post": {"P1": "101:leftx6 200"}, "granted": "left"},
        until_s=70,
        log=(
            "C · POST P1 101:left@0 · DELETE P1/left 200@0 · POST P1 101:left@0 · DELETE P1/left 200@0 · "
            "POST P1 101:left@1.125 · DELETE P1/left 200@1.125 · POST P1 101:left@3.375 · "
            "DELETE P1/left 200@3.375 · POST P1 101:left@7.875 · U · POST P1 101:left@9.375 · U · "
            "POST P1 200@12.375 · R · KA P1 200@42.375"
        ),
    ),
    Story(
        name="S3 the DELETE is refused at first",
        given={"post": {"P1": "101:oursx2 200"}, "delete": {"P1": "503 200"}},
        log=(
            "C · POST P1 101:ours@0 · DELETE P1/ours 503@0 · U · POST P1 101:ours@1.5 · "
            "DELETE P1/ours 200@1.5 · POST P1 200@2.625 · R"
        ),
    ),
    # ---- 409
    Story(
        name="409 to a registration: the same again, without an event",
        given={"backups": "B1", "post": {"P1": "409x2 200", "B1": "409"}},
        until_s=20,
        log="C · POST P1 409@0 · POST P1 409@1.5 · POST P1 200@4.5 · R",
    ),
    Story(
        name="409 at every server is told once, and never hands the line over",
        given={"backups": "B1", "post": {"P1": "409", "B1": "409"}},
        until_s=60,
        log=(
            "C · POST P1 409@0 · POST P1 409@1.5 · POST P1 409@4.5 · POST P1 409@10.5 · "
            "POST P1 409@22.5 · POST B1 409@30 · E(serviceUnavailable) · POST P1 409@54 · POST B1 409@54"
        ),
        end="WaitingToRetry, timer",
    ),
    Story(
        name="409 to a keepalive: only a person takes the line back",
        given={"keepalive": {"P1": "409"}},
        does="register@0 retry-by-itself@40 online@45 wake@50 sign-in-ended@55 signed-in@60 online@99",
        until_s=3000,
        log="C · POST P1 200@0 · R · KA P1 409@30 · E(sessionSuperseded) · U · E(tokenError)",
        end="Elsewhere, no timer",
    ),
    Story(
        name="409 to a keepalive, and the person takes the line back",
        given={"keepalive": {"P1": "409"}},
        does="register@0 retry@40",
        until_s=45,
        log="C · POST P1 200@0 · R · KA P1 409@30 · E(sessionSuperseded) · U · C · POST P1 200@40 · R",
    ),
)
