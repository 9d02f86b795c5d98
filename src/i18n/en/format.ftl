# Sizes. Binary units: KiwiVM counts 1024³. Argument: $number, already rounded.
format-bytes = { $number } B
format-kibibytes = { $number } KiB
format-mebibytes = { $number } MiB
format-gibibytes = { $number } GiB
format-tebibytes = { $number } TiB
format-pebibytes = { $number } PiB
format-exbibytes = { $number } EiB

# Rates, in units of a thousand. Argument: $number, already rounded.
format-bits-a-second = { $number } bit/s
format-kilobits-a-second = { $number } kbit/s
format-megabits-a-second = { $number } Mbit/s
format-gigabits-a-second = { $number } Gbit/s

format-group-separator = ,

# Spans of time. Argument: $number.
format-seconds = { $number } s
format-minutes = { $number } min
format-hours = { $number } h
format-days =
    { $number ->
        [one] { $number } day
       *[other] { $number } days
    }

# How long ago, and in .future how soon. Argument: $number.
format-just-now = just now
format-in-a-moment = in a moment
format-ago-minutes =
    { $number ->
        [one] { $number } minute ago
       *[other] { $number } minutes ago
    }
    .future =
        { $number ->
            [one] in { $number } minute
           *[other] in { $number } minutes
        }
format-ago-hours =
    { $number ->
        [one] { $number } hour ago
       *[other] { $number } hours ago
    }
    .future =
        { $number ->
            [one] in { $number } hour
           *[other] in { $number } hours
        }
format-ago-days =
    { $number ->
        [one] { $number } day ago
       *[other] { $number } days ago
    }
    .future =
        { $number ->
            [one] in { $number } day
           *[other] in { $number } days
        }
format-ago-months =
    { $number ->
        [one] { $number } month ago
       *[other] { $number } months ago
    }
    .future =
        { $number ->
            [one] in { $number } month
           *[other] in { $number } months
        }
format-ago-years =
    { $number ->
        [one] { $number } year ago
       *[other] { $number } years ago
    }
    .future =
        { $number ->
            [one] in { $number } year
           *[other] in { $number } years
        }

# Dates. Arguments: $year, $month and $day as numbers, $month-digits and $day-digits with two
# digits, $clock (14:05:09), $offset (UTC+8). A language uses those it needs.
format-date =
    { $day } { $month ->
        [1] January
        [2] February
        [3] March
        [4] April
        [5] May
        [6] June
        [7] July
        [8] August
        [9] September
        [10] October
        [11] November
       *[12] December
    } { $year }
format-date-time =
    { $day } { $month ->
        [1] Jan
        [2] Feb
        [3] Mar
        [4] Apr
        [5] May
        [6] Jun
        [7] Jul
        [8] Aug
        [9] Sep
        [10] Oct
        [11] Nov
       *[12] Dec
    } { $year }, { $clock } { $offset }
# A day with its weekday. $weekday is 1 for Monday to 7 for Sunday.
format-day =
    { $weekday ->
        [1] Mon
        [2] Tue
        [3] Wed
        [4] Thu
        [5] Fri
        [6] Sat
       *[7] Sun
    } { $day } { $month ->
        [1] Jan
        [2] Feb
        [3] Mar
        [4] Apr
        [5] May
        [6] Jun
        [7] Jul
        [8] Aug
        [9] Sep
        [10] Oct
        [11] Nov
       *[12] Dec
    } { $year }
format-day-time = { $day }, { $clock }
format-date-unknown = unknown date
