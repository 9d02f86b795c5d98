# What a VPS used: its transfer, cycle by cycle, and its use over time.

usage-title = Usage
usage-this-cycle = This cycle
usage-share = Used
usage-pace = Pace
usage-a-day = { $bytes } a day
usage-reset = Next reset
usage-multiplier = Multiplier
usage-multiplier-about = KiwiVM counts both sides multiplied; so do these figures.
usage-no-outlook = Without a quota and a reset still to come there is no forecast.
usage-transfer-unknown = KiwiVM has not said what the transfer of this VPS is.
usage-unknown = unknown
usage-past = Past cycles
usage-past-none = KiwiVM tells only of the present cycle. Those that end while this panel runs will stand here.
usage-ended = Ended
usage-used = Used
usage-quota = Quota
usage-last-read = Last read

usage-nothing = No use recorded
usage-nothing-yet = KiwiVM records a point every five minutes. A new VPS has none at first: ask again later.
usage-nothing-failed = Nothing was read yet. Ask again when the reason above is gone.
usage-none-here = Nothing was recorded in this span
usage-show-all = Show all there is
usage-spans = Span
usage-day = 24 hours
usage-week = 7 days
usage-month = 30 days
usage-year = 1 year
usage-all = All
usage-chosen = Chosen
usage-from = From
usage-to = To
usage-show = Show
usage-bad-moment = This is no day and time.
usage-turned = The end lies before the beginning.
usage-time = Time
usage-drag = Drag across a chart to look closer.
usage-whole = Show the whole span
usage-figures-of = Figures of this part

usage-cpu = CPU
usage-network-in = Network in
usage-network-out = Network out
usage-disk-read = Disk read
usage-disk-write = Disk write
usage-figures = Figures of this span
usage-measure = Measure
usage-total = Total
usage-average = Average
usage-percentile = 95th percentile
usage-highest = Highest
usage-figures-about = Rates are averages of five minutes each, and of an hour each where they are older than { $days } days. Each point of a chart is an average too: peaks show when you look closer. 100% is one core.
# $bytes is a size such as 1.46 MiB.
usage-a-second = { $bytes }/s
# The same rate twice: $bits such as 12 Mbit/s, $bytes such as 1.43 MiB/s.
usage-both-rates = { $bits } ({ $bytes })
usage-download = Download as CSV
usage-graphs-about = KiwiVM also has an older, obsolete call:
