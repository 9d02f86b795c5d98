# KiwiVM's audit log and ours on one time line.

records-title = 日志
records-about = 本面板的操作与 KiwiVM 自己的记录，合并在同一条时间线上。
records-both = 全部
records-panel = 本面板
records-kiwivm = KiwiVM
records-only-elsewhere = KiwiVM 中非本面板的记录
records-only-ours = 只看本面板的完整日志
records-unread = 尚未获取 KiwiVM 审计日志。
records-panel-addresses = KiwiVM 看到的本面板地址：{ $addresses }
records-separator = 、
records-source = 来源
records-who-label = 操作人
records-who-hint = 用户名或 IP
records-no-time = 时间未知
records-no-address = 地址未知
records-no-summary = KiwiVM 未说明
records-type = 类型 { $type }
records-this-panel = 本面板
records-not-this-panel = 非本面板
# $more addresses are not named.
records-elsewhere = 最近 30 天有 { $count } 条记录来自其他地址：{ $addresses }{ $more ->
        [0] 。
       *[other] ，另有 { $more } 个。
    }
records-elsewhere-about = 可能有人使用了 KiwiVM 自己的面板，也可能有其他人拿到了密钥。如果不是你们自己操作的，请更换密钥：先在 KiwiVM 面板生成新密钥，再保存到这里。
records-see-them = 查看这些记录
records-change-key = 更换密钥
records-who = 谁有权限
records-tell-admin = 管理员可以在这里更换密钥。
records-unlearnt = 尚不清楚 KiwiVM 看到的本面板地址：KiwiVM 审计日志中没有与本面板操作对应的记录。
records-unlearnt-next = 下次通过本面板执行更改后，就能标出来自其他地址的记录。
records-none-yet = 暂未找到符合条件的记录，更早的记录尚未查找
records-none-fits = 没有符合条件的记录
records-trace-logged = KiwiVM 在 { $after } 后记录了“{ $summary }”：操作很可能已执行。
records-trace-elsewhere = KiwiVM 在 { $after } 后记录了“{ $summary }”，但来自 { $address }，不是本面板的地址。无法确定此操作是否已执行，请核对。
records-trace-nothing = KiwiVM 在 { $span } 内没有相应的记录：操作很可能没有执行。重复操作前请先核对。
records-trace-silent = KiwiVM 在 { $span } 内没有相应的记录。尚不清楚 KiwiVM 是否记录此类操作，因此无法判断，请核对。
records-trace-ask = KiwiVM 审计日志获取得太早，还无法判断。请在操作几分钟后重新获取。
records-trace-untold = KiwiVM 审计日志无法说明：记录不够早，或缺少所需内容。
