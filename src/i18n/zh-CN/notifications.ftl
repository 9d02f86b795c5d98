# Which e-mails the provider sends about a VPS.

notifications-title = 通知
notifications-about = 服务商针对此 VPS 发送的邮件。
notifications-email = 收件邮箱
notifications-email-unknown = KiwiVM 未说明收件邮箱
notifications-none = KiwiVM 没有列出任何邮件
notifications-none-about = 此 VPS 目前没有可设置的邮件，请稍后重新获取。
notifications-warns = 这些是警告邮件，关闭后将无人收到提醒。
notifications-sent = 发送
notifications-not-sent = 不发送
notifications-unknown = KiwiVM 未说明是否发送；勾选即开启
notifications-changed = 更改于
notifications-silenced = 关闭后，以下情况不再有邮件提醒
notifications-confirm = 我知道今后不会再有邮件提醒这些事项。
notifications-confirm-needed = 正在关闭警告邮件，请同时勾选此项。
notifications-nothing = 没有任何改动，未发送请求。
notifications-save = 保存
