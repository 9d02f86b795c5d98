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
format-seconds = { $number } 秒
format-minutes = { $number } 分钟
format-hours = { $number } 小时
format-days = { $number } 天

# How long ago, and in .future how soon. Argument: $number.
format-just-now = 刚刚
format-in-a-moment = 马上
format-ago-minutes = { $number } 分钟前
    .future = { $number } 分钟后
format-ago-hours = { $number } 小时前
    .future = { $number } 小时后
format-ago-days = { $number } 天前
    .future = { $number } 天后
format-ago-months = { $number } 个月前
    .future = { $number } 个月后
format-ago-years = { $number } 年前
    .future = { $number } 年后

# Dates. Arguments: $year, $month and $day as numbers, $month-digits and $day-digits with two
# digits, $clock (14:05:09), $offset (UTC+8). A language uses those it needs.
format-date = { $year }年{ $month }月{ $day }日
format-date-time = { $year }-{ $month-digits }-{ $day-digits } { $clock } { $offset }
# A day with its weekday. $weekday is 1 for Monday to 7 for Sunday.
format-day =
    { $year }年{ $month }月{ $day }日 { $weekday ->
        [1] 周一
        [2] 周二
        [3] 周三
        [4] 周四
        [5] 周五
        [6] 周六
       *[7] 周日
    }
format-day-time = { $day } { $clock }
format-date-unknown = 日期未知
