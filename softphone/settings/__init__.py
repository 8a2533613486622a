"""What is chosen by the person, the organisation and the cloud's file, and what is remembered.

`keys` is the table of settings, `store` where they are kept, `policy_file` what the organisation has fixed,
`cloud_file` which service is used, `profile` the accounts and devices of this installation. Both that are
written are a `toml_file`. Entered from everywhere above `system`.
"""
