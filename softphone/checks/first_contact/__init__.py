"""First contact: one try at a service that nobody here has seen, told as shapes (first-contact.md).

    run.FirstContact --Client.on_exchange--> watching.Watcher --> shapes, differences --> report

`shapes` keeps no value; `expected` is the table of what protocol.md promises; `differences` asks the
program's own readers what an odd answer would break. Entered from `app`.
"""
