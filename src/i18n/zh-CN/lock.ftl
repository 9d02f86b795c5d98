# Long operations: that one runs, that one has ended, and what is otherwise since.

lock-since = 首次发现：
lock-said = 最近更新：
# $operation is KiwiVM's own title, or the word unknown.
lock-ended =
    { $operation ->
        [unknown] 耗时操作已结束
       *[other] 已结束：{ $operation }
    }
lock-unnamed = 耗时操作
lock-comparing = 正在获取结束后的数据，以便对比变化。
lock-nothing = 机房、IP、系统、主机名和套餐都与之前相同。这不一定有问题，请核对这次操作的目的。
lock-doubt = KiwiVM 不会说明操作是否成功，请自行核对；它发出的邮件里有更多信息。
lock-gone = 已失效的旧 IP
lock-reload = 重新载入页面

operations-title = 耗时操作
    .about = 本面板看到的、让这台 VPS 被锁定的操作，以及前后的变化。操作是否成功，KiwiVM 不会说明。
operations-empty = 还没有看到过耗时操作
    .about = 重装系统、创建快照或迁移机房时，KiwiVM 一锁定 VPS，这里就会显示。
operations-none-ended = 没有看到过其他耗时操作。
operations-what = 操作
operations-ended = 结束于
operations-changed = 变化
operations-nothing = 未发现变化
