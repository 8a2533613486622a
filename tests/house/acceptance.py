"""The 45 checks of interface.md#checks, and the tests that make them: every one is judged by a machine.

What only an eye can judge, whether a picture is good, is in the pictures of `python -m tests.ui.gallery`.
"""

# What is checked, and the tests under tests/ that check it.
CHECKS: dict[int, tuple[str, tuple[str, ...]]] = {
    1: (
        "Cold start shows a usable window in under 2 s, no traceback",
        (
            "end_to_end/test_first_paint.py::test_the_window_is_on_the_screen_before_anything_heavy_is_imported",
            "end_to_end/test_main_job.py::test_the_person_gets_through_and_the_program_ends_well",
        ),
    ),
    2: (
        "Without a keyring the session-only notice shows and sign-in works",
        (
            "ui/checks/test_checks_sign_in.py::test_check_02_and_06_without_a_keyring_two_clicks_lead_to_registered",
            "ui/window/test_main_window.py::test_the_session_only_notice_shows_and_can_be_put_away",
        ),
    ),
    3: (
        "Signed out: exactly one primary button, focused; Enter presses it",
        ("ui/window/test_main_window.py::test_signed_out_has_one_primary_button_with_the_focus",),
    ),
    4: (
        "Sign-in shows the true host, Cancel, a time limit, the browser way",
        (
            "end_to_end/test_main_job.py::test_the_true_host_was_shown_while_signing_in",
            "end_to_end/test_own_browser.py::test_the_browser_comes_back_and_the_line_registers",
        ),
    ),
    5: (
        "Cancel returns to signed-out; no process or file is left",
        (
            "ui/checks/test_checks_sign_in.py::test_check_05_cancelling_leaves_no_process_and_no_file_of_the_page",
        ),
    ),
    6: (
        "calm: at most three clicks to Registered",
        (
            "ui/checks/test_checks_sign_in.py::test_check_02_and_06_without_a_keyring_two_clicks_lead_to_registered",
        ),
    ),
    7: (
        "Badge has shape and word; a greyscale picture tells states apart",
        (
            "ui/checks/test_checks_lines.py::test_check_07_a_greyscale_picture_tells_the_four_states_apart",
            "ui/kit/test_status_badge.py::test_all_shapes_differ_without_colour",
        ),
    ),
    8: (
        "'Confirmed n s ago' counts up and resets; the countdown too",
        (
            "ui/checks/test_checks_lines.py::test_check_08_the_proof_counts_up_and_the_next_check_down_until_the_keepalive",
        ),
    ),
    9: (
        "No answers: green ends with the proof; the first miss shows '1 of 5'",
        (
            "ui/checks/test_checks_lines.py::test_check_09_without_an_answer_green_ends_with_the_proof",
            "ui/checks/test_checks_lines.py::test_check_09_and_10_misses_are_counted_to_the_end_and_then_the_next_try_is_told",
        ),
    ),
    10: (
        "Fifth miss: a countdown or failover, never an endless spinner",
        (
            "ui/checks/test_checks_lines.py::test_check_09_and_10_misses_are_counted_to_the_end_and_then_the_next_try_is_told",
        ),
    ),
    11: (
        "primary-down: backup with the time of the way home; both servers named",
        (
            "ui/checks/test_checks_lines.py::test_check_11_and_23_the_backup_is_shown_with_the_way_home_and_the_timeline_outlives_a_restart",
        ),
    ),
    12: (
        "The roll-up is never green while a wanted line is not",
        (
            "ui/checks/test_checks_lines.py::test_check_12_the_roll_up_is_not_green_while_a_wanted_line_is_not_registered",
        ),
    ),
    13: (
        "Deregister stops all activity",
        ("ui/checks/test_checks_lines.py::test_check_13_deregister_stops_all_activity_for_two_minutes",),
    ),
    14: (
        "throttled: Retry now is disabled and says until when",
        (
            "ui/checks/test_checks_lines.py::test_check_14_retry_now_tries_each_host_that_asked_for_peace_once_and_is_gone",
        ),
    ),
    15: (
        "device-limit: nothing goes before it is chosen",
        (
            "end_to_end/test_device_limit.py::test_nothing_opens_and_nothing_goes_before_the_person_chose",
            "end_to_end/test_device_limit.py::test_exactly_the_chosen_device_went_and_the_other_one_stayed",
        ),
    ),
    16: (
        "elsewhere: no automatic retry; Take back registers",
        (
            "ui/checks/test_checks_lines.py::test_check_16_a_line_that_was_taken_stays_taken_until_it_is_taken_back",
        ),
    ),
    17: (
        "token-expires: one banner, one button; signing in restores",
        (
            "ui/window/test_main_window.py::test_an_ended_sign_in_has_one_banner_with_one_button_and_keeps_the_cards",
            "ui/checks/test_checks_sign_in.py::test_check_17_an_ended_sign_in_is_one_banner_and_signing_in_brings_the_lines_back",
        ),
    ),
    18: (
        "A transient renewal failure keeps the person signed in",
        (
            "ui/checks/test_checks_sign_in.py::test_check_18_a_renewal_that_fails_for_a_while_keeps_the_person_signed_in",
        ),
    ),
    19: (
        "offline: banner and grey badges, back by itself",
        (
            "ui/checks/test_checks_surroundings.py::test_check_19_offline_is_a_banner_and_grey_badges_and_ends_by_itself",
        ),
    ),
    20: (
        "Every error card: a sentence and at least one button",
        ("ui/checks/test_checks_every_scenario.py::test_checks_20_21_27_and_28_hold_in_every_scenario",),
    ),
    21: (
        "No modal appears by itself in any scenario",
        (
            "ui/checks/test_checks_every_scenario.py::test_checks_20_21_27_and_28_hold_in_every_scenario",
            "ui/window/test_main_window.py::test_no_window_but_the_main_one_ever_opens",
        ),
    ),
    22: (
        "The drawer has every row with units; copy gives the full value",
        (
            "wording/test_line_facts.py::test_every_row_with_its_unit",
            "wording/test_line_facts.py::test_no_value_is_ever_blank_or_a_programmers_word",
        ),
    ),
    23: (
        "Timeline: order across clock changes, filter, copy, clear, restart",
        (
            "ui/checks/test_checks_lines.py::test_check_23_the_timeline_is_searched_and_what_is_shown_is_copied",
            "ui/history/test_timeline.py::test_clearing_asks_first",
            "ui/checks/test_checks_lines.py::test_check_11_and_23_the_backup_is_shown_with_the_way_home_and_the_timeline_outlives_a_restart",
        ),
    ),
    24: (
        "Copied diagnostics hold no secret",
        (
            "ui/checks/test_checks_surroundings.py::test_check_24_copied_diagnostics_help_and_hold_no_secret",
            "checks/test_diagnostics.py::test_what_leaves_has_no_secret_and_keeps_what_support_needs",
        ),
    ),
    25: (
        "The exported zip opens and holds no secret",
        ("ui/checks/test_checks_surroundings.py::test_check_25_the_exported_zip_opens_and_holds_no_secret",),
    ),
    26: (
        "All by keyboard; tab order follows the layout; ring on every stop",
        (
            "ui/window/test_access.py::test_tab_follows_the_layout_even_for_buttons_that_came_later",
            "ui/window/test_access.py::test_the_focus_ring_is_seen_on_every_stop",
            "ui/window/test_access.py::test_keys_move_between_cards_and_work_on_the_card",
        ),
    ),
    27: (
        "Every control has an accessible name",
        (
            "ui/checks/test_checks_every_scenario.py::test_checks_20_21_27_and_28_hold_in_every_scenario",
            "end_to_end/test_screen_reader.py::test_every_button_that_shows_has_a_name",
        ),
    ),
    28: (
        "A change is announced once; assertive only for what asks",
        (
            "ui/checks/test_checks_every_scenario.py::test_checks_20_21_27_and_28_hold_in_every_scenario",
            "end_to_end/test_screen_reader.py::test_a_blind_person_signs_in_registers_deregisters_and_hears_it",
        ),
    ),
    29: (
        "Theme switch changes real pixels; contrast",
        (
            "ui/kit/test_theme.py::test_switching_changes_real_pixels_without_a_restart",
            "ui/kit/test_theme.py::test_words_borders_and_rings_have_contrast",
            "ui/kit/test_theme.py::test_sampled_badge_pixels_have_contrast",
        ),
    ),
    30: (
        "200 % and 420x320: nothing clipped",
        (
            "ui/window/test_access.py::test_nothing_is_clipped_or_out_of_reach",
            "ui/kit/test_language.py::test_every_screen_is_translated_and_nothing_is_cut_off",
        ),
    ),
    31: (
        "Forty lines: a tick repaints only visible cards",
        (
            "ui/window/test_main_window.py::test_only_cards_in_sight_are_renewed",
            "ui/lines/test_forty_lines.py::test_a_tick_moves_the_rings_in_sight_and_no_bar",
        ),
    ),
    32: (
        "Reduced motion stops the arc",
        ("ui/kit/test_status_badge.py::test_reduced_motion_stops_the_arc_at_once",),
    ),
    33: (
        "No tray: closing by key minimises",
        (
            "ui/checks/test_checks_surroundings.py::test_check_33_without_a_tray_the_window_minimises_and_its_menu_holds_what_a_tray_would",
        ),
    ),
    34: (
        "With a tray: shape, words, rows, damping",
        (
            "ui/desktop/test_tray.py::test_the_shape_is_that_of_the_worst_line",
            "ui/desktop/test_tray.py::test_a_panel_reads_icon_tooltip_and_menu_and_a_click_there_is_carried_out",
            "ui/desktop/test_tray.py::test_a_state_that_passes_at_once_repaints_nothing",
        ),
    ),
    35: (
        "Notification after 30 s, one on recovery, snooze, storms",
        ("wording/test_notifications.py::test_a_loss_is_told_after_half_a_minute_and_its_end_at_once",),
    ),
    36: (
        "A second start raises the first window and exits 0",
        ("end_to_end/test_running_program.py::test_a_second_start_raises_the_first_window_and_ends_well",),
    ),
    37: (
        "Kill -9 and restart: no duplicate device",
        ("end_to_end/endings/test_crash.py::test_after_a_crash_the_next_start_leaves_one_device",),
    ),
    38: (
        "Quit deregisters and ends, offline too",
        ("end_to_end/test_main_job.py::test_the_cloud_saw_the_whole_job_once_and_in_order",),
    ),
    39: (
        "Sign-out shows a receipt and the keyring entry is gone",
        (
            "ui/window/test_account_dialogs.py::test_check_39_signing_out_shows_what_was_done_and_what_was_not",
            "end_to_end/test_own_browser.py::test_signing_out_later_prints_a_receipt_and_leaves_nothing",
        ),
    ),
    40: (
        "status --json says what the window shows",
        ("ui/checks/test_checks_lines.py::test_check_40_the_status_command_tells_what_the_badges_say",),
    ),
    41: (
        "A policy file locks a key: control disabled, sign, words",
        (
            "ui/settings/test_settings_pages.py::test_what_the_organisation_has_set_is_locked_with_a_sign_and_words",
        ),
    ),
    42: (
        "Proxy and extra CA serve HTTP and the page",
        ("end_to_end/test_proxy.py::test_a_proxy_and_a_ca_of_the_cloud_file_serve_the_page_and_the_client",),
    ),
    43: (
        "Pseudo-locale and RTL: no clipping, no English left",
        ("ui/kit/test_language.py::test_every_screen_is_translated_and_nothing_is_cut_off",),
    ),
    44: (
        "24 h bar: not running is blank; the table has the same numbers",
        ("wording/test_plots.py::test_the_table_has_the_numbers_of_the_bar",),
    ),
    45: (
        "The ribbon is always seen in the demo; no network, no keyring",
        ("ui/checks/test_checks_sign_in.py::test_check_45_the_ribbon_is_seen_on_every_page_of_the_demo",),
    ),
}
