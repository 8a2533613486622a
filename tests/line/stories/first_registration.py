"""First registration, as rows of sdk.md#first-registration, with what we do better."""

from tests.line.script import Story

STORIES = (
    Story(
        name="V01",
        does="register@0 deregister@95",
        until_s=300,
        log="C · POST P1 200@0 · R · KA P1 200@30..90 · DELETE P1/d1 200@95 · U",
        end="Idle, no timer",
    ),
    Story(
        name="V02",
        given={"primaries": "P1 P2", "post": {"P1": "401"}},
        until_s=300,
        log="C · POST P1 401@0 · E(tokenError)",
        end="SignedOut, no timer",
    ),
    Story(
        name="V03",
        given={"primaries": "P1 P2", "post": {"P1": "400"}},
        until_s=300,
        log="C · POST P1 400@0 · E(badRequest)",
        end="Failed, no timer",
    ),
    Story(
        name="V04",
        given={"primaries": "P1 P2", "post": {"P1": "401"}},
        until_s=300,
        log="C · POST P1 401@0 · E(tokenError)",
        end="SignedOut, no timer",
    ),
    Story(
        name="V05",
        given={"primaries": "P1 P2", "post": {"P1": "404"}},
        log="C · POST P1 404@0 · U · POST P2 200@0 · R",
    ),
    Story(
        name="V06",
        given={"primaries": "P1 P2", "post": {"P1": "102"}},
        until_s=300,
        log="C · POST P1 102@0 · E(forbidden)",
        end="Failed, no timer",
    ),
    Story(
        name="V07",
        given={"primaries": "P1 P2", "post": {"P1": "103"}},
        log="C · POST P1 103@0 · U · POST P2 200@0 · R",
    ),
    Story(
        name="V08",
        given={"primaries": "P1 P2", "post": {"P1": "403"}},
        log="C · POST P1 403@0 · U · POST P2 200@0 · R",
    ),
    Story(
        name="V09",
        given={"primaries": "P1 P2", "post": {"P1": "409"}},
        log="C · POST P1 409@0 · POST P2 200@0 · R",
    ),
    Story(
        name="V10",
        given={"post": {"P1": "101:ours 200"}},
        log="C · POST P1 101:ours@0 · DELETE P1/ours 200@0 · POST P1 200@0 · R",
    ),
    Story(
        name="V10 another's device",
        given={"post": {"P1": "101:other"}},
        until_s=300,
        log="C · POST P1 101:other@0 · E(registrationError)",
        end="ActionNeeded, no timer",
    ),
    Story(
        name="V10 the user chooses",
        given={"post": {"P1": "101:other 200"}},
        does="register@0 remove-other@8",
        log="C · POST P1 101:other@0 · E(registrationError) · DELETE P1/other 200@8 · POST P1 200@8 · R",
    ),
    Story(
        name="V11",
        given={"post": {"P1": "101:ours"}},
        until_s=65,
        log=(
            "C · POST P1 101:ours@0 · DELETE P1/ours 200@0 · POST P1 101:ours@0 · DELETE P1/ours 200@0 · "
            "POST P1 101:ours@1.125 · DELETE P1/ours 200@1.125 · POST P1 101:ours@3.375 · "
            "DELETE P1/ours 200@3.375 · POST P1 101:ours@7.875 · U · POST P1 101:ours@9.375 · U · "
            "POST P1 101:ours@12.375 · U · POST P1 101:ours@18.375 · U · POST B1 200@60.1 · R"
        ),
    ),
    Story(
        name="V12",
        given={"post": {"P1": "101 200"}},
        log="C · POST P1 101@0 · U · POST P1 200@1.5 · R",
    ),
    Story(
        name="V13",
        given={"primaries": "P1 P2", "post": {"P1": "101:ours 503"}},
        log="C · POST P1 101:ours@0 · DELETE P1/ours 200@0 · POST P1 503@0 · U · POST P2 200@0 · R",
    ),
    Story(
        name="V14",
        given={"primaries": "P1 P2", "post": {"P1": "101:ours 401", "P2": "401"}},
        until_s=300,
        log="C · POST P1 101:ours@0 · DELETE P1/ours 200@0 · POST P1 401@0 · E(tokenError)",
        end="SignedOut, no timer",
    ),
    Story(
        name="V15",
        given={"primaries": "P1 P2", "post": {"P1": "101:ours 429:25 200", "P2": "503"}},
        until_s=40,
        log=(
            "C · POST P1 101:ours@0 · DELETE P1/ours 200@0 · POST P1 429:25@0 · POST P2 503@0 · U · "
            "POST P2 503@1.5 · U · POST P2 503@4.5 · U · POST P2 503@10.5 · U · POST P2 503@22.5 · U · "
            "POST B1 200@30 · R"
        ),
    ),
    Story(
        name="V16",
        given={"primaries": "P1 P2", "post": {"P1": "500 200", "P2": "refused"}},
        log="C · POST P1 500@0 · U · POST P2 refused@0 · U · POST P1 200@1.5 · R",
    ),
    Story(
        name="V17",
        given={"primaries": "P1 P2", "post": {"P1": "503", "P2": "503 200"}},
        log="C · POST P1 503@0 · U · POST P2 503@0 · U · POST P1 503@1.5 · U · POST P2 200@1.5 · R",
    ),
    Story(
        name="V116 the device was granted all the same",
        given={"post": {"P1": "nonsense 101:ours 200"}},
        log=(
            "C · POST P1 nonsense@0 · U · POST P1 101:ours@1.5 · DELETE P1/ours 200@1.5 · POST P1 200@1.5 · R"
        ),
    ),
    Story(
        name="the answer after the removal is lost",
        given={"post": {"P1": "101:ours lost 101:ours 200", "B1": "101:ours 200"}},
        until_s=60,
        log=(
            "C · POST P1 101:ours@0 · DELETE P1/ours 200@0 · POST P1 lost@0 · U · POST B1 101:ours@12.5 · "
            "DELETE B1/ours 200@12.5 · POST B1 200@13.625 · R · KA B1 200@43.625"
        ),
    ),
)
