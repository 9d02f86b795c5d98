# What a call can come to beside success. The message says what happened, .next what to do.
# Nothing here may promise that a second try is safe: after a change, the outcome can be unknown.

## The way to KiwiVM. Arguments: $reason is short and from the network code; $seconds is how long
## was waited; $status is the HTTP status and $beginning the first words of the reply.

fault-unreachable = 无法连接 KiwiVM（{ $reason }）。请求没有发出，因此没有执行任何操作。
    .next = VPS 本身可能正常。一分钟后再试，如果一直如此，请检查本面板的网络。
fault-silent = KiwiVM 收到了请求，但 { $seconds } 秒内没有返回完整结果。
    .next = 查询可以重试。变更类操作结果未知，请先核对，勿重复操作。
fault-broken = 与 KiwiVM 的连接中断，没有收到完整结果（{ $reason }）。
    .next = 查询可以重试。变更类操作结果未知，请先核对，勿重复操作。
fault-nonsense = 收到了 HTTP { $status } 响应，但不是 KiwiVM 的返回格式。开头是：“{ $beginning }”
    .next = KiwiVM 可能在维护，或 API 点数已用完。查询可以过几分钟重试，变更类操作请先核对 VPS 状态。
fault-too-long = KiwiVM 返回的内容超过了本面板的上限，其余部分没有接收。
    .next = 重试也是一样。变更类操作多半已经执行，请先核对 VPS 状态。
fault-too-many-requests = 这个密钥的请求过于频繁，KiwiVM 没有执行这次请求。
    .next = 等几分钟再试，并检查是否有其他程序在用同一个密钥。

## KiwiVM said no. Arguments: $code and $message are KiwiVM's own.

refusal-authentication = KiwiVM 不接受这个密钥：“{ $message }”（{ $code }）。API 密钥或 VEID 有误，KiwiVM 不会说明是哪一个。
    .next = 到 KiwiVM 面板核对这两项，然后重新保存密钥。
# $operation and $percent may each be the word unknown.
refusal-locked =
    VPS 锁定中，{ $operation ->
        [unknown] 正在执行耗时操作
       *[other] 正在执行 { $operation }
    }{ $percent ->
        [unknown] { "" }
       *[other] ，已完成 { $percent }%
    }，KiwiVM 没有执行这次请求（{ $code }）。
    .next = 这是正常情况，等操作完成后再试。
refusal-not-running = VPS 处于开机状态才能执行（{ $code }）。
    .next = 先开机，再重新操作。
refusal-already-running = VPS 已经处于开机状态（{ $code }）。
    .next = 无需操作。如果没有响应，可以试试重启。
refusal-missing-parameter = 缺少必填项：“{ $message }”（{ $code }）。
    .next = 补全后重新提交。
refusal-migration-unavailable = KiwiVM 暂时无法迁移这台 VPS（{ $code }）。可能是迁移服务暂不可用，也可能是 IP 被墙或被空路由（黑洞），返回的都是这个错误。
    .next = 过几个小时再看；反复提交没有用，换目标机房也没有用。如果是 IP 被墙，请走搬瓦工的更换 IP 流程。
refusal-password-needs-running = VPS 处于开机状态才能重置 root 密码（{ $code }）。
    .next = 先开机，等系统启动完成后再试。
refusal-other = 被 KiwiVM 拒绝：“{ $message }”（{ $code }）。
    .next = 没有执行任何操作。KiwiVM 只返回了以上信息，看不出原因时请联系客服。
