"""What a person at a terminal sees of the running program. Entered from `headless.remote` and `commands`."""
