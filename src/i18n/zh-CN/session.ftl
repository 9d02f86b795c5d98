# 验证身份、会话与通知。

prove-title = 请验证身份
prove-about-form = 此操作需要重新验证身份。您提交的内容暂存在这里，尚未执行，验证后自动继续。
prove-about-page = 打开此页面需要重新验证身份。

sessions-title = 登录会话
sessions-browser = 浏览器
sessions-address = 地址
sessions-since = 登录于
sessions-seen = 最近活动
sessions-here = 当前会话
sessions-end = 退出
sessions-end-others = 退出其他所有会话
sessions-none = 没有其他登录会话。
sessions-ended = 已退出。

notices-title = 通知
notice-read = 我知道了

hop-title = 前面有一个未登记的代理
hop-about = { $peer } 转发了客户端地址，但面板不采信：所有人看上去都来自这个地址，一个人输错密码会连累所有人。如果它是您的反向代理，请设置 KIWIDECK_TRUSTED_PROXIES={ $peer }。
