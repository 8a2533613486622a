"""What the exit codes mean, for every command."""

EXIT_OK = 0  # all wanted lines are registered, what was waited for was met, or the command was carried out
EXIT_TROUBLE = 1  # some or none are, or it was not
EXIT_USAGE = 2  # an option, a file or a folder is wrong
EXIT_NOT_RUNNING = 3  # no program runs that could be asked
EXIT_SIGN_IN_NEEDED = 4  # or the set-up: nobody can sign in without a client ID
EXIT_TIME_RAN_OUT = 5
EXIT_PROFILE_IN_USE = 6  # by another process
