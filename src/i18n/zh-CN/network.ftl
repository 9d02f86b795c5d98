# The addresses of a VPS, and what is wrong with a hostname.

# Why something cannot be done here.
off-because = { $what }：{ $why }

network-unknown = KiwiVM 没有返回 IP。
network-none = KiwiVM 没有列出任何 IP。
network-kind = 类型
network-acts = 可用操作
network-ptr = 反向解析（PTR）
network-ptr-about = 别人反查这个 IP 时看到的域名，例如 mail.example.com。修改后需要一段时间才会在各处 DNS 生效。
network-ptr-of = { $ip } 的反向解析域名
network-ptr-save = 保存 { $ip } 的反向解析
network-ptr-off = 此套餐或机房不支持通过 API 设置反向解析
network-remove-short = 删除……
network-remove = 删除 { $ip }
network-ipv6-used = 已用 { $count } 个，共 { $most } 个
network-ipv6-count = 已用 { $count } 个
network-ipv6-about = 由 KiwiVM 自动分配一个子网。删除后无法恢复，再次添加会分到另一个子网。
network-ipv6-old = 旧套餐：指定地址
network-ipv6-full = 已达套餐上限，须先删除一个才能添加。
network-ipv6-location = 此机房不支持 IPv6。
network-private = 内网 IP
network-private-none = 没有分配内网 IP。
network-private-unknown = KiwiVM 没有返回内网 IP 信息。
network-private-any = 由 KiwiVM 指定
network-private-full = KiwiVM 没有列出可用的 IP。
network-private-plan = 此套餐不支持内网。
network-private-location = 此机房不支持内网。
network-blocked-none = 没有 IP 被空路由（黑洞）。
network-blocked-unknown = KiwiVM 没有返回空路由信息。
network-blocked-about = 这些 IP 正受到攻击，发往它们的流量会被服务商丢弃。到时自动解除。
network-blocked-since = 开始时间
network-blocked-until = 结束时间
network-blocked-left = 剩余时间
network-blocked-over = 应已解除，请重新获取。
network-blocked-log = 数据包日志
network-blocked-no-log = KiwiVM 没有返回数据包日志。

hostname-address = 这是 IP 地址。请填写域名，例如 web-1.example.com。
hostname-long = 主机名最多 253 个字符。
hostname-empty-part = 两个点之间或第一个点之前没有内容。
hostname-long-part = “{ $part }”太长：两个点之间最多 63 个字符。
hostname-hyphen = “{ $part }”不能以连字符开头或结尾。
hostname-space = 主机名不能含空格。
hostname-character = 主机名不能含“{ $character }”，只能用字母、数字、连字符和点。
hostname-script = a–z 以外的文字须写成 punycode 形式：xn--……
