# Rights over a VPS. Each includes those before it, except the shell, which is given on its own.

right-view = 查看
    .about = 查看 VPS 及其最近数据，执行只读操作。
right-operate = 操作
    .about = 另可开关机、重启、创建快照，以及做其他可以改回来的变更。
right-manage = 管理
    .about = 另可执行高危操作（不可撤销），以及可获得 root 权限或关闭告警的操作。
right-shell = 命令行
    .about = 以 root 身份在 VPS 上执行命令和脚本。
right-admin = 管理员
    .about = 对全部 VPS 拥有全部权限，并可管理成员、密钥、授权和设置。

# Roles of people.

role-admin = 管理员
    .about = 管理用户、VPS 和密钥，拥有全部权限。
role-member = 成员
    .about = 只能做已授权的操作。

# What became of an action.

outcome-accepted = 已受理
    .about = KiwiVM 已受理请求。
    .locks = 耗时操作可能仍在执行。
outcome-done = 成功
outcome-answered = 已返回
    .about = KiwiVM 已返回数据，内容如下。
outcome-refused = 被拒绝
    .about = 被 KiwiVM 拒绝，没有执行任何操作。
outcome-unknown = 结果未知
    .about = 请求已发出，但没有收到回复。结果未知，请先核对，勿重复操作。
outcome-unsent = 未发出
    .about = 请求没有离开本面板，没有执行任何操作。
outcome-running = 执行中
    .about = 请求已发给 KiwiVM，正在等待回复。

# What needs attention, and in .next the next step. $percent is a whole number without its sign.

attention-suspended = 已被停用（Suspended）
    .next = 查看原因。
    .act = 查看原因
# $date may be the word unknown.
attention-transfer-used-up = 已被停用：流量用完
    .next =
        { $date ->
            [unknown] 流量已用完，流量重置后自动恢复。
           *[other] 流量已用完，流量重置日：{ $date }，届时自动恢复。
        }
    .act = 查看用量
attention-violation = 违规
    .next = 在被停用之前处理。
    .act = 查看原因
attention-null-routed = IP 被空路由（黑洞）：{ $ip }
    .next = 到时自动解除，无需操作。
    .act = 查看 IP
attention-transfer-high = 流量已用 { $percent }%
    .next = 查看流量去向。
    .act = 查看用量
attention-stopped = 已关机
    .next = 如非有意，请开机。
    .act = 开机
# $operation and $percent may each be the word unknown.
attention-locked =
    { $operation ->
        [unknown] 锁定中
       *[other] 锁定中（正在执行 { $operation }）
    }{ $percent ->
        [unknown] { "" }
       *[other] ，已完成 { $percent }%
    }
    .next = 等待完成，会自动解锁。
    .act = 查看进度
attention-cpu-throttled = CPU 被限速
    .next = 找出占用高的进程，2 小时内自动解除。
    .act = 查看用量
attention-disk-throttled = 磁盘被限速
    .next = 找出读写频繁的进程，3 小时内自动解除。
    .act = 查看用量
attention-renewal =
    { $days ->
        [0] 今天需要续费
       *[other] { $days } 天后需要续费
    }
    .next = 按时付款，然后填写下一次的日期。
    .act = 修改日期
attention-renewal-past = 续费日期已过 { $days } 天
attention-unreachable = 无法连接 KiwiVM
    .next = VPS 可能正常，稍候再看，或检查本面板的网络。
    .act = 其他查看方式
attention-key-refused = 密钥被拒绝
    .next = 重新保存 API 密钥。
    .act = 更换密钥

# The state of a VPS.

state-running = 运行中
state-stopped = 已关机
state-starting = 开机中
state-locked = 锁定中
state-suspended = 已被停用
state-unchecked = 尚未获取
state-unreachable = 无法连接 KiwiVM
state-key-refused = 密钥被拒绝
state-unknown = 未知
