# What a VPS used: its transfer, cycle by cycle, and its use over time.

usage-title = 用量
usage-this-cycle = 本周期
usage-share = 已用比例
usage-pace = 平均速度
usage-a-day = 每天 { $bytes }
usage-reset = 流量重置日
usage-multiplier = 流量系数
usage-multiplier-about = KiwiVM 计算已用量和配额时都会乘以该系数，此处数值也已相乘。
usage-no-outlook = 没有配额或没有未到的重置日，无法预测。
usage-transfer-unknown = KiwiVM 尚未告知此 VPS 的流量。
usage-unknown = 未知
usage-past = 以往周期
usage-past-none = KiwiVM 只提供当前周期的数据。本面板运行期间结束的周期会列在这里。
usage-ended = 结束日期
usage-used = 已用
usage-quota = 配额
usage-last-read = 最后一次获取

usage-nothing = 没有用量记录
usage-nothing-yet = KiwiVM 每五分钟记录一次。新开通的 VPS 起初没有记录，请稍后重新获取。
usage-nothing-failed = 尚未获取到任何数据。上述原因消除后，请重新获取。
usage-none-here = 此时段没有记录
usage-show-all = 显示全部
usage-spans = 时段
usage-day = 24 小时
usage-week = 7 天
usage-month = 30 天
usage-year = 1 年
usage-all = 全部
usage-chosen = 自定义
usage-from = 开始
usage-to = 结束
usage-show = 显示
usage-bad-moment = 日期或时间无效。
usage-turned = 结束时间早于开始时间。
usage-time = 时间
usage-drag = 在图上拖动可放大查看。
usage-whole = 显示整个时段
usage-figures-of = 查看此段的统计

usage-cpu = CPU
usage-network-in = 网络流入
usage-network-out = 网络流出
usage-disk-read = 磁盘读取
usage-disk-write = 磁盘写入
usage-figures = 此时段的统计
usage-measure = 项目
usage-total = 总计
usage-average = 平均
usage-percentile = 第 95 百分位
usage-highest = 最高
usage-figures-about = 速率按每五分钟取平均；{ $days } 天以前的数据按小时取平均。图中的每个点也是平均值，放大后才能看到峰值。100% 表示一个核心。
# $bytes is a size such as 1.46 MiB.
usage-a-second = { $bytes }/s
# The same rate twice: $bits such as 12 Mbit/s, $bytes such as 1.43 MiB/s.
usage-both-rates = { $bits }（{ $bytes }）
usage-download = 下载 CSV
usage-graphs-about = KiwiVM 还有一个已废弃的旧接口：
