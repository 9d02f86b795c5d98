# Making a call, what came of it, the shell, and the audit log.

call-submit = { $call }：{ $label }
call-submit-read = 向 KiwiVM 查询 { $label }
call-target = 目标 VPS
call-loses = 将永久丢失的内容
call-interrupts = 此操作会中断服务
call-protected = 此 VPS 已开启保护
call-needs = 需要“{ $right }”权限
call-flag-odd = 请二选一。
call-port-odd = 端口是 1 到 65535 之间的数字。
call-json-odd = 不是 JSON 对象。
call-one-line = 这里只能填一行。
call-no-nul = 不能发送 NUL 字符。
call-choices-as-of = 选项更新：
call-choices-asking = 正在向 KiwiVM 获取选项，页面会自动刷新。
call-choices-none = KiwiVM 没有列出可选项，填写的内容会原样发送。
call-page = 前往“{ $page }”
done-goes-on = 耗时操作可能仍在执行。
done-details = 详情
confirm-host = 面板自身就运行在这台 VPS 上。我知道此操作也会中断面板。
confirm-host-needed = 请先勾选：面板自身运行在这台 VPS 上。

action-unknown-call = 未知接口
action-headline = { $call }：{ $outcome }
action-sent = 已发出
action-sent-ago = 秒
action-reply = 返回内容
action-raw = 原始返回
action-raw-cut = 其余部分未显示。
action-call = 接口
action-by = 操作人
action-at = 时间
action-took = 耗时
action-code = 返回码
action-back = 返回 { $label }
action-again = 再次查询
action-watch = 查看执行情况
action-progress = 查看进度
action-cold-start = 完全关机再开机后生效：先关机，再开机，只重启不行。

case-only-hard = KiwiVM 列出的记录都不能自助解除，须联系客服。

secret-once = 只显示这一次
secret-once-about = 请立即复制。它不会保存在任何地方，本页也不会再次显示。
secret-waits = 返回内容包含 { $count } 项机密信息
secret-waits-about = 只有您能查看，最多保留十分钟，且只显示一次。
secret-reveal = 显示（仅一次）
copy-secret = 复制机密信息

reply-untold = KiwiVM 没有返回。
reply-nothing = 无
reply-more = 另有 { $count } 项

audit-about = 谁做了什么、结果如何。记录只增不改。
audit-empty = 没有记录
audit-what = 操作
audit-outcome = 结果
audit-from = 来源
audit-pages = 翻页
audit-older = 更早

event-setup = 创建第一个管理员
event-sign-in = 登录
event-sign-in-half = 密码正确，等待两步验证
event-sign-out = 退出登录
event-password-changed = 修改自己的密码
event-password-reset = 重置密码
event-grant-given = 授权
event-grant-taken = 撤销授权
event-vps-protected = 开启 VPS 保护
event-vps-unprotected = 解除 VPS 保护
event-proof = 验证身份
event-session-ended = 结束会话
event-person-added = 添加用户
event-person-invited = 邀请用户
event-person-joined = 接受邀请
event-invitation-withdrawn = 撤回邀请
event-link-made = 生成链接
event-person-changed = 修改角色
event-person-disabled = 禁用用户
event-person-enabled = 启用用户
event-vps-added = 添加 VPS
event-vps-changed = 修改 VPS
event-vps-removed = 移除 VPS
event-vps-imported = 导入 VPS
event-usage-exported = 导出用量
event-secrets-shown = 查看机密信息

