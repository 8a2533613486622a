"""What happened, seen: the timeline, a day as a bar, round trips as a chart, a moment of the past.

`history_reader.History` asks the journal. Entered from `ui.window` and `ui.lines`.
"""
