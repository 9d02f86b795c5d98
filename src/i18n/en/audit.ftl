# Looking things up in the audit log, and taking them elsewhere.

audit-events = In the panel
audit-calls = KiwiVM calls
audit-by-panel = the panel itself
audit-by-command = command line
audit-first-day = First day
audit-last-day = Last day
audit-bad-day = Write a day like 2026-05-28.
audit-days-turned = The last day is before the first.
audit-took = { $ms } ms
audit-request = Request id: it ties this entry to the panel’s log
audit-export-csv = Export CSV
audit-export-jsonl = Export JSON Lines

event-audit-chained = Chain of the audit log begun
event-audit-archived = Audit log archived
event-audit-exported = Audit log exported
