"""What the exit codes mean, for every command."""

EXIT_OK = 0
EXIT_TROUBLE = 1
EXIT_USAGE = 2
EXIT_NOT_RUNNING = 3
EXIT_SIGN_IN_NEEDED = 4
EXIT_TIME_RAN_OUT = 5
EXIT_PROFILE_IN_USE = 6

# The help, the manual page and the guide (scripts.md#exit-codes) show this.
MEANINGS = {
    EXIT_OK: "all wanted lines are registered; what was waited for was met; it was done",
    EXIT_TROUBLE: "some or none are registered; it was not done; something is wrong",
    EXIT_USAGE: "an option, a file or a folder is wrong",
    EXIT_NOT_RUNNING: "no program is running that could be asked",
    EXIT_SIGN_IN_NEEDED: "somebody has to sign in first, or to set up the client ID",
    EXIT_TIME_RAN_OUT: "the time ran out before what was waited for",
    EXIT_PROFILE_IN_USE: "the profile is in use by another process",
}
