# People who share the panel: invitations, grants, who may do what, and somebody's leaving.

share-about = 目前只有您一个人。
share-invite = 与他人共用面板：邀请用户

people-invite = 邀请用户
people-invite-about = 对方会得到一个链接，24 小时内有效，只能用一次，密码由对方自己设置，您不会知道。
people-invite-submit = 生成邀请链接
people-name-hint = 对方可以改用别的用户名。
person-role-hint = 管理员负责管理用户、VPS 和密钥，拥有全部权限；成员只能做已授权的操作。
person-reach = 可访问
person-nothing = 暂无
person-seen = 最近在线
person-never = 从未
person-invitation-ended = 邀请已过期
person-is-invited = 已邀请
person-invitation = 邀请
person-invitation-about = 对方尚未加入。生成新链接后，旧链接立即失效。
person-reset-about = 生成一个链接，由此用户自己设置新密码。链接使用后，原密码失效，所有登录会话结束。
person-link = 生成新链接
person-reset-link = 生成重置密码链接
person-link-waits = 有一个链接尚未使用，有效期至 { $day }。
person-withdraw = 撤回邀请
person-factor = 两步验证
person-factor-about = 适用于设备和恢复码都已丢失的用户。重新设置之前，此用户只凭密码登录。
person-factor-reset = 重置两步验证
person-factor-none = 此用户只凭密码登录。
person-has-factor = 两步验证

invitation-title = 已邀请 { $name }
invitation-about = 请通过可信的方式把链接发给对方。谁先打开并使用它，谁就以此用户的身份加入。
invitation-reset-title = 为 { $name } 设置新密码
invitation-reset-about = 请通过可信的方式把链接发给对方。谁先打开并使用它，谁就以此用户的身份登录。
invitation-once = 只能使用一次，有效期至 { $day }。本页不会再次显示；生成新链接后，此链接失效。
invitation-link = 链接
invitation-copy = 复制链接

join-title = 邀请您加入
join-about = 面板 { $panel }，角色：{ $role }。设置密码即可进入。
join-name-hint = 登录用户名，现在可以修改。
join-submit = 进入面板
join-reset-title = 设置新密码
join-reset-about = 面板 { $panel }。您在其他地方的登录会话都会结束。
join-reset-submit = 保存并登录
join-signed-in = 此浏览器当前以 { $name } 登录，继续后该登录会话会结束。
join-closed = 链接无效
join-closed-about = 链接已使用过、已被新链接取代，或已超过 24 小时。请向管理员索取新链接。
join-wait = 尝试次数过多，请等待 { $wait } 后再打开链接。

grant-scope = 范围
grant-every = 全部 VPS
grant-every-to-come = 全部 VPS，包括以后添加的
grant-this-vps = 此 VPS
grant-tag = 标签 { $tag }
grant-tag-count = { $tag }（{ $count } 台 VPS）
grant-choose = 请选择……
grant-nothing-yet = 暂不授权
grant-scope-missing = 请选择授权范围。
grant-there = 对方在此范围已有授权：{ $access }（{ $end }）。请修改原有授权。
grant-first = 初始授权
grant-more = 添加授权
grant-give = 授权
grant-ends = 有效期至
grant-ends-keep = 不变：{ $day }
grant-ends-never = 长期有效
grant-ends-today = 今天：{ $day }
grant-ends-friday = 周五：{ $day }
grant-ends-week = 7 天：{ $day }
grant-ends-month = 30 天：{ $day }
grant-end-date = 或指定最后一天
grant-end-odd = 不是有效的日期。
grant-end-past = 这一天已经过去。
grant-end-both = 请从列表中选择，或填写日期，二者只能选一。
grant-with-shell = { $level }，含命令行
grant-line = { $scope }：{ $access }
grant-until = 至 { $day }
grant-ended = 已于 { $day } 到期
grant-why = 来源
grant-change = 修改
grant-renew = 续期
grant-take = 撤销授权
grant-take-about = 撤销后立即失效；如果授权仍在有效期内，此用户会退出登录。
grant-signs-out = 如果权限减少或到期日提前，此用户在所有地方都会退出登录。
grants-title = 授权
grants-admin = 管理员不需要授权；改为成员后，以下授权重新生效。

reach-nothing = 暂无任何权限。
reach-all = 全部 { $count } 台 VPS
vps-access = 访问权限
access-give = 授权他人访问此 VPS
access-person = 用户

leaving-title = 停用账号与更换机密
leaving-about = 请更换下列机密：此用户曾以 root 身份操作，或看到过机密信息，离开后可能仍能访问。
leaving-count = 此用户离开时，有 { $count } 台 VPS 的机密需要更换
leaving-nothing = 操作日志中没有此用户使用命令行、查看机密信息或填写密钥的记录。
leaving-trace = 做过什么
leaving-last = 最近一次
leaving-shell = 以 root 身份执行过命令
leaving-secrets = 查看过机密信息
leaving-key = 填写过 API 密钥
leaving-rotate = 更换
leaving-password = root 密码
leaving-removed = 已从面板移除

gains-people = 这些标签会让 { $count } 人获得访问权限：{ $names }。
gains-confirm = 确认授予。
gains-hint = 通过标签 { $tag }，有 { $count } 人拥有访问权限。

# Between the names of a list.
list-comma = 、
