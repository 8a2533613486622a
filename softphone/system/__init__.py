"""The computer: files, folders, logs, time, threads, and how this program is started and ended.

No module here knows lines or accounts. Entered from everywhere above `errors`.
"""
