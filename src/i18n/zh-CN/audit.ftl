# Looking things up in the audit log, and taking them elsewhere.

audit-events = 面板内的操作
audit-calls = KiwiVM 调用
audit-by-panel = 面板自动执行
audit-by-command = 命令行
audit-first-day = 开始日期
audit-last-day = 结束日期
audit-bad-day = 日期请写成 2026-05-28 的形式。
audit-days-turned = 结束日期早于开始日期。
audit-took = { $ms } 毫秒
audit-request = 请求编号，可据此在面板的运行日志中查找
audit-export-csv = 导出 CSV
audit-export-jsonl = 导出 JSON Lines

event-audit-chained = 操作日志的哈希链已建立
event-audit-archived = 操作日志已归档
event-audit-exported = 操作日志已导出
