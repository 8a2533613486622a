"""Every weakness of the SDK (sdk.md#weaknesses): the tests that show that this panel does better.

A test is a file under tests/ and a function of it, or the name of a story of tests/line.
"""

# number: (what must not happen here, its tests)
TESTED: dict[int, tuple[str, tuple[str, ...]]] = {
    1: ("the answer to a DELETE is ignored", ("V72", "V74", "V75")),
    2: (
        "a DELETE without a device",
        ("V77", "line/tables/test_pairs.py::test_deregister_leads_out_of_every_state"),
    ),
    3: (
        "a line that registers itself after deregister",
        (
            "V70",
            "V105",
            "calling/test_line_runner.py::test_deregister_deletes_the_device_and_starts_nothing_again",
        ),
    ),
    4: ("two chains of retries", ("V78",)),
    5: ("a register that nothing answers", ("V76",)),
    6: ("a line without primaries or without servers hangs", ("V90", "no servers known")),
    7: ("the lists of servers are looked up once", ("a long outage", "wrong hint and old lists")),
    8: (
        "nothing is tried after giving up",
        ("V21", "line/worlds/test_figures.py::test_a_line_is_back_soon_after_its_servers"),
    ),
    9: (
        "429 without Retry-After or with a date is a storm",
        ("V23", "webex/test_failures.py::test_retry_after_is_carried"),
    ),
    10: (
        "a host that asked for a long wait is asked before its time",
        (
            "V32",
            "V67",
            "retry now spares a host that asked us to wait",
            "a primary that asked us to wait is not pinged",
        ),
    ),
    11: ("without backups the line is dead for good", ("V27", "V117")),
    12: (
        "keepalives with a token of yesterday",
        (
            "V41",
            "webex/provider/test_provider_faults.py::test_a_token_that_expires_is_renewed_in_the_middle",
            "webex/client/test_client_tokens.py::test_a_401_renews_once_and_sends_once_more",
        ),
    ),
    13: (
        "keepalives overlap, or come without a pause",
        (
            "V38",
            "V39",
            "line/test_policy.py::test_the_keepalive_interval_is_clamped_and_30_s_when_missing_or_odd",
        ),
    ),
    14: (
        "the body of a refused keepalive is not read",
        ("V48", "webex/provider/test_provider_faults.py::test_a_keepalive_reads_the_body_of_its_refusal"),
    ),
    15: (
        "green after sleep",
        (
            "sleep",
            "line/test_registration.py::test_nothing_is_green_after_sleep",
            "system/test_system_clock.py::test_each_sleep_is_noticed_once",
        ),
    ),
    16: (
        "all lines in phase",
        (
            "line/worlds/test_herd.py::test_the_return_is_no_rush",
            "line/test_policy.py::test_back_off_doubles_and_is_drawn_from_the_upper_half",
            "line/tables/test_weaknesses.py::test_keepalives_come_ten_percent_sooner_or_later",
        ),
    ),
    17: (
        "two timers at work",
        ("V15", "line/tables/test_pairs.py::test_any_sequence_of_events_keeps_the_rules"),
    ),
    18: ("a final refusal is told twice and the tries go on", ("V14",)),
    19: (
        "somebody else's device is removed",
        (
            "V10 another's device",
            "line/worlds/test_invariants.py::test_twenty_thousand_random_steps_break_nothing",
            "end_to_end/test_device_limit.py::test_nothing_opens_and_nothing_goes_before_the_person_chose",
        ),
    ),
    20: ("a device is removed again at every server", ("V11",)),
    21: ("404 on a POST is final, 401 is not", ("V05", "V04")),
    22: ("the way home strands the line", ("V53", "V58", "V104", "the DELETE was done but not answered")),
    23: (
        "a state at work owns no timer",
        ("V43", "line/tables/test_pairs.py::test_every_pair_keeps_the_rules"),
    ),
    24: (
        "active while offline",
        ("V81", "line/tables/test_weaknesses.py::test_offline_is_shown_at_the_first_miss"),
    ),
    25: ("a foreign host is the judge of our network", ("V33", "any answer from a host proves the network")),
    26: ("the network's return makes a new device", ("V81", "V86")),
    27: (
        "addresses are glued together unread",
        (
            "webex/test_trust.py::test_a_hostile_address_is_refused_by_name",
            "webex/test_wire.py::test_a_registration_without_a_usable_device_is_broken",
        ),
    ),
    28: (
        "servers twice and out of order",
        (
            "webex/test_wire.py::test_v93_duplicates_go_inside_a_list_and_across_both",
            "webex/test_wire.py::test_a_hostmap_names_wdm_and_the_clusters_once_each_best_first",
        ),
    ),
    29: (
        "WDM devices pile up",
        (
            "webex/provider/test_provider.py::test_the_first_discovery_creates_a_device_and_later_ones_use_it_again",
            "end_to_end/endings/test_crash.py::test_after_a_crash_the_next_start_leaves_one_device",
        ),
    ),
    30: (
        "a new WDM device makes a stranger of our own Mobius device",
        (
            "line/tables/test_weaknesses.py::test_a_device_on_any_wdm_device_of_ours_is_our_own",
            "webex/provider/test_provider.py::test_a_device_that_wdm_has_forgotten_is_replaced",
        ),
    ),
    31: (
        "values of a registration outlive it",
        ("line/test_view.py::test_a_device_is_shown_exactly_while_the_status_is_active",),
    ),
    35: ("a cache of a day ago skips the primaries", ("V46", "V79")),
    36: ("a final answer to a keepalive counts as unknown", ("V41", "V48", "V49", "V50")),
    37: (
        "a late answer tears down the new registration",
        (
            "V39",
            "line/tables/test_pairs.py::test_of_late_answers_only_a_grant_and_a_proof_move_a_line",
        ),
    ),
    39: (
        "devices pile up when people click",
        ("V79", "line/tables/test_weaknesses.py::test_however_often_people_click_there_is_one_device"),
    ),
    40: ("a backup that asks for a long wait has no rule", ("V103",)),
    41: (
        "an empty 200 makes a zombie",
        (
            "webex/provider/test_provider_faults.py::test_v116_a_registration_without_a_device_is_a_sick_host",
            "webex/test_wire.py::test_a_registration_without_a_usable_device_is_broken",
        ),
    ),
    42: (
        "the token goes to whatever host the answer named",
        (
            "webex/client/test_client_tokens.py::test_an_address_that_is_not_trusted_gets_nothing",
            "webex/provider/test_provider_faults.py::test_a_device_at_a_foreign_address_is_refused_and_gets_nothing",
        ),
    ),
    43: (
        "a listener disturbs the line",
        (
            "calling/test_calling_client.py::test_v120_an_error_nobody_listens_to_changes_nothing",
            "calling/test_calling_client.py::test_a_listener_that_raises_stops_neither_the_line_nor_other_listeners",
        ),
    ),
    44: (
        "errors of discovery are not seen",
        (
            "accounts/test_panel.py::test_discovery_that_fails_says_why_and_is_tried_again",
            "calling/test_calling_client.py::test_discovery_that_fails_raises_its_failure",
        ),
    ),
}

# number: why there is nothing to test
WITHOUT_OBJECT = {
    33: "no logs are uploaded",
    34: "there is no shared socket: every request is HTTP",
    38: "there is one transport, HTTP; other schemes are refused as untrusted",
}

# number: what has no test
UNTESTED = {
    32: "two processes of one profile",
}
