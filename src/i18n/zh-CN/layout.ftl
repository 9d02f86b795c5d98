# The frame of every page, and words that many pages share.

layout-skip = 跳到正文
layout-navigation = 主导航
layout-vpses = 全部 VPS
layout-audit = 操作日志
layout-people = 用户
layout-light = 浅色主题
layout-dark = 深色主题
layout-signed-in-as = 当前用户：{ $name }
layout-account = 账号
layout-sign-out = 退出登录

copy-label = 复制 { $text }
copy-done = 已复制
form-cancel = 取消
form-save = 保存
form-optional = 可选
form-choose = 请选择…
form-faults = 有 { $count } 处需要修改，尚未保存或发送任何内容。
form-missing = 此项必填。
form-yes = 是
form-no = 否
attention-since = 始于 { $time }。
attention-until = 持续到 { $time }。

# Errors: what happened, and in .next what to do.

error-home = 全部 VPS
error-vps = 返回这台 VPS
error-request = 请求编号
error-no-page = 页面不存在
    .next = 这个地址没有对应的页面，可能是输错了，也可能页面已经移除。
error-no-vps = 没有这台 VPS
    .next = 没有您可以查看的 VPS { $what }，它可能已被移除。
error-no-call = 没有这个接口
    .next = KiwiVM 没有名为 { $what } 的接口。
error-no-action = 没有这个操作
    .next = 没有这个编号的操作记录，或者您无权查看。
error-no-person = 没有这个用户
    .next = 没有这个编号的用户。
error-protected = 此 VPS 已开启保护
    .next = 无论谁操作，面板都不会对它执行高危操作（不可撤销）。管理员可以在编辑页面解除保护。保护不限制命令行和开关机。
error-needs-proof = 请先验证身份
    .next = 此操作需要重新验证身份。请再次打开该页面并重新提交表单。
error-busy = 此 VPS 正在执行高危操作（不可撤销）
    .next = 本次没有发送任何请求。请等该操作结束，看过结果后再决定。
error-forbidden = 您没有权限
    .next = 需要“{ $right }”权限，可以请管理员授权。尚未执行任何操作。
error-foreign-origin = 请求不是从本面板的页面发出的
    .next = 请求来自其他网站，因此没有执行。请直接打开面板，在面板里重试。
error-foreign-host = 这不是面板的地址
    .next =
        { $setting ->
            [set] 访问用的主机名是“{ $host }”，与 KIWIDECK_PUBLIC_URL 里的不一致。请用设置里的地址打开，或修改该设置。
           *[unset] 访问用的主机名是“{ $host }”。在设置 KIWIDECK_PUBLIC_URL 之前，面板只接受 localhost 和 127.0.0.1。
        }
error-signed-out = 登录会话已结束
    .next = 请求途中登录会话已结束，没有执行任何操作，请重新登录。
error-too-many = 同时进行的操作太多
    .next = 您有多个操作仍在执行，这次没有发送。请等其中一些结束后再试。
error-just-asked = 刚刚查询过
    .next = 此 VPS 的用量在五分钟内查询过，或者正在查询，请查看用量页面。每次回复约 30 MB，各 VPS 需依次等待。这次没有发送任何请求。
error-bad-form = 无法读取表单
    .next = 这不是本面板的表单，没有执行任何操作。请返回重试。
error-no-directory = 无法确定这个提示符对应的目录
    .next = 没有执行任何操作。请重新打开命令行，以新的提示符为准。
error-too-long = 内容太长
    .next = 一次请求最多 1 MiB，没有执行任何操作。
error-too-slow = 请求太慢
    .next = 请求没有在规定时间内传完，没有执行任何操作，请重试。
error-bad-method = 请求方式不对
    .next = 请从页面上重新打开，没有执行任何操作。
error-database = 数据库没有响应
    .next = 数据库被锁住，或者文件无法使用。没有执行任何操作，请稍后重试；详情见面板日志。
error-disk-full = 面板的磁盘已满
    .next = 无法写入，因此没有发送任何请求。请在面板所在主机上腾出空间，之后会自动恢复。
error-unrecorded = 没有发送
    .next = 操作无法写入操作日志，因此没有发给 KiwiVM。面板的磁盘可能已满，或者数据库被锁住。
error-stopping = 面板正在停止
    .next = 没有发送任何请求，等面板恢复后再试。
error-ours = 面板出错了
    .next = 这是面板自身的问题，日志里可以用下面的请求编号查到。
