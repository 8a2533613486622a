"""The tests that hold a row of the documents without bearing its name.

The rows are the 45 checks of interface.md#checks (each is judged by a machine; whether a picture is good, an
eye sees in those of `python -m tests.ui.gallery`) and the rows of faults.md: L is what servers
and people do to a line, T what happens to a sign-in, S what hostile or broken servers send. Most tests bear
the name of their row: `test_l6_...`, `test_check_09_and_10_...`, or a story of tests/line, "L6 ...".
"""

# Checks that the window of version 0.2 says otherwise than the one before, and why.
CHANGED = {
    "2": "the notice became a note of one sentence: a person has to decide nothing",
    "5": "the engine keeps two idle starters until the program ends: they cannot go without it",
    "8": "the service has *Confirmed*; *Can receive calls* said more than is known",
    "11": "to be on the backup is good news: green with a tag, no banner; the way home stands in the details",
    "14": "one press is tried against a wish to wait; then the button is gone, for it would have no effect",
    "17": "where the few cards say it there is no banner: nothing is said twice",
    "19": "offline is red: calls cannot come, and the person did not choose that; cards need no banner",
    "22": "the drawer became a page, beside the list where there is room",
    "23": "the timeline became Activity, in which an interruption is one row",
    "26": "details and Activity are pages; the Tab key enters the list at one row and walks its buttons only",
    "33": "Retry stands on the lines and Settings in the bar; the snooze is in More",
    "44": "height tells the state; not running is a line of 2 px, for a gap looked like a fault",
}

# A row, and the tests under tests/ that hold it, too.
ALSO: dict[str, tuple[str, ...]] = {
    "1": (
        "end_to_end/test_first_paint.py::test_the_window_is_on_the_screen_before_anything_heavy_is_imported",
        "end_to_end/test_main_job.py::test_the_person_gets_through_and_the_program_ends_well",
    ),
    "2": ("ui/window/test_main_window.py::test_the_session_only_notice_shows_and_can_be_put_away",),
    "3": ("ui/window/test_main_window.py::test_signed_out_has_one_primary_button_with_the_focus",),
    "4": (
        "end_to_end/test_main_job.py::test_the_true_host_was_shown_while_signing_in",
        "end_to_end/test_own_browser.py::test_the_browser_comes_back_and_the_line_registers",
    ),
    "7": ("ui/kit/test_status_badge.py::test_all_shapes_differ_without_colour",),
    "15": (
        "end_to_end/test_device_limit.py::test_nothing_opens_and_nothing_goes_before_the_person_chose",
        "end_to_end/test_device_limit.py::test_exactly_the_chosen_device_went_and_the_other_one_stayed",
    ),
    "17": (
        "ui/window/test_main_window.py::test_an_ended_sign_in_is_said_once_by_a_few_cards_and_by_a_banner_above_many",
    ),
    "21": ("ui/window/test_main_window.py::test_no_window_but_the_main_one_ever_opens",),
    "22": (
        "wording/test_line_facts.py::test_every_row_with_its_unit",
        "wording/test_line_facts.py::test_no_value_is_ever_blank_or_a_programmers_word",
    ),
    "23": ("ui/history/test_activity.py::test_clearing_asks_first",),
    "24": ("checks/test_diagnostics.py::test_what_leaves_has_no_secret_and_keeps_what_support_needs",),
    "26": (
        "ui/window/test_access.py::test_tab_follows_the_layout_even_for_buttons_that_came_later",
        "ui/window/test_access.py::test_the_focus_ring_is_seen_on_every_stop",
        "ui/window/test_access.py::test_keys_move_between_cards_and_work_on_the_card",
    ),
    "27": ("end_to_end/test_screen_reader.py::test_every_button_that_shows_has_a_name",),
    "28": (
        "end_to_end/test_screen_reader.py::test_a_blind_person_signs_in_registers_deregisters_and_hears_it",
    ),
    "29": (
        "ui/kit/test_theme.py::test_switching_changes_real_pixels_without_a_restart",
        "ui/kit/test_theme.py::test_every_pair_of_colours_has_its_contrast",
        "ui/kit/test_theme.py::test_sampled_badge_pixels_have_contrast",
    ),
    "30": (
        "ui/window/test_access.py::test_nothing_is_clipped_or_out_of_reach",
        "ui/test_language.py::test_every_screen_is_translated_and_nothing_is_cut_off",
    ),
    "31": (
        "ui/window/test_main_window.py::test_only_cards_in_sight_are_renewed",
        "ui/lines/test_line_list.py::test_a_second_renews_what_is_in_sight_and_nothing_else",
    ),
    "32": ("ui/kit/test_status_badge.py::test_reduced_motion_stops_the_arc_at_once",),
    "34": (
        "ui/desktop/test_tray.py::test_the_shape_is_that_of_the_worst_line",
        "ui/desktop/test_tray.py::test_a_panel_reads_icon_tooltip_and_menu_and_a_click_there_is_carried_out",
        "ui/desktop/test_tray.py::test_a_state_that_passes_at_once_repaints_nothing",
    ),
    "35": ("wording/test_notifications.py::test_a_loss_is_told_after_half_a_minute_and_its_end_at_once",),
    "36": ("end_to_end/test_running_program.py::test_a_second_start_raises_the_first_window_and_ends_well",),
    "37": ("end_to_end/endings/test_crash.py::test_after_a_crash_the_next_start_leaves_one_device",),
    "38": ("end_to_end/test_main_job.py::test_the_cloud_saw_the_whole_job_once_and_in_order",),
    "39": ("end_to_end/test_own_browser.py::test_signing_out_later_prints_a_receipt_and_leaves_nothing",),
    "41": (
        "ui/settings/test_settings_dialog.py::test_what_the_organisation_has_set_is_locked_with_a_sign_and_words",
    ),
    "42": (
        "end_to_end/test_proxy.py::test_a_proxy_and_a_ca_of_the_cloud_file_serve_the_page_and_the_client",
    ),
    "43": ("ui/test_language.py::test_every_screen_is_translated_and_nothing_is_cut_off",),
    "44": ("wording/test_plots.py::test_the_table_has_the_numbers_of_the_bar",),
    "L5": (
        "system/test_loop_time.py::test_an_answer_that_is_in_the_socket_wins_over_a_deadline_that_is_due",
        "system/test_loop_time.py::test_time_in_which_the_loop_did_not_run_is_not_charged",
    ),
    "L6": (
        "line/worlds/test_field_worlds.py::test_a_primary_that_dies_is_followed_by_a_backup_and_no_question",
        "webex/client/test_client.py::test_a_name_that_does_not_exist_is_the_hosts_and_a_silent_name_server_is_ours",
        "end_to_end/weather/test_real_weather_servers.py::test_a_dead_primary_is_left_for_the_backup_without_a_question",
        "end_to_end/weather/test_real_weather_servers.py::test_every_server_gone_and_back_is_one_registration_again",
    ),
    "L11": (
        "webex/provider/test_provider_faults.py::test_a_device_at_a_foreign_address_is_refused_and_gets_nothing",
        "calling/test_removals.py::test_the_first_try_keeps_to_the_bound_but_for_a_person",
    ),
    "L15": (
        "settings/test_this_computer.py::test_the_devices_of_a_profile_copied_from_another_computer_are_not_ours",
        "settings/test_this_computer.py::test_a_copied_profile_is_marked_anew_and_has_devices_of_its_own",
        "end_to_end/test_running_program.py::test_a_profile_runs_once_and_a_second_process_says_who_has_it",
    ),
    "L16": (
        "settings/test_profile.py::test_a_granted_device_is_on_disk_when_granted_returns",
        "end_to_end/endings/test_crash.py::test_after_a_crash_the_next_start_leaves_one_device",
        "end_to_end/endings/test_crash.py::test_whenever_it_is_killed_the_profile_is_whole_and_knows_of_every_grant",
    ),
    "L20": ("accounts/test_takeover.py::test_the_oldest_is_told_by_time_and_never_guessed",),
    "T5": (
        "auth/test_token_answer.py::test_scopes_are_compared_by_what_they_allow",
        "auth/session/test_exchange.py::test_the_umbrella_scope_and_a_surplus_sign_in_without_a_remark",
    ),
    "S1": (
        "webex/test_hostile_bodies.py::test_four_times_the_body_is_not_much_more_than_four_times_the_work",
        "webex/test_hostile_bodies.py::test_a_big_body_is_read_beside_the_loop",
    ),
    "S4": ("webex/test_dialling.py::test_the_threads_have_a_limit_and_say_so",),
    "S5": (
        "calling/test_removals.py::test_a_try_waits_until_there_is_room_for_it_even_when_that_was_taken_meanwhile",
    ),
    "S6": ("webex/client/test_client.py::test_an_answer_that_trickles_ends_at_the_deadline",),
}
