# Hostname, ISO, SSH keys, root password and templates of a VPS.

system-hostname-kiwivm = KiwiVM 面板
system-hostname-guest = 系统内
system-hostname-about = 只修改 KiwiVM 显示的名称。系统内的主机名不变，须在系统里自行修改。
system-iso-kvm = 只有 KVM 套餐支持 ISO 镜像，这台 VPS 是 OpenVZ 容器。
system-iso-drive = 光驱 { $number }
system-iso-about = 挂载或卸载须完全关机再开机后生效，只重启不行。在此之前，光驱显示的仍是原来的镜像。
system-iso-none = KiwiVM 没有列出 ISO 镜像。
system-password = root 密码
system-password-stopped = VPS 已关机。密码须在运行中的系统里重置，请先开机。
system-installed = 当前系统：
system-is-installed = 当前系统
system-reinstall-about = 选择系统模板。此时不会执行任何操作：下一页会说明将丢失什么，并要求输入名称。
system-search = 搜索系统模板
system-search-hint = debian 12……
system-templates-found = { $count } 个，共 { $all } 个系统模板
system-templates-none = KiwiVM 没有列出系统模板。
system-templates-none-fits = 没有符合条件的系统模板。

ssh-keys-about = 只在下次重装系统时写入，不影响正在运行的系统。
ssh-keys-vps-win = 以这台 VPS 的公钥为准，账户的公钥不会写入。
ssh-keys-account-used = 这台 VPS 没有自己的公钥，将写入账户的公钥。
ssh-keys-none = 没有保存任何公钥，下次重装系统不会写入公钥。
ssh-keys-of-vps = 这台 VPS 的公钥
ssh-keys-of-account = 账户的公钥
ssh-keys-list-empty = 无。
ssh-keys-bits = { $bits } 位
ssh-keys-not-readable = 无法识别为公钥
ssh-keys-private-kept = KiwiVM 在这里保存了一行疑似私钥的内容，不予显示。请去掉它后重新保存公钥，并在所有用到这个私钥的地方更换密钥。
ssh-keys-hint = 每行一个公钥，例如 ssh-ed25519 AAAA…… 名称。公钥前可以带选项。保存后替换整个列表，留空则全部清除。
ssh-keys-save = 保存这些公钥
ssh-keys-unreadable = 第 { $line } 行不是 SSH 公钥。一个公钥占一行，从类型（ssh-ed25519、ssh-rsa 等）到结尾。不是公钥的行可能是私钥的一部分，因此在这里留空。
ssh-keys-private = 这看起来是私钥或私钥的一部分。没有发送，没有保存，也不会再次显示。请粘贴公钥：.pub 文件里的那一行。
