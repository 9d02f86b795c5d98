# The sentence on top of a VPS's overview, its screen, and what cannot be seen from here.

verdict-running = 运行中。
verdict-starting = 开机中。
verdict-unknown = KiwiVM 没有说明是否在运行。
verdict-unchecked = 尚未获取数据。
verdict-off = 已关机。
verdict-stopped = 已关机。KiwiVM 没有停用它：有人关了机，或系统自行关机。
verdict-suspended =
    已被 KiwiVM 停用{ $flag ->
        [unknown] { "" }
       *[other] （{ $flag }）
    }{ $soft ->
        [soft] ：消除原因后可自助解除。
        [hard] ：只能联系客服解除。
       *[unknown] ，KiwiVM 没有说明能否自助解除。
    }
verdict-suspended-unread = 已被 KiwiVM 停用，正在获取原因。
verdict-suspended-caseless = 已被 KiwiVM 停用，但没有列出任何记录。这通常是流量用完所致；如果不是，请联系客服。
verdict-transfer-used-up =
    已被停用：本月流量已用完{ $date ->
        [unknown] ，流量重置后自动恢复。
       *[other] ，{ $date } 自动恢复。
    }
verdict-violation =
    KiwiVM 发现违规{ $flag ->
        [unknown] { "" }
       *[other] （{ $flag }）
    }{ $time ->
        [unknown] ，不处理将被停用。
        [past] ，处理期限已过，随时可能被停用。
       *[other] ，如不处理，将在 { $time }后被停用。
    }
verdict-null-routed =
    KiwiVM 已将 { $ip } 空路由（黑洞）{ $time ->
        [unknown] ，
        [past] ，按时间应已解除，
       *[other] ，还剩 { $time }，
    }原因是受到攻击。系统本身没有问题，到时自动解除。
verdict-cpu-throttled = CPU 长时间占用过高，被 KiwiVM 限速，2 小时内自动解除。
verdict-disk-throttled = 磁盘长时间读写过多，被 KiwiVM 限速，15 分钟到 3 小时后自动解除。
verdict-locked = KiwiVM 正在操作这台 VPS，完成后自动恢复，并非故障。
verdict-key-refused = KiwiVM 不接受这里保存的密钥，因此看不到 VPS 的状态。密钥可能在 KiwiVM 里换过，或与 VEID 不匹配；VPS 本身可能正常。
verdict-unreachable =
    本面板无法连接 KiwiVM，这不代表 VPS 有问题{ $seen ->
        [unknown] 。
       *[other] ，{ $seen }。
    }
# $state is one of the words for a state, $ago such as "3 minutes ago".
verdict-seen = { $ago }的状态是“{ $state }”
verdict-renewal = { $renewal }。
verdict-transfer =
    流量已用 { $percent }{ $time ->
        [unknown] { "" }
       *[other] ，距重置还有 { $time }
    }{ $outlook ->
        [lasts] ，按目前速度够用。
        [runs-out] ，按目前速度将在 { $date }用完，比重置日早 { $before }。
        [early] ，尚无法判断够不够用。
       *[unknown] 。
    }

overview-others = 其他需要处理的事项
overview-renewal = 续费
overview-points = 剩余 API 点数
overview-points-left = 15 分钟内 { $quarter }，24 小时内 { $day }
overview-guest-hostname = 系统内主机名
overview-mac = MAC 地址

screen-title = 屏幕
screen-take = 查看屏幕
screen-again = 重新截屏
screen-alt = { $label } 的屏幕
screen-about = 点击查看原图。截图保留十分钟，查看行为会记入操作日志。
screen-gone = 截图已过期：只为请求者保留十分钟。
screen-none = KiwiVM 没有返回画面。只有运行中的 KVM 机器才有。

outside-title = 在运行却连不上？
outside-about = KiwiVM API 不提供被墙检测，这里无法判断。以下是服务商的页面，需要在那边登录。
outside-check = 检测 IP 是否被墙
outside-change = 申请更换 IP
outside-console = 打开 VNC 控制台
outside-key = 生成新的 API 密钥
outside-key-about = 然后在这里更换

vps-renews-on = 续费日期
vps-renews-on-hint = 下一次付款的日期，提前 14 天提醒。
vps-price = 价格
vps-price-hint = 可随意填写，例如 49.99 美元/年。
vps-day-odd = 这不是日期，例如 2026-12-03。
