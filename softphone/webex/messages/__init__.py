"""The message socket: how an account hears of its calls (sockets.md). One for each account.

`message_keeper.MessageKeeper` keeps it open, by the rules of `socket_rules` (pure); `message_socket` is one
connection, `dial` its way there, `message_frames` what is read of what comes (pure).
"""
