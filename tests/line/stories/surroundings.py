"""Sleep, the network's coming and going, and hints about it that are wrong."""

from tests.line.script import Story

STORIES = (
    Story(
        name="sleep",
        does="register@0 wake@40",
        until_s=60,
        log="C · POST P1 200@0 · R · KA P1 200@30 · KA P1 200@41.75 · DISCOVER 200@41.75",
    ),
    Story(
        name="sleep while a keepalive is in flight",
        given={"keepalive": {"P1": "silent 200"}},
        does="register@0 wake@31",
        until_s=60,
        log="C · POST P1 200@0 · R · KA P1 silent@30 · KA P1 200@32.75 · DISCOVER 200@32.75",
    ),
    Story(
        name="every sleep is checked, however short ago the last one was",
        does="register@0 wake@5 wake@8",
        until_s=25,
        log=(
            "C · POST P1 200@0 · R · KA P1 200@6.75 · DISCOVER 200@6.75 · KA P1 200@9.75 · DISCOVER 200@9.75"
        ),
    ),
    Story(
        name="sleep right after the network's return is checked too",
        does="register@0 online@5 wake@8",
        until_s=25,
        log=(
            "C · POST P1 200@0 · R · KA P1 200@6.75 · DISCOVER 200@6.75 · KA P1 200@9.75 · DISCOVER 200@9.75"
        ),
    ),
    Story(
        name="the network's return after sleep is acted on, however soon it comes",
        given={"backups": "", "post": {"P1": "refusedx11 200"}, "draw": 0.0},
        does="register@0 wake@40 online@56",
        until_s=60,
        log=(
            "C · POST P1 refused@0 · U · E(serviceUnavailable) · POST P1 refused@1 · U · "
            "POST P1 refused@3 · U · POST P1 refused@7 · U · POST P1 refused@15 · U · POST P1 refused@31 · "
            "U · POST P1 refused@40.5 · U · POST P1 refused@41.5 · U · POST P1 refused@43.5 · U · "
            "POST P1 refused@47.5 · U · POST P1 refused@55.5 · U · POST P1 200@56.5 · R"
        ),
    ),
    Story(
        name="two returns of the network within 30 s send one keepalive",
        does="register@0 online@5 online@8",
        until_s=25,
        log="C · POST P1 200@0 · R · KA P1 200@6.75 · DISCOVER 200@6.75",
    ),
    Story(
        name="losses of the network within 30 s send one keepalive",
        does="register@0 offline@1 offline@4 offline@9 offline@20 offline@29 offline@33",
        until_s=40,
        log="C · POST P1 200@0 · R · KA P1 200@1..33",
    ),
    Story(
        name="the return after a loss is checked however soon it comes",
        does="register@0 offline@1 online@4 offline@5 online@6",
        until_s=30,
        log="C · POST P1 200@0 · R · KA P1 200@1 · KA P1 200@5.75 · DISCOVER 200@5.75",
    ),
    Story(
        name="a wrong hint that the network is gone",
        given={"keepalive": {"P1": "refused"}, "post": {"P1": "200 refused"}, "ping": {"P1": "refused"}},
        does="register@0 offline@1",
        until_s=60,
        log=(
            "C · POST P1 200@0 · R · KA P1 refused@1 · G · KA P1 refused@11 · G · KA P1 refused@21 · G · "
            "PING P1 refused@21 · PING B1 200@21 · PING D 200@21 · U · DELETE P1/d1 200@21 · "
            "POST B1 200@23.5 · R · KA B1 200@53.5"
        ),
    ),
    Story(
        name="a hint before the first answer",
        given={"latency_s": 1.0, "keepalive": {"P1": "503 503 200"}},
        does="register@0 offline@0.5",
        until_s=60,
        log="C · POST P1 200@0 · R · KA P1 503@30 · G · KA P1 503@33 · G · KA P1 200@38 · N",
    ),
    Story(
        name="any answer from a host proves the network",
        given={"backups": "", "post": {"P1": "503"}},
        does="register@0 offline@0.5",
        until_s=50,
        log=(
            "C · POST P1 503@0 · U · POST P1 503@1.5 · U · POST P1 503@4.5 · U · POST P1 503@10.5 · U · "
            "POST P1 503@22.5 · U · POST P1 503@46.5 · U · E(serviceUnavailable)"
        ),
        end="WaitingToRetry, timer",
    ),
    Story(
        name="offline for long",
        given={
            "keepalive": {"P1": "refused"},
            "post": {"P1": "200 refusedx11 200"},
            "ping": {"P1": "refused"},
            "backups": "",
        },
        does="register@0 offline@5 online@400",
        until_s=410,
        log=(
            "C · POST P1 200@0 · R · KA P1 refused@5 · G · KA P1 refused@15 · G · KA P1 refused@25 · G · "
            "PING P1 refused@25 · PING P1 refused@35 · PING P1 refused@45 · PING P1 refused@55 · "
            "PING P1 refused@65 · PING P1 refused@75 · PING P1 refused@85 · PING P1 refused@95 · "
            "PING P1 refused@105 · PING P1 refused@115 · PING P1 refused@125 · PING P1 refused@135 · "
            "PING P1 refused@145 · U · POST P1 refused@150 · U · "
            "POST P1 refused@151.5 · U · POST P1 refused@154.5 · U · POST P1 refused@160.5 · U · "
            "POST P1 refused@172.5 · U · POST P1 refused@196.5 · U · POST P1 refused@253.5 · U · "
            "DISCOVER 200@310.5 · POST P1 refused@310.5 · U · POST P1 refused@367.5 · U · "
            "POST P1 refused@401.75 · U · E(serviceUnavailable) · POST P1 refused@403.25 · U · "
            "POST P1 200@406.25 · R"
        ),
    ),
    Story(
        name="a flapping network does not put a wait off for ever",
        given={"keepalive": {"P1": "429:60 200"}, "draw": 0.0},
        does="register@0 online@40 online@75 online@110 online@145 online@180",
        until_s=110,
        log="C · POST P1 200@0 · R · KA P1 429:60@27 · G · KA P1 200@87 · N · DISCOVER 200@87",
    ),
    Story(
        name="the network comes back during a wait",
        given={"backups": "", "post": {"P1": "503 503 503 200"}},
        does="register@0 online@5",
        until_s=10,
        log="C · POST P1 503@0 · U · POST P1 503@1.5 · U · POST P1 503@4.5 · U · POST P1 200@6.75 · R",
    ),
    Story(
        name="the network comes back a little after the hint says so",
        given={"backups": "", "post": {"P1": "refusedx9 200"}},
        does="register@0 online@110",
        until_s=130,
        log=(
            "C · POST P1 refused@0 · U · E(serviceUnavailable) · POST P1 refused@1.5 · U · "
            "POST P1 refused@4.5 · U · POST P1 refused@10.5 · U · POST P1 refused@22.5 · U · "
            "POST P1 refused@46.5 · U · POST P1 refused@103.5 · U · POST P1 refused@111.75 · U · "
            "POST P1 refused@113.25 · U · POST P1 200@116.25 · R"
        ),
    ),
    Story(
        name="the network comes back while a request is in flight",
        given={"backups": "", "post": {"P1": "refusedx6 timeout 200"}},
        does="register@0 online@110",
        until_s=130,
        log=(
            "C · POST P1 refused@0 · U · E(serviceUnavailable) · POST P1 refused@1.5 · U · "
            "POST P1 refused@4.5 · U · POST P1 refused@10.5 · U · POST P1 refused@22.5 · U · "
            "POST P1 refused@46.5 · U · POST P1 timeout@103.5 · U · POST P1 200@115 · R"
        ),
    ),
    Story(
        name="wrong hint and old lists",
        given={"backups": "", "post": {"P1": "refused"}, "rediscovered": "P2"},
        does="offline@0 register@1",
        until_s=430,
        log=(
            "C · POST P1 refused@1 · U · POST P1 refused@2.5 · U · POST P1 refused@5.5 · U · "
            "POST P1 refused@11.5 · U · POST P1 refused@23.5 · U · POST P1 refused@47.5 · U · "
            "POST P1 refused@104.5 · U · POST P1 refused@161.5 · U · POST P1 refused@218.5 · U · "
            "POST P1 refused@275.5 · U · DISCOVER 200@332.5 · POST P2 200@332.5 · R · "
            "KA P2 200@362.5..422.5"
        ),
    ),
    Story(
        name="retry now asks at once",
        given={"backups": "", "post": {"P1": "503 503 503 200"}},
        does="register@0 retry@6",
        until_s=8,
        log="C · POST P1 503@0 · U · POST P1 503@1.5 · U · POST P1 503@4.5 · U · POST P1 200@6 · R",
    ),
    Story(
        name="retry now spares a host that asked us to wait",
        given={"backups": "", "post": {"P1": "429:60 429:60 200"}, "draw": 0.0},
        does="register@0 retry@6 retry@9",
        until_s=70,
        log="C · POST P1 429:60@0 · POST P1 429:60@6 · POST P1 200@66 · R",
    ),
    Story(
        name="retry now while reconnecting spares a host that asked us to wait",
        given={"keepalive": {"P1": "429:60 429:60 200"}, "draw": 0.0},
        does="register@0 retry@30 retry@60",
        until_s=95,
        log="C · POST P1 200@0 · R · KA P1 429:60@27 · G · KA P1 429:60@30 · G · KA P1 200@90 · N",
    ),
    Story(
        name="retry now while registered sends a keepalive",
        does="register@0 retry@6",
        log="C · POST P1 200@0 · R · KA P1 200@6",
    ),
    Story(
        name="retry now while reconnecting sends a keepalive",
        given={"keepalive": {"P1": "503 200"}},
        does="register@0 retry@31",
        until_s=40,
        log="C · POST P1 200@0 · R · KA P1 503@30 · G · KA P1 200@31 · N",
    ),
    Story(
        name="a timer that fires early does not cost a round",
        given={"post": {"P1": "429:42 200"}, "backups": "", "draw": 0.0, "early_s": 0.039},
        until_s=50,
        log="C · POST P1 429:42@0 · POST P1 200@41.961 · R",
    ),
    Story(
        name="a timer that fires early is no second miss",
        given={"keepalive": {"P1": "429:60 200"}, "draw": 0.0, "early_s": 0.039},
        until_s=100,
        log="C · POST P1 200@0 · R · KA P1 429:60@26.961 · G · KA P1 200@86.922 · N",
    ),
)
