# What the provider holds against a VPS.

abuse-title = 停用与违规
abuse-about = 服务商记录的停用和违规情况。
abuse-points = 违规积分
abuse-points-so-far = 此 VPS 的累计积分
abuse-points-about = 每条记录都会计分，上限由服务商规定。
# Numbers are written out already: 160 of 1,200.
abuse-points-of = { $total } 分，上限 { $max } 分
abuse-points-only = { $total } 分，上限未知
abuse-points-unknown = 未知
abuse-suspensions = 停用记录
abuse-violations = 违规记录
abuse-none = 没有未处理的记录
abuse-cause-first = 请先消除原因：再次发生会重新计分。
abuse-no-reason = 未说明原因
abuse-no-evidence = KiwiVM 未提供证据。
abuse-found = 发现时间
abuse-deadline = 未处理则停用
abuse-overdue = 已逾期
abuse-overdue-about = 期限已过，此 VPS 可能已被停用，请重新获取。
abuse-ends = 解除方式
abuse-soft = 可自助解除
abuse-hard = 须联系客服
abuse-support = 联系客服
abuse-support-about = 此记录只能由服务商客服解除，联系时请提供记录编号。
abuse-unnumbered = KiwiVM 未给出此记录的编号，无法在此处理。
abuse-doubt = KiwiVM 未说明此记录能否自助解除。可以尝试；如被拒绝，请联系客服。
abuse-unsuspend = 解除停用：记录 { $case }
abuse-resolve = 原因已消除，处理记录 { $case }
abuse-transfer = 流量用完，已被停用
abuse-transfer-returns = 没有需要解除的记录，流量重置后自动恢复：{ $date }。
abuse-transfer-unknown = 没有需要解除的记录，流量重置后自动恢复；KiwiVM 未说明重置时间。
abuse-caseless = 已被停用，但没有记录
abuse-caseless-about = KiwiVM 显示此 VPS 已被停用，但没有列出任何记录。这通常是流量用完所致；如果不是，请联系客服。
abuse-caseless-resets = 流量重置时间：{ $date }。
abuse-see-usage = 查看用量
