# The second factor: showing it, adding it, losing it; and what is told about sign-ins.

sign-in-passkey = 使用通行密钥登录

pending-title = 两步验证
pending-about = { $name } 的密码正确，请继续验证身份。
pending-leave = 返回登录

proof-passkey = 使用通行密钥
proof-code = 动态验证码
proof-code-hint = 验证器应用中显示的 6 位数字。
proof-submit = 继续
proof-recovery-other = 改用恢复码
proof-recovery = 恢复码
proof-recovery-hint = 每个恢复码只能使用一次。
proof-recovery-submit = 使用此恢复码
proof-wrong = 验证失败：内容不正确，或已经用过。
proof-wait = 错误次数过多，请等待 { $wait } 后再试，或改用其他方式。

factor-title = 两步验证
factor-about = 即使别人知道了您的密码，没有您的手机、通行密钥或恢复码也无法登录。
factor-signs-out = 添加新的方式后，您在其他位置的登录会话将全部结束。
factor-on = 已启用
factor-off = 未启用
factor-set-up = 设置
factor-manage = 管理
factor-required = 本面板要求所有人启用两步验证
factor-required-how = 请添加验证器应用或通行密钥，之后即可使用面板的其他页面。
factor-last = 这是您最后一种两步验证方式，而本面板要求所有人启用两步验证。请先添加另一种。

authenticator-title = 验证器应用
authenticator-about = 手机上的应用每 30 秒显示一个新的验证码，任何支持动态验证码的应用都可以。
authenticator-add = 添加验证器应用
authenticator-move = 更换验证器应用
authenticator-remove = 移除验证器应用
authenticator-scan = 1. 扫码
authenticator-scan-how = 打开应用，选择添加账号，用摄像头扫描二维码。
authenticator-type = 无法扫码？请在应用中手动输入此密钥：
authenticator-open = 在本机的验证器应用中打开
authenticator-copy = 复制密钥
authenticator-confirm = 2. 确认
authenticator-submit = 确认并启用
authenticator-wrong = 这不是应用当前显示的验证码。请确认手机时间准确，并输入最新的验证码。

passkey-title = 通行密钥
passkey-about = 用指纹、面容、PIN 或安全密钥代替用户名、密码和验证码。通行密钥无法被猜中，也不能用于其他网站。
passkey-name = 名称
passkey-name-hint = 便于您辨认，例如“笔记本电脑”“蓝色安全密钥”。
passkey-used = 最近使用
passkey-unused = 尚未使用
passkey-add = 添加通行密钥
passkey-remove = 移除
passkey-refused = 通行密钥未通过验证，请重试。
passkey-stopped = 浏览器没有提供通行密钥，请重试或改用其他方式。
passkey-needs-script = 使用通行密钥需要启用 JavaScript。
passkey-unknown-here = 此浏览器在这里无法使用通行密钥。
passkey-needs-address = 使用通行密钥需要面板有域名并启用 https：KIWIDECK_PUBLIC_URL。

recovery-title = 恢复码
recovery-about = 手机或通行密钥丢失时使用。每个恢复码可代替两步验证一次。
recovery-left =
    { $count ->
        [0] 已用完
       *[other] 剩余 { $count } 个
    }
recovery-renew = 重新生成恢复码
recovery-once = 恢复码只在此刻显示一次
recovery-once-how = 请打印或存入密码管理器，不要与密码放在一起。
recovery-renewed = 之前的恢复码已全部失效。
recovery-copy = 全部复制
recovery-download = 下载
recovery-kept = 我已妥善保存

settings-title = 设置
settings-about = 对本面板所有人生效。
settings-factor = 要求所有人启用两步验证
settings-factor-about = 尚未启用的用户在打开下一个页面时必须先完成设置，否则无法继续使用。
settings-factor-without = 还有 { $count } 人未启用：{ $names }
settings-factor-own-first = 请先为您自己启用两步验证，以免把自己锁在外面。

notice-new-device = 您的账号在新的浏览器上登录：{ $browser }，地址 { $address }。如果不是您本人操作，请修改密码。
notice-recovery-code-used = 有人在 { $address } 使用了一个恢复码，剩余 { $left } 个。如果不是您本人操作，请修改密码并重新生成恢复码。
notice-recovery-codes-few =
    { $left ->
        [0] 最后一个恢复码已在 { $address } 使用，请重新生成恢复码。
       *[other] 有人在 { $address } 使用了一个恢复码，只剩 { $left } 个，请重新生成恢复码。
    }
notice-codes-guessed = 有人在 { $address } 用您的正确密码登录，并连续输错 5 次动态验证码。如果不是您本人操作，请修改密码。
notice-factor-added =
    { $kind ->
        [app] 有人在 { $address } 为您的账号添加了验证器应用。如果不是您本人操作，请修改密码，并请管理员重置您的两步验证。
       *[passkey] 有人在 { $address } 为您的账号添加了通行密钥“{ $name }”。如果不是您本人操作，请移除它并修改密码。
    }
notice-factor-removed =
    { $kind ->
        [app] 有人在 { $address } 移除了您的验证器应用。如果不是您本人操作，请修改密码并重新设置。
       *[passkey] 有人在 { $address } 移除了您的通行密钥“{ $name }”。如果不是您本人操作，请修改密码。
    }
notice-recovery-codes-made = 有人在 { $address } 重新生成了恢复码，之前的恢复码已失效。如果不是您本人操作，请修改密码并再次重新生成。
notice-password-changed = 有人在 { $address } 修改了您的密码。如果不是您本人操作，请联系管理员。
notice-password-reset = 您的密码已被重置。如果您没有提出过此要求，请联系管理员。
notice-factor-reset = { $name } 重置了您的两步验证，请重新设置。

event-new-device = 在新的浏览器上登录
event-codes-guessed = 连续 5 次输错动态验证码
event-recovery-code-used = 使用恢复码
event-recovery-codes-made = 生成恢复码
event-factor-added = 添加两步验证方式
event-factor-removed = 移除两步验证方式
event-factor-reset = 重置两步验证
event-settings-changed = 修改设置
