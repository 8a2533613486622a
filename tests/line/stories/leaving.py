"""Network, deregister and misuse, as rows of sdk.md#leaving, with what we do better."""

from tests.line.script import Story

STORIES = (
    Story(
        name="V81",
        given={
            "keepalive": {"P1": "200 refused refused refused 200"},
            "ping": {"P1": "refused", "B1": "refused", "D": "refused"},
        },
        does="register@0 offline@40 online@63",
        until_s=80,
        log=(
            "C · POST P1 200@0 · R · KA P1 200@30 · KA P1 refused@40 · G · KA P1 refused@50 · G · "
            "KA P1 refused@60 · G · PING P1 refused@60 · PING D refused@60 · PING B1 refused@60 · "
            "KA P1 200@64.75 · N · DISCOVER 200@64.75"
        ),
    ),
    Story(
        name="V83",
        given={"post": {"P1": "503"}},
        does="register@0 online@5 online@7",
        until_s=9,
        log=(
            "C · POST P1 503@0 · U · POST P1 503@1.5 · U · POST P1 503@4.5 · U · POST P1 503@6.75 · U · "
            "POST P1 503@8.25 · U"
        ),
        end="WaitingToRetry, timer",
    ),
    Story(
        name="V85",
        given={
            "keepalive": {"P1": "200 refused refused refused 401"},
            "ping": {"P1": "refused", "B1": "refused", "D": "refused"},
        },
        does="register@0 offline@40 online@63",
        until_s=300,
        log=(
            "C · POST P1 200@0 · R · KA P1 200@30 · KA P1 refused@40 · G · KA P1 refused@50 · G · "
            "KA P1 refused@60 · G · PING P1 refused@60 · PING D refused@60 · PING B1 refused@60 · "
            "KA P1 401@64.75 · E(tokenError) · U · DELETE P1/d1 200@64.75"
        ),
        end="SignedOut, no timer",
    ),
    Story(
        name="V86",
        given={"keepalive": {"P1": "200 503 503 503 200"}},
        does="register@0 online@40",
        until_s=60,
        log=(
            "C · POST P1 200@0 · R · KA P1 200@30 · KA P1 503@41.75 · G · KA P1 503@43.75 · G · "
            "KA P1 503@47.75 · G · KA P1 200@55.75 · N · DISCOVER 200@55.75"
        ),
    ),
    Story(
        name="V101",
        given={"keepalive": {"P1": "200 429:30 200"}, "draw": 0.0},
        does="register@0 online@40",
        until_s=90,
        log=(
            "C · POST P1 200@0 · R · KA P1 200@27 · KA P1 429:30@40.5 · G · KA P1 200@70.5 · N · "
            "DISCOVER 200@70.5"
        ),
    ),
    Story(
        name="V102",
        does="offline@1 online@2 wake@3",
        until_s=60,
        log="",
        end="Idle, no timer",
    ),
    Story(
        name="V70",
        given={"post": {"P1": "503"}},
        does="register@0 deregister@5",
        until_s=300,
        log="C · POST P1 503@0 · U · POST P1 503@1.5 · U · POST P1 503@4.5 · U · U",
        end="Idle, no timer",
    ),
    Story(
        name="V71",
        does="register@0 deregister@5",
        until_s=60,
        log="C · POST P1 200@0 · R · DELETE P1/d1 200@5 · U",
        end="Idle, no timer",
    ),
    Story(
        name="V72",
        given={"delete": {"P1": "404"}},
        does="register@0 deregister@5",
        until_s=60,
        log="C · POST P1 200@0 · R · DELETE P1/d1 404@5 · U",
        end="Idle, no timer",
    ),
    Story(
        name="V73",
        given={"delete": {"P1": "204"}},
        does="register@0 deregister@5",
        until_s=60,
        log="C · POST P1 200@0 · R · DELETE P1/d1 204@5 · U",
        end="Idle, no timer",
    ),
    Story(
        name="V74",
        given={"delete": {"P1": "401"}},
        does="register@0 deregister@5",
        until_s=60,
        log=(
            "C · POST P1 200@0 · R · DELETE P1/d1 401@5 · U · DELETE P1/d1 401@7 · DELETE P1/d1 401@11 · "
            "DELETE P1/d1 401@19 · DELETE P1/d1 401@35"
        ),
        end="Idle, no timer",
    ),
    Story(
        name="V75",
        given={"delete": {"P1": "refused"}},
        does="register@0 deregister@5",
        until_s=60,
        log=(
            "C · POST P1 200@0 · R · DELETE P1/d1 refused@5 · U · DELETE P1/d1 refused@7 · "
            "DELETE P1/d1 refused@11 · DELETE P1/d1 refused@19 · DELETE P1/d1 refused@35"
        ),
        end="Idle, no timer",
    ),
    Story(
        name="V76",
        does="register@0 register@5",
        log="C · POST P1 200@0 · R · R",
    ),
    Story(
        name="V77",
        does="deregister@0",
        until_s=60,
        log="",
        end="Idle, no timer",
    ),
    Story(
        name="V78",
        given={"post": {"P1": "503"}, "backups": ""},
        does="register@0 register@5",
        until_s=40,
        log=(
            "C · POST P1 503@0 · U · POST P1 503@1.5 · U · POST P1 503@4.5 · U · C · POST P1 503@5 · U · "
            "POST P1 503@6.5 · U · POST P1 503@9.5 · U · POST P1 503@15.5 · U · POST P1 503@27.5 · U"
        ),
        end="WaitingToRetry, timer",
    ),
    Story(
        name="V79",
        does="register@0 deregister@5 register@10",
        log="C · POST P1 200@0 · R · DELETE P1/d1 200@5 · U · C · POST P1 200@10 · R",
    ),
    Story(
        name="V105",
        given={"keepalive": {"P1": "200 429:30"}},
        does="register@0 online@40 deregister@45",
        until_s=300,
        log="C · POST P1 200@0 · R · KA P1 200@30 · KA P1 429:30@41.75 · G · DELETE P1/d1 200@45 · U",
        end="Idle, no timer",
    ),
    Story(
        name="deregister while the server is being asked",
        given={"post": {"P1": "200~3"}},
        does="register@0 deregister@1",
        until_s=60,
        log="C · POST P1 200@0 · U · DELETE P1/d1 200@3",
        end="Idle, no timer",
    ),
    Story(
        name="register while the device is being removed",
        given={"delete": {"P1": "200~3"}},
        does="register@0 deregister@5 register@6",
        log="C · POST P1 200@0 · R · DELETE P1/d1 200@5 · U · C · POST P1 200@6 · R",
    ),
    Story(
        name="the sign-in ends",
        does="register@0 sign-in-ended@5 signed-in@50",
        until_s=60,
        log="C · POST P1 200@0 · R · E(tokenError) · U · DELETE P1/d1 200@5 · C · POST P1 200@50 · R",
    ),
    Story(
        name="the sign-in ends while the line is elsewhere",
        given={"keepalive": {"P1": "409 200"}},
        does="register@0 sign-in-ended@50 offline@55 online@56 signed-in@60 online@70 wake@80 signed-in@90",
        until_s=600,
        log="C · POST P1 200@0 · R · KA P1 409@30 · E(sessionSuperseded) · U · E(tokenError)",
        end="Elsewhere, no timer",
    ),
    Story(
        name="the user takes the line back after signing in again",
        given={"keepalive": {"P1": "409 200"}},
        does="register@0 sign-in-ended@50 signed-in@60 register@100",
        until_s=110,
        log=(
            "C · POST P1 200@0 · R · KA P1 409@30 · E(sessionSuperseded) · U · E(tokenError) · C · "
            "POST P1 200@100 · R"
        ),
    ),
    Story(
        name="the user takes the line back while signed out",
        given={"keepalive": {"P1": "409 200"}, "post": {"P1": "200 401 200"}},
        does="register@0 sign-in-ended@50 register@60 signed-in@100",
        until_s=110,
        log=(
            "C · POST P1 200@0 · R · KA P1 409@30 · E(sessionSuperseded) · U · E(tokenError) · C · "
            "POST P1 401@60 · E(tokenError) · C · POST P1 200@100 · R"
        ),
    ),
    Story(
        name="the sign-in ends while leaving for a while",
        given={"delete": {"P1": "200~3"}},
        does="register@0 deregister@5 register@6 sign-in-ended@7 signed-in@50",
        until_s=60,
        log=(
            "C · POST P1 200@0 · R · DELETE P1/d1 200@5 · U · C · POST P1 200@6 · R · E(tokenError) · U · "
            "DELETE P1/d2 200@7 · C · POST P1 200@50 · R"
        ),
    ),
)
