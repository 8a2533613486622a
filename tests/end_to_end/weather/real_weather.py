"""What real weather does to a line, and what this program promises then: the tests that hold it.

L is what servers and people do to a line, T what happens to a sign-in, S what hostile or broken servers send.
A test is a file under tests/ and a function of it, or the name of a story of tests/line.
"""

# what: (the promise, its tests)
TESTED: dict[str, tuple[str, tuple[str, ...]]] = {
    "L1": (
        "an answer may take half a minute; whichever grant comes, early or late, one device stays",
        (
            "L1 every server needs 12 s",
            "L1 every server needs 12 s and the next one is asked at once",
            "L1 only the primary is slow, the backup was quicker",
            "L1 the only server answers after 29 s",
            "L1 the answer comes after deregister",
            "end_to_end/weather/test_real_weather_answers.py::test_l1_at_the_shortest_interval_a_lost_grant_is_still_found_and_removed",
            "end_to_end/weather/test_real_weather_servers.py::test_l1_every_server_takes_12_s_to_grant",
            "end_to_end/weather/test_real_weather_servers.py::test_l1_only_the_primary_is_slow_and_one_device_stays",
            "end_to_end/weather/test_real_weather_servers.py::test_l1_a_grant_that_was_never_answered_is_found_and_removed",
            "end_to_end/weather/test_real_weather_servers.py::test_l1_what_another_server_granted_without_a_word_is_removed_there",
            "line/worlds/test_field_worlds.py::test_l1_a_slow_grant_is_taken_and_leaves_one_device",
            "line/worlds/test_field_worlds.py::test_l1_whoever_answers_first_one_device_is_left",
            "line/worlds/test_field_worlds.py::test_l1_three_servers_that_need_12_s_grant_one_device",
            "webex/client/test_client.py::test_l1_who_is_patient_gets_an_answer_that_comes_late",
        ),
    ),
    "L2": (
        "a server that answers anything is alive: no registration is lost while the service holds it",
        (
            "L2 the primary answers 503 for a minute",
            "L2 a web page instead of the service for a minute",
            "L2 a quick re-check costs the lease nothing",
            "end_to_end/weather/test_real_weather_servers.py::test_l2_the_primary_answers_503_for_a_minute",
            "end_to_end/weather/test_real_weather_servers.py::test_l2_a_gateway_answers_with_pages_for_two_intervals",
            "line/test_view.py::test_l2_a_person_sees_reconnecting_from_the_first_miss",
            "line/test_view.py::test_l2_missed_are_whole_intervals_without_proof",
            "line/worlds/test_field_worlds.py::test_l2_a_host_that_answers_anything_keeps_the_registration",
            "line/worlds/test_field_worlds.py::test_l2_the_registration_is_kept_as_long_as_the_lease_lasts",
            "line/worlds/test_field_worlds.py::test_l2_after_the_lease_a_healthy_backup_takes_the_line",
        ),
    ),
    "L3": (
        "a slow server is waited for as long as it is seen to need, and a late success is proof",
        (
            "L3 keepalives take 12 s",
            "L3 keepalives take 4 s of 10",
            "L3 what a host needs is forgotten again",
            "end_to_end/weather/test_real_weather_servers.py::test_l3_keepalives_take_12_s_of_30",
            "end_to_end/weather/test_real_weather_servers.py::test_l3_keepalives_take_4_s_of_10",
            "line/worlds/test_field_worlds.py::test_l3_slow_keepalives_keep_the_registration",
        ),
    ),
    "L4": (
        "a line finds its way home at every keepalive interval, however few requests are left for it",
        (
            "end_to_end/weather/test_real_weather_servers.py::test_l4_at_a_short_interval_a_line_goes_home_in_time",
            "line/worlds/test_field_worlds.py::test_l4_a_line_goes_home_within_a_rehoming_interval",
            "line/worlds/test_field_worlds.py::test_l4_twelve_requests_a_minute_are_kept_on_the_way_home",
        ),
    ),
    "L5": (
        "time in which this program itself did not run is charged to no server",
        (
            "webex/client/test_client.py::test_l5_time_in_which_this_program_did_not_run_is_not_charged_to_the_server",
            "system/test_loop_time.py::test_an_answer_that_is_in_the_socket_wins_over_a_deadline_that_is_due",
            "system/test_loop_time.py::test_time_in_which_the_loop_did_not_run_is_not_charged",
        ),
    ),
    "L6": (
        "trouble of our own network costs no registration, and a server that is dead is still told from it",
        (
            "calling/test_circuits.py::test_l6_trouble_of_our_own_network_says_nothing_about_the_host",
            "end_to_end/weather/test_real_weather_servers.py::test_l6_the_internet_is_lost_for_100_s_and_nobody_says_so",
            "end_to_end/weather/test_real_weather_servers.py::test_l6_nothing_answers_any_more_for_60_s_and_nobody_says_so",
            "line/worlds/test_field_worlds.py::test_l6_our_own_networks_fault_costs_no_registration",
            "line/worlds/test_field_worlds.py::test_l6_it_is_told_as_reconnecting_from_the_first_miss_on",
            "line/worlds/test_field_worlds.py::test_l6_a_host_that_died_while_the_internet_was_away_is_found_dead_afterwards",
            "webex/client/test_proxy.py::test_l6_a_proxy_that_swallows_what_it_is_sent_is_our_own_trouble",
            "line/worlds/test_field_worlds.py::test_a_primary_that_dies_is_followed_by_a_backup_and_no_question",
            "webex/client/test_client.py::test_a_name_that_does_not_exist_is_the_hosts_and_a_silent_name_server_is_ours",
            "end_to_end/weather/test_real_weather_servers.py::test_a_dead_primary_is_left_for_the_backup_without_a_question",
            "end_to_end/weather/test_real_weather_servers.py::test_every_server_gone_and_back_is_one_registration_again",
        ),
    ),
    "L7": (
        "only a well-formed answer of the service itself turns a line green",
        (
            "end_to_end/weather/test_real_weather_servers.py::test_l7_a_page_with_200_is_no_proof",
            "end_to_end/weather/test_real_weather_servers.py::test_l7_an_error_with_200_is_no_proof",
            "end_to_end/weather/test_real_weather_servers.py::test_l7_while_pages_come_the_line_is_given_up_before_the_service_does_it",
            "webex/client/test_answers.py::test_l7_only_a_well_formed_answer_of_the_service_is_proof",
        ),
    ),
    "L8": (
        "one server that refuses a good token is that server's trouble and signs nobody out",
        (
            "accounts/test_agreement.py::test_l8_a_new_sign_in_revives_a_wanted_line_from_every_state",
            "accounts/test_agreement.py::test_l8_a_line_that_was_taken_elsewhere_survives_a_new_sign_in",
            "accounts/test_agreement.py::test_l8_a_line_signed_out_under_a_sign_in_that_lives_goes_on",
            "accounts/test_agreement.py::test_l8_a_line_signed_out_under_a_sign_in_that_cannot_be_renewed_just_now_goes_on",
            "accounts/test_agreement.py::test_l8_where_the_sign_in_says_so_too_the_account_has_ended",
            "end_to_end/weather/test_real_weather_accounts.py::test_l8_one_node_refuses_good_tokens_while_they_are_renewed_happily",
            "end_to_end/weather/test_real_weather_accounts.py::test_l8_a_node_that_goes_on_refusing_is_no_storm_of_renewals",
            "end_to_end/weather/test_real_weather_servers.py::test_l8_one_node_refuses_a_good_token_for_5_s",
            "end_to_end/weather/test_real_weather_servers.py::test_l8_a_node_that_refuses_every_token_is_left_for_another",
            "end_to_end/weather/test_real_weather_servers.py::test_l8_a_node_that_grants_twice_and_never_confirms_is_left_for_another",
        ),
    ),
    "L9": (
        "a line learns of new servers in time, and leaves those that are retired",
        (
            "L9 the primary is retired and discovery names a new one",
            "L9 after a network change the lists are looked up again",
            "L9 at home, too, the lists are looked up every rehoming interval",
            "end_to_end/weather/test_real_weather_servers.py::test_l9_a_primary_that_was_retired_is_replaced_by_the_one_that_discovery_names",
            "end_to_end/weather/test_real_weather_servers.py::test_l9_a_line_at_a_retired_primary_that_still_serves_moves_too",
            "webex/provider/test_discovery.py::test_l9_the_lists_are_looked_up_again_in_three_requests",
        ),
    ),
    "L10": (
        "a wish to wait that says nothing gets our own growing pause, never a storm",
        (
            "L10 429 without Retry-After",
            "L10 a Retry-After of nothing",
            "L10 429 without Retry-After at an interval of 10 s",
            "end_to_end/weather/test_real_weather_servers.py::test_l10_a_wish_to_wait_that_makes_no_sense_gets_our_own_growing_pause",
        ),
    ),
    "L11": (
        "a grant that is refused here is given back where it was made, once",
        (
            "end_to_end/weather/test_real_weather_answers.py::test_l11_a_grant_at_a_host_that_nobody_named_is_given_back_once",
            "end_to_end/weather/test_real_weather_answers.py::test_l11_every_grant_of_every_server_is_foreign_and_no_device_piles_up",
            "webex/provider/test_provider_faults.py::test_a_device_at_a_foreign_address_is_refused_and_gets_nothing",
            "calling/test_removals.py::test_the_first_try_keeps_to_the_bound_but_for_a_person",
        ),
    ),
    "L12": (
        "packed answers are unpacked, one layer and within bounds",
        (
            "end_to_end/weather/test_real_weather_answers.py::test_l12_every_answer_comes_packed",
            "webex/client/test_client.py::test_l12_one_layer_of_gzip_is_unpacked_up_to_the_limit",
            "webex/client/test_client.py::test_l12_an_empty_body_is_empty_whatever_it_says_of_itself",
            "webex/client/test_client.py::test_l12_gzip_that_cannot_be_unpacked_is_a_broken_answer",
        ),
    ),
    "L13": (
        "what only enriches a line holds its registration up for a moment at most",
        (
            "end_to_end/weather/test_real_weather_answers.py::test_l13_a_look_up_that_hangs_holds_no_registration_up",
            "webex/provider/test_discovery.py::test_l13_names_and_numbers_arrive_later",
            "webex/provider/test_discovery.py::test_l13_a_region_that_hangs_leaves_the_first_cluster",
            "webex/provider/test_discovery.py::test_l13_a_known_device_that_wdm_is_slow_to_confirm_is_used",
        ),
    ),
    "L14": (
        "a connection that was kept too long costs one more try at the same server, and no fail-over",
        (
            "end_to_end/weather/test_real_weather_answers.py::test_l14_a_kept_connection_that_is_reset_costs_one_resend_to_the_same_server",
            "webex/client/test_answers.py::test_l14_a_registration_whose_connection_was_reset_is_sent_again_there_and_counted",
            "webex/client/test_answers.py::test_l14_a_refusal_of_what_was_sent_twice_is_unsure",
            "webex/client/test_kept_connections.py::test_l14_what_may_be_repeated_goes_out_again_on_a_new_connection",
            "webex/client/test_kept_connections.py::test_l14_what_was_sent_twice_is_unsure_even_when_the_second_never_left",
            "webex/client/test_kept_connections.py::test_l14_an_answer_that_has_begun_is_not_asked_for_again",
            "webex/client/test_kept_connections.py::test_l14_after_a_failure_nothing_goes_out_on_an_old_connection",
            "webex/client/test_kept_connections.py::test_l14_connections_of_the_network_before_are_not_used",
            "webex/client/test_kept_connections.py::test_l14_what_is_under_way_comes_to_its_end_when_the_network_changes",
            "webex/client/test_kept_connections.py::test_l14_a_name_that_has_moved_takes_its_connections_along",
        ),
    ),
    "L15": (
        "a copied profile never takes the line of the first one, and one profile is used by one process",
        (
            "L15 a device of ours was seen moments ago",
            "L15 a device of ours moves from look to look",
            "L15 an orphan goes, the living device beside it is asked about",
            "L15 a device of ours that nobody knows the age of",
            "L15 what an unsure request made stands still and goes",
            "end_to_end/weather/test_real_weather_processes.py::test_l15_a_copied_profile_asks_and_leaves_the_first_one_its_line",
            "line/worlds/test_field_worlds.py::test_l15_two_copies_of_a_profile_do_not_evict_each_other",
            "line/worlds/test_field_worlds.py::test_l15_once_the_copy_is_off_its_device_is_an_orphan",
            "settings/test_profile.py::test_the_devices_of_a_profile_copied_from_another_computer_are_not_ours",
            "settings/test_profile.py::test_a_copied_profile_is_marked_anew_and_has_devices_of_its_own",
            "end_to_end/test_running_program.py::test_a_profile_runs_once_and_a_second_process_says_who_has_it",
        ),
    ),
    "L16": (
        "however often the program is killed, the next start leaves one device",
        (
            "L16 the device of the start before is removed without a question",
            "L16 it would be asked about if the profile did not remember it",
            "L16 only the device of the start before goes",
            "end_to_end/weather/test_real_weather_processes.py::test_l16_what_a_kill_left_at_another_server_is_removed_there",
            "end_to_end/weather/test_real_weather_processes.py::test_l16_three_kills_leave_one_device_although_five_are_allowed",
            "line/worlds/test_field_worlds.py::test_l16_killed_three_times_the_line_holds_one_device_and_nobody_is_asked",
            "settings/test_profile.py::test_a_granted_device_is_on_disk_when_granted_returns",
            "end_to_end/endings/test_crash.py::test_after_a_crash_the_next_start_leaves_one_device",
            "end_to_end/endings/test_crash.py::test_whenever_it_is_killed_the_profile_is_whole_and_knows_of_every_grant",
        ),
    ),
    "L17": (
        "the program keeps to a wish to wait; a person's press is tried once against it",
        (
            "L17 each host is tried once against its wish",
            "L17 the press is tried and helps",
            "L17 the program itself waits",
            "L17 a registered line is tried once against the wish of its host",
            "end_to_end/weather/test_real_weather_answers.py::test_l17_against_a_wish_to_wait_an_hour_one_press_tries_once",
            "end_to_end/weather/test_real_weather_answers.py::test_l17_the_press_helps_when_the_server_is_well_again",
            "end_to_end/weather/test_real_weather_processes.py::test_l17_register_by_command_tries_once_against_a_wish_to_wait_an_hour",
            "line/test_view.py::test_l17_the_button_is_gone_until_the_time_is_over",
        ),
    ),
    "L18": (
        "one stray refusal of an access token ends no sign-in: identity has the last word",
        (
            "auth/session/test_accounts.py::test_l18_a_stray_401_for_a_token_that_nothing_renews_is_asked_about",
            "auth/session/test_accounts.py::test_l18_a_token_that_identity_refuses_too_has_ended",
            "auth/session/test_lapsing.py::test_l18_a_stray_401_is_asked_about_and_the_token_serves_on",
            "auth/session/test_lapsing.py::test_l18_it_ends_when_identity_refuses_too",
            "auth/session/test_lapsing.py::test_l18_without_a_clear_word_of_identity_it_lives_and_is_asked_again",
            "end_to_end/weather/test_real_weather_answers.py::test_l18_one_stray_401_ends_no_sign_in",
            "end_to_end/weather/test_real_weather_answers.py::test_l18_when_identity_refuses_too_the_sign_in_has_ended",
            "webex/provider/test_discovery.py::test_l18_what_every_cluster_refuses_is_known_from_before",
        ),
    ),
    "L19": (
        "a line that was switched off is off at once for the person, and how it ended is told later",
        (
            "L19 the DELETE is never answered",
            "L19 register again while the DELETE hangs",
            "L19 the DELETE is refused and goes on in the background",
            "end_to_end/weather/test_real_weather_answers.py::test_l19_a_delete_that_hangs_is_off_at_once_and_confirmed_later",
            "end_to_end/weather/test_real_weather_answers.py::test_l19_registered_again_while_the_delete_hangs",
            "line/test_view.py::test_l19_the_line_is_off_at_once_and_the_end_of_the_delete_is_told",
            "line/test_view.py::test_l19_deregistering_is_shown_for_a_second_at_most",
        ),
    ),
    "L20": (
        "a device of which nobody knows when it was seen is never taken for the oldest",
        (
            "auth/test_untrusted.py::test_l20_a_moment_is_read_in_any_form",
            "auth/test_untrusted.py::test_l20_a_moment_that_makes_no_sense_is_none",
            "end_to_end/weather/test_real_weather_answers.py::test_l20_the_device_that_nobody_knows_the_age_of_is_not_taken_for_the_oldest",
            "webex/client/test_answers.py::test_l20_a_device_says_how_long_ago_it_was_seen_by_the_servers_own_clock",
            "accounts/test_takeover.py::test_the_oldest_is_told_by_time_and_never_guessed",
        ),
    ),
    "T1": (
        "a clock that is wrong costs no sign-in: the service is asked",
        (
            "auth/session/test_renewal.py::test_t1_one_start_with_the_clock_a_hundred_days_ahead_costs_no_sign_in",
            "auth/session/test_renewal.py::test_t1_what_looks_over_and_is_over_ends_by_the_word_of_the_service",
        ),
    ),
    "T2": (
        "a renewal that was carried out and never answered costs no registration while the token lives",
        (
            "accounts/test_agreement.py::test_t2_while_nothing_renews_it_the_lines_stay_and_the_person_is_asked_to_sign_in",
            "accounts/test_agreement.py::test_t2_a_sign_in_that_was_lapsing_at_the_last_end_says_so_beside_the_remarks",
            "accounts/test_agreement.py::test_t2_somebody_else_than_the_person_who_was_asked_waits_for_a_choice",
            "auth/session/test_renewal.py::test_t2_a_renewal_whose_answer_was_lost_costs_no_access",
            "end_to_end/weather/test_real_weather_accounts.py::test_t2_a_renewal_whose_answer_was_lost_costs_no_registration",
        ),
    ),
    "T3": (
        "a page in place of a token answer is a passing trouble",
        (
            "auth/session/test_renewal.py::test_t3_one_html_401_is_transient_and_renewed_soon",
            "end_to_end/weather/test_real_weather_accounts.py::test_t3_a_page_with_401_in_place_of_a_renewal_is_tried_again",
            "webex/client/test_client_tokens.py::test_t3_a_401_that_is_a_web_page_renews_no_token",
        ),
    ),
    "T4": (
        "tokens that came with a senseless life time are kept",
        (
            "auth/session/test_renewal.py::test_t4_a_rotated_refresh_token_is_never_thrown_away",
            "end_to_end/weather/test_real_weather_accounts.py::test_t4_an_odd_life_time_in_a_rotating_renewal_loses_no_token",
        ),
    ),
    "T5": (
        "scopes are compared by what they allow",
        (
            "end_to_end/weather/test_real_weather_accounts.py::test_t5_the_umbrella_scope_signs_in_without_a_remark",
            "auth/test_token_answer.py::test_scopes_are_compared_by_what_they_allow",
            "auth/session/test_exchange.py::test_the_umbrella_scope_and_a_surplus_sign_in_without_a_remark",
        ),
    ),
    "S1": (
        "a hostile body costs work in proportion to its size, and never the loop's time",
        (
            "end_to_end/weather/test_real_weather_answers.py::test_s1_s6_a_hostile_answer_to_a_keepalive_costs_one_check",
            "webex/test_hostile_bodies.py::test_four_times_the_body_is_not_much_more_than_four_times_the_work",
            "webex/test_hostile_bodies.py::test_a_big_body_is_read_beside_the_loop",
        ),
    ),
    "S2": (
        "a broken address in an answer is a failed request that is tried again, and ends no task",
        (
            "accounts/test_agreement_of_events.py::test_s2_discovery_survives_a_fault_of_ours",
            "accounts/test_agreement_of_events.py::test_s2_a_long_task_that_dies_begins_again_and_is_told_in_the_log",
            "accounts/test_agreement_of_events.py::test_s2_a_fault_after_discovery_leaves_one_account_with_its_lines_told_once",
            "end_to_end/weather/test_real_weather_answers.py::test_s2_a_broken_address_in_the_catalog_is_retried",
            "webex/test_wire_addresses.py::test_s2_any_text_for_an_address_is_one_that_can_be_dialled_or_is_left_out",
            "webex/test_wire_addresses.py::test_s2_an_odd_address_is_left_out_or_makes_the_answer_a_broken_one",
        ),
    ),
    "S3": (
        "our own device in the way is waited for, whenever its removal takes effect",
        (
            "S3 the DELETE takes effect 3 s later",
            "S3 the DELETE takes effect 40 s later",
            "S3 the DELETE is refused at first",
            "end_to_end/weather/test_real_weather_answers.py::test_s3_our_own_device_goes_late_and_nobody_is_asked",
        ),
    ),
    "S4": (
        "names that never resolve hold up no other line",
        (
            "end_to_end/weather/test_real_weather_accounts.py::test_s4_eight_accounts_whose_names_never_resolve_cost_a_healthy_line_nothing",
            "webex/test_dialling.py::test_s4_names_that_never_resolve_delay_no_other",
            "webex/test_in_flight.py::test_s4_requests_that_hang_at_one_host_take_no_places_from_another",
            "webex/test_dialling.py::test_the_threads_have_a_limit_and_say_so",
        ),
    ),
    "S5": (
        "the bound on requests counts what goes on the wire, resends too",
        (
            "end_to_end/weather/test_real_weather_answers.py::test_s5_connections_that_are_closed_unanswered_do_not_break_the_bound",
            "webex/client/test_kept_connections.py::test_s5_a_host_that_closes_kept_connections_unanswered_gets_each_request_once",
            "calling/test_removals.py::test_a_try_waits_until_there_is_room_for_it_even_when_that_was_taken_meanwhile",
        ),
    ),
    "S6": (
        "an answer in tiny pieces or without end is bounded work within its deadline",
        (
            "end_to_end/weather/test_real_weather_answers.py::test_s6_every_answer_comes_in_single_bytes",
            "end_to_end/weather/test_real_weather_answers.py::test_s1_s6_a_hostile_answer_to_a_keepalive_costs_one_check",
            "webex/client/test_client.py::test_s6_a_flood_of_tiny_pieces_is_bounded_work_in_small_steps",
            "webex/client/test_client.py::test_an_answer_that_trickles_ends_at_the_deadline",
        ),
    ),
    "S7": (
        "what a garbled grant left at the service is removed",
        (
            "end_to_end/weather/test_real_weather_answers.py::test_s7_a_garbled_grant_leaves_no_device",
            "webex/client/test_answers.py::test_s7_a_garbled_grant_that_names_its_device_can_be_given_back",
            "webex/client/test_answers.py::test_s7_a_grant_that_names_no_device_of_ours_is_unsure_and_no_more",
        ),
    ),
}
