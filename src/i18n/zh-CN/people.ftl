# Signing in, the first start, the account, and people.

sign-in-title = 登录
sign-in-username = 用户名
sign-in-password = 密码
sign-in-submit = 登录
sign-in-refused = 用户名或密码不正确。
sign-in-wait = 密码错误次数过多，请等待 { $wait } 后再试。
sign-in-ended = 您已退出登录：权限有变动，或登录会话已结束。刚才提交的内容没有执行。

setup-title = 初始化 Kiwideck
setup-about = 还没有任何用户，请创建第一个管理员。
setup-code = 初始化代码
setup-code-hint = 在本次启动的日志里。
setup-code-wrong = 不是本次启动的初始化代码。
setup-submit = 创建第一个管理员

password-new = 新密码
password-repeated = 确认密码
password-length = 至少 { $least } 个字符。
password-differs = 两次输入不一致。

account-saved = 已保存。
account-time-zone = 时区
account-time-zone-own = 面板默认（{ $zone }）
account-time-zone-unknown = 没有这个时区。
account-password = 密码
account-password-about = 修改密码后，您在其他地方的登录会话都会结束。
account-present = 当前密码
account-present-wrong = 当前密码不正确。
account-password-submit = 修改密码

people-count = 共 { $count } 人
person-role = 角色
person-rights = 此用户的权限
person-level = 权限
person-everything = 全部权限
person-added = 添加于
person-change = 修改
person-is-disabled = 已禁用
person-name-too-long = 最多 { $most } 个字符。
person-name-brackets = 用户名不能以括号开头。
person-name-mixed = 用户名只能使用同一种文字的字母；中文、日文或韩文可以与拉丁字母混用。
person-name-alike = 此用户名与他人的用户名外观相似，请换一个不会混淆的名称。
person-name-taken = 用户名已被使用，请换一个。
person-last-admin = 这是最后一个管理员，请先把另一个人设为管理员。
person-signs-out = 保存后，此用户在所有地方都会退出登录。
person-reset = 重置密码
person-disable = 禁用
person-disable-about = 此用户立即退出登录，且不能再登录；其操作记录仍保留在操作日志里。
person-enable = 启用
person-enable-about = 此用户可以用原密码重新登录。
