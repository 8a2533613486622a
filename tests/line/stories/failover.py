"""Back-off, failover and 429, as rows of sdk.md#failover, with what we do better."""

from tests.line.script import Story

STORIES = (
    Story(
        name="a primary that is free a moment after the backup is waited for",
        given={"backups": "B1", "post": {"P1": "429:45 200", "B1": "429:43 200"}},
        until_s=60,
        log=("C · POST P1 429:45@0 · POST B1 429:43@0 · E(serviceUnavailable) · POST P1 200@47.25 · R"),
    ),
    Story(
        name="V18",
        given={"backups": "B1", "post": {"P1": "503", "B1": "503"}},
        until_s=120,
        log=(
            "C · POST P1 503@0 · U · POST P1 503@1.5 · U · POST P1 503@4.5 · U · POST P1 503@10.5 · U · "
            "POST P1 503@22.5 · U · POST B1 503@30 · U · E(serviceUnavailable) · POST P1 503@54 · U · "
            "POST B1 503@54 · U · POST P1 503@111 · U · POST B1 503@111 · U"
        ),
        end="WaitingToRetry, timer",
    ),
    Story(
        name="V19",
        given={"backups": "B1", "post": {"P1": "503", "B1": "503"}, "draw": 0.999},
        until_s=120,
        log=(
            "C · POST P1 503@0 · U · POST P1 503@1.999 · U · POST P1 503@5.997 · U · "
            "POST P1 503@13.993 · U · POST P1 503@29.985 · U · POST B1 503@30 · U · "
            "E(serviceUnavailable) · POST P1 503@61.984 · U · POST B1 503@61.984 · U"
        ),
        end="WaitingToRetry, timer",
    ),
    Story(
        name="V20",
        given={"backups": "B1", "post": {"P1": "503", "B1": "503"}, "draw": 0.0},
        until_s=160,
        log=(
            "C · POST P1 503@0 · U · POST P1 503@1 · U · POST P1 503@3 · U · POST P1 503@7 · U · "
            "POST P1 503@15 · U · POST B1 503@30 · U · E(serviceUnavailable) · POST P1 503@46 · U · "
            "POST B1 503@46 · U · POST P1 503@100 · U · POST B1 503@100 · U · POST P1 503@154 · U · "
            "POST B1 503@154 · U"
        ),
        end="WaitingToRetry, timer",
    ),
    Story(
        name="V21",
        given={"backups": "", "post": {"P1": "503"}},
        until_s=170,
        log=(
            "C · POST P1 503@0 · U · POST P1 503@1.5 · U · POST P1 503@4.5 · U · POST P1 503@10.5 · U · "
            "POST P1 503@22.5 · U · POST P1 503@46.5 · U · E(serviceUnavailable) · POST P1 503@103.5 · U · "
            "POST P1 503@160.5 · U"
        ),
        end="WaitingToRetry, timer",
    ),
    Story(
        name="V22",
        given={"post": {"P1": "503"}},
        until_s=45,
        log=(
            "C · POST P1 503@0 · U · POST P1 503@1.5 · U · POST P1 503@4.5 · U · POST P1 503@10.5 · U · "
            "POST P1 503@22.5 · U · POST B1 200@30 · R"
        ),
    ),
    Story(
        name="V23",
        given={"primaries": "P1", "backups": "B1", "post": {"P1": "429", "B1": "429"}},
        until_s=60,
        log=(
            "C · POST P1 429@0 · POST P1 429@1.5 · POST P1 429@4.5 · POST P1 429@10.5 · "
            "POST P1 429@22.5 · POST B1 429@30 · E(serviceUnavailable) · POST P1 429@54 · POST B1 429@54"
        ),
        end="WaitingToRetry, timer",
    ),
    Story(
        name="V25",
        given={"post": {"P1": "429:42 200"}, "draw": 0.0},
        until_s=60,
        log="C · POST P1 429:42@0 · POST B1 200@0 · R · KA B1 200@27 · KA B1 200@54",
    ),
    Story(
        name="V25 no backups",
        given={"backups": "", "post": {"P1": "429:42 200"}, "draw": 0.0},
        until_s=60,
        log="C · POST P1 429:42@0 · POST P1 200@42 · R",
    ),
    Story(
        name="V26",
        given={"post": {"P1": "429:20 200"}, "draw": 0.0},
        until_s=30,
        log="C · POST P1 429:20@0 · POST P1 200@20 · R",
    ),
    Story(
        name="V27",
        given={"backups": "", "post": {"P1": "429:120 429:5 200"}, "draw": 0.0},
        does="register@0 register@130",
        until_s=140,
        log="C · POST P1 429:120@0 · POST P1 429:5@120 · E(serviceUnavailable) · POST P1 200@125 · R · R",
    ),
    Story(
        name="V28",
        given={"post": {"P1": "429:100 200"}, "draw": 0.0},
        until_s=10,
        log="C · POST P1 429:100@0 · POST B1 200@0 · R",
    ),
    Story(
        name="V29",
        given={"post": {"P1": "429:120"}, "draw": 0.0},
        until_s=10,
        log="C · POST P1 429:120@0 · POST B1 200@0 · R",
    ),
    Story(
        name="V30",
        given={"post": {"P1": "503 503 429:60"}, "draw": 0.0},
        until_s=10,
        log="C · POST P1 503@0 · U · POST P1 503@1 · U · POST P1 429:60@3 · POST B1 200@3 · R",
    ),
    Story(
        name="V31",
        given={"post": {"P1": "503 429:22 429:22"}, "draw": 0.0},
        until_s=60,
        log=(
            "C · POST P1 503@0 · U · POST P1 429:22@1 · POST P1 429:22@23 · POST B1 200@23 · R · KA B1 200@50"
        ),
    ),
    Story(
        name="V32",
        given={"primaries": "P1 P2", "backups": "B1", "post": {"P1": "429:90", "P2": "503"}, "draw": 0.0},
        until_s=40,
        log=(
            "C · POST P1 429:90@0 · POST P2 503@0 · U · POST P2 503@1 · U · POST P2 503@3 · U · "
            "POST P2 503@7 · U · POST P2 503@15 · U · POST B1 200@30 · R"
        ),
    ),
    Story(
        name="V66",
        given={"backups": "B1", "post": {"P1": "503", "B1": "429:50 200"}, "draw": 0.0},
        until_s=110,
        log=(
            "C · POST P1 503@0 · U · POST P1 503@1 · U · POST P1 503@3 · U · POST P1 503@7 · U · "
            "POST P1 503@15 · U · POST B1 429:50@30 · E(serviceUnavailable) · POST P1 503@46 · U · "
            "POST P1 503@100 · U · POST B1 200@100 · R"
        ),
    ),
    Story(
        name="V67",
        given={"backups": "B1", "post": {"P1": "503", "B1": "429:80 200"}, "draw": 0.0},
        until_s=160,
        log=(
            "C · POST P1 503@0 · U · POST P1 503@1 · U · POST P1 503@3 · U · POST P1 503@7 · U · "
            "POST P1 503@15 · U · POST B1 429:80@30 · E(serviceUnavailable) · POST P1 503@46 · U · "
            "POST P1 503@100 · U · POST P1 503@154 · U · POST B1 200@154 · R"
        ),
    ),
    Story(
        name="V68",
        given={"post": {"P1": "503 401"}},
        until_s=300,
        log="C · POST P1 503@0 · U · POST P1 401@1.5 · E(tokenError)",
        end="SignedOut, no timer",
    ),
    Story(
        name="V90",
        given={"primaries": "", "backups": "B1"},
        log="C · POST B1 200@0 · R",
    ),
    Story(
        name="V107",
        given={"post": {"P1": "500 500 429:42"}, "draw": 0.0},
        log="C · POST P1 500@0 · U · POST P1 500@1 · U · POST P1 429:42@3 · POST B1 200@3 · R",
    ),
    Story(
        name="V108",
        given={"post": {"P1": "500 500 500 429:42"}, "draw": 0.0},
        until_s=30,
        log=(
            "C · POST P1 500@0 · U · POST P1 500@1 · U · POST P1 500@3 · U · POST P1 429:42@7 · "
            "POST B1 200@7 · R"
        ),
    ),
    Story(
        name="V109",
        given={"post": {"P1": "429:136"}, "draw": 0.0},
        until_s=10,
        log="C · POST P1 429:136@0 · POST B1 200@0 · R",
    ),
    Story(
        name="V110",
        given={"post": {"P1": "429:12 429:81"}, "draw": 0.0},
        until_s=40,
        log="C · POST P1 429:12@0 · POST P1 429:81@12 · POST B1 200@12 · R · KA B1 200@39",
    ),
    Story(
        name="V111",
        given={"post": {"P1": "429:12 429:9 500"}, "draw": 0.0},
        until_s=60,
        log=(
            "C · POST P1 429:12@0 · POST P1 429:9@12 · POST P1 500@21 · U · POST P1 500@25 · U · "
            "POST B1 200@30 · R · KA B1 200@57"
        ),
    ),
    Story(
        name="dead primaries",
        given={"post": {"P1": "refused", "P2": "timeout"}, "primaries": "P1 P2"},
        until_s=30,
        log="C · POST P1 refused@0 · U · POST P2 timeout@0 · U · POST B1 200@12.5 · R",
    ),
    Story(
        name="a server that never answers",
        given={"post": {"P1": "silent"}},
        until_s=60,
        log="C · POST P1 silent@0 · U · POST B1 200@12.5 · R · KA B1 200@42.5",
    ),
    Story(
        name="every server dead",
        given={"post": {"P1": "refused", "B1": "refused"}, "backups": "B1"},
        until_s=60,
        log=(
            "C · POST P1 refused@0 · U · POST B1 refused@2.5 · U · E(serviceUnavailable) · "
            "POST P1 refused@4 · U · POST B1 refused@6.5 · U · POST P1 refused@9.5 · U · "
            "POST B1 refused@12 · U · POST P1 refused@18 · U · POST B1 refused@20.5 · U · "
            "POST P1 refused@32.5 · U · POST B1 refused@35 · U · POST P1 refused@59 · U"
        ),
        end="WaitingToRetry, timer",
    ),
    Story(
        name="no servers known",
        given={"primaries": "", "backups": ""},
        until_s=60,
        log=(
            "C · DISCOVER 200@0 · E(serviceUnavailable) · DISCOVER 200@1.5 · DISCOVER 200@4.5 · "
            "DISCOVER 200@10.5"
        ),
        end="WaitingToRetry, timer",
    ),
    Story(
        name="no servers known, but found at once",
        given={"primaries": "", "backups": "", "rediscovered": "P1"},
        until_s=10,
        log="C · DISCOVER 200@0 · POST P1 200@0 · R",
    ),
    Story(
        name="no servers known, and the sign-in has ended",
        given={"primaries": "", "backups": "", "discover": "401"},
        until_s=300,
        log="C · DISCOVER 401@0 · E(tokenError)",
        end="SignedOut, no timer",
    ),
    Story(
        name="a wait of an hour is never longer than an hour",
        given={"backups": "", "post": {"P1": "429:7200 200"}, "draw": 0.999},
        until_s=3610,
        log="C · POST P1 429:7200@0 · POST P1 200@3600 · R",
    ),
    Story(
        name="a long outage",
        given={"post": {"P1": "503"}, "backups": "", "discover": "503 200"},
        until_s=400,
        log=(
            "C · POST P1 503@0 · U · POST P1 503@1.5 · U · POST P1 503@4.5 · U · POST P1 503@10.5 · U · "
            "POST P1 503@22.5 · U · POST P1 503@46.5 · U · E(serviceUnavailable) · POST P1 503@103.5 · U · "
            "POST P1 503@160.5 · U · POST P1 503@217.5 · U · POST P1 503@274.5 · U · DISCOVER 503@331.5 · "
            "POST P1 503@331.5 · U · POST P1 503@388.5 · U"
        ),
        end="WaitingToRetry, timer",
    ),
)
