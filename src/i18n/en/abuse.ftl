# What the provider holds against a VPS.

abuse-title = Abuse
abuse-about = Suspensions and policy violations, as the provider records them.
abuse-points = Points
abuse-points-so-far = Against this VPS
abuse-points-about = Each case costs points; the provider sets how many are allowed.
# Numbers are written out already: 160 of 1,200.
abuse-points-of = { $total } of { $max } points
abuse-points-only = { $total } points; the maximum is unknown
abuse-points-unknown = unknown
abuse-suspensions = Suspensions
abuse-violations = Policy violations
abuse-none = No open case
abuse-cause-first = Remove the cause first: if it comes back, it counts again.
abuse-no-reason = No reason given
abuse-no-evidence = KiwiVM shows no evidence.
abuse-found = Found
abuse-deadline = Suspended unless resolved
abuse-overdue = overdue
abuse-overdue-about = The time has passed. The VPS may be suspended already; ask again.
abuse-ends = How it ends
abuse-soft = here, with the button
abuse-hard = only by the provider’s support
abuse-support = contact support
abuse-support-about = Only the provider’s support can end this case. Give them its number.
abuse-unnumbered = KiwiVM gives no number for this case, so it cannot be ended from here.
abuse-doubt = KiwiVM does not say whether this case can be ended here. You can try; if it refuses, contact support.
abuse-unsuspend = Unsuspend: case { $case }
abuse-resolve = The cause is removed: resolve case { $case }
abuse-transfer = Suspended because the transfer is used up
abuse-transfer-returns = There is no case to end. It comes back at the next reset: { $date }.
abuse-transfer-unknown = There is no case to end. It comes back at the next reset; KiwiVM does not say when that is.
abuse-caseless = Suspended without a case
abuse-caseless-about = KiwiVM says that it is suspended and lists no case. Mostly the transfer is used up then; if it is not, contact support.
abuse-caseless-resets = The next reset of the transfer is on { $date }.
abuse-see-usage = See usage
