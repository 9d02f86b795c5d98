# The calls of the KiwiVM API: call-<name with - for />. In .about: what it does and what to know.

## Power

call-start = 开机
    .about = 启动 VPS。
call-stop = 关机
    .about = 正常关机，由系统自行停止服务后断电。
call-restart = 重启
    .about = 正常重启，系统会先自行停止服务。
call-kill = 强制关机
    .about = 直接断电，未写入磁盘的数据会丢失。只在正常关机无效时使用。

## Information

call-getServiceInfo = 服务信息
    .about = 套餐、机房、IP、流量和停用情况，不包含 VPS 是否正在运行。
call-getLiveServiceInfo = 实时状态
    .about = 除服务信息外，还有运行状态、负载、内存和磁盘占用。最长可能要等 15 秒。
call-getRateLimitStatus = API 点数
    .about = 这个密钥剩余的 API 点数：每 15 分钟 1,000 点，每 24 小时 20,000 点。查询本身可能也消耗点数。

## System

call-getAvailableOS = 系统模板
    .about = 当前安装的系统，以及可以安装的系统模板。
call-reinstallOS = 重装系统
    .about = 清空磁盘，用系统模板重新安装。完成前 VPS 处于锁定状态，新的 root 密码只显示一次。
call-resetRootPassword = 重置 root 密码
    .about = 为 root 生成新密码，只显示一次。VPS 必须处于开机状态。
call-getSshKeys = SSH 公钥
    .about = 下次重装系统时写入的 SSH 公钥。VPS 自己的公钥优先于账户的公钥。
call-updateSshKeys = 修改 SSH 公钥
    .about = 替换为这台 VPS 保存的 SSH 公钥，下次重装系统时生效，不影响正在运行的系统。
call-setHostname = 修改主机名
    .about = 修改 KiwiVM 面板里的主机名，系统内的主机名可能不变。
call-iso-mount = 挂载 ISO
    .about = 挂载一个 ISO 镜像。要从 ISO 启动，须先关机再开机，直接重启无效。
call-iso-unmount = 卸载 ISO
    .about = 卸载 ISO 镜像。要恢复从磁盘启动，须先关机再开机。

## Shell

call-basicShell-cd = 切换目录
    .about = 检查目录能否进入，并返回实际路径。KiwiVM 不会为下一条命令记住目录。
call-basicShell-exec = 执行命令
    .about = 以 root 身份执行命令，默认在 / 目录下。超过约 30 秒可能会被终止，耗时的任务请改用脚本。
call-shellScript-exec = 执行脚本
    .about = 以 root 身份在后台执行脚本，不等待结束。返回 VPS 内保存输出的文件名。

## Snapshots and backups

call-snapshot-list = 快照
    .about = 这台 VPS 的全部快照。下载链接无需登录，拿到链接就等于拿到整个磁盘。
call-snapshot-create = 创建快照
    .about = 为整个磁盘创建快照。期间 VPS 锁定，可能会重启，完成后 KiwiVM 发邮件通知。快照约 30 天后到期自动清除，设为永久保留（Sticky）的除外。
call-snapshot-restore = 恢复快照
    .about = 用快照覆盖整个磁盘。完成前 VPS 处于锁定状态。
call-snapshot-delete = 删除快照
    .about = 删除一个快照，不影响 VPS 本身。
call-snapshot-toggleSticky = 设置永久保留（Sticky）
    .about = 永久保留的快照不会到期自动清除。每台 VPS 最多 2 个。
call-snapshot-export = 导出快照
    .about = 生成导出令牌，另一台 VPS 可以凭它导入这个快照。拿到令牌就能复制整个磁盘。
call-snapshot-import = 导入快照
    .about = 凭来源 VPS 的 VEID 和导出令牌，把快照复制过来。导入后只会出现在快照列表里，不会自动恢复。
call-backup-list = 自动备份
    .about = KiwiVM 自动生成的备份。使用前要先转为快照。
call-backup-copyToSnapshot = 备份转为快照
    .about = 把自动备份转为快照，之后就可以恢复。完成后 KiwiVM 发邮件通知。

## Network

call-setPTR = 设置反向解析（PTR）
    .about = 设置 IP 的反向解析域名，仅部分套餐支持。
call-ipv6-add = 添加 IPv6
    .about = 为 VPS 分配一个 IPv6 子网。IP 一般留空，只有旧套餐需要填写。
call-ipv6-delete = 删除 IPv6
    .about = 移除 VPS 的一个 IPv6 地址或整个子网。
call-privateIp-getAvailableIps = 可用的内网 IP
    .about = 还可以分配的内网 IP。套餐和机房都支持内网才能使用。
call-privateIp-assign = 分配内网 IP
    .about = 为 VPS 分配一个内网 IP。不选则由 KiwiVM 指定。
call-privateIp-delete = 删除内网 IP
    .about = 移除 VPS 的一个内网 IP。

## Migration

call-migrate-getLocations = 可选机房
    .about = 当前机房、可以迁往的机房，以及各机房的流量系数。
call-migrate-start = 迁移机房
    .about = 把 VPS 连同磁盘数据迁往另一个机房。期间锁定数分钟，所有 IPv4 地址都会更换。流量系数较小的机房，可用流量也较少。
call-cloneFromExternalServer = 从外部服务器克隆
    .about = 以 root 身份通过 SSH 读取外部服务器，覆盖这台 VPS。仅支持 OpenVZ 套餐。

## Records

call-getUsageGraphs = 用量图表
    .about = 已过时，KiwiVM 用用量统计取代了它。返回什么就显示什么。
call-getRawUsageStats = 用量统计
    .about = 每 5 分钟一个点的 CPU、网络和磁盘数据，最多保留约两年。返回内容可能有几十 MB，请耐心等待。
call-getAuditLog = KiwiVM 审计日志
    .about = KiwiVM 为这台 VPS 保存的记录：时间、来源 IP 和操作内容。与本面板的操作日志是两回事。

## Suspensions and policy

call-getSuspensionDetails = 停用详情
    .about = VPS 被停用的原因：未处理的记录、违规证据和违规积分。如果只是流量用完，则没有记录。
call-unsuspend = 解除停用
    .about = 处理一条可自助解除的记录，恢复服务。请先排除原因，再犯会再次计分。不可自助解除的，须联系客服。
call-getPolicyViolations = 违规记录
    .about = 未处理的违规，以及逾期不处理时 VPS 被停用的时间。
call-resolvePolicyViolation = 处理违规
    .about = 告知 KiwiVM 违规已经处理。请先排除原因。不可自助解除的，须联系客服。

## Notifications

call-kiwivm-getNotificationPreferences = 通知设置
    .about = KiwiVM 会发哪些邮件，发到哪个邮箱。
call-kiwivm-setNotificationPreferences = 修改通知设置
    .about = 选择 KiwiVM 发哪些邮件。关闭之后，对应的情况不再有人收到提醒。

# The headings under which calls are listed.

topic-power = 电源
topic-information = 信息
topic-system = 系统
topic-shell = 命令行
topic-snapshots = 快照与备份
topic-network = 网络
topic-migration = 机房迁移
topic-records = 记录与统计
topic-abuse = 停用与违规
topic-notifications = 通知

# What a destroying call loses for good.

loss-disk = 这台 VPS 磁盘上的全部数据将永久丢失，无法找回。
loss-changes-since-snapshot = 创建快照之后磁盘上的全部改动将永久丢失，无法找回。
loss-snapshot = 这个快照将永久删除，无法再恢复到当时的状态。
loss-address = 这个 IP 或整个子网将永久失去，无法再要回同一个。
loss-all-addresses = 这台 VPS 的全部 IPv4 地址将永久失去。用到旧 IP 的 DNS 解析、防火墙和授权，在修改之前都会失效。

# What a call does to a VPS.

class-read = 只读
    .about = 不做任何改动。
class-change = 变更
    .about = 会做改动，但可以用其他操作改回来。
class-interrupts = 中断服务
    .about = 执行期间 VPS 停止服务。
class-destroy = 高危操作（不可撤销）
    .about = 会永久丢失数据或 IP，执行前须输入 VPS 的名称。
class-shell = 命令行
    .about = 以 root 身份在 VPS 上执行。
class-guarded = 敏感操作
    .about = 不会丢失数据，但会交出 root 权限或整个磁盘，或者关闭提醒，因此需要管理权限。

# The parameters of the calls: parameter-<name as KiwiVM writes it>. In .hint: what to fill in.

parameter-os = 系统模板
    .hint = 以 KiwiVM 的列表为准，例如 debian-13-x86_64。
parameter-ssh_keys = SSH 公钥
    .hint = 每行一个公钥，留空则全部清除。
parameter-newHostname = 新主机名
    .hint = 例如 web-1.example.com。
parameter-iso = ISO 镜像
parameter-currentDir = 当前目录
    .hint = 完整路径，例如 /root。
parameter-newDir = 目标目录
    .hint = 完整路径，或相对于当前目录的路径。
parameter-command = 命令
    .hint = 以 root 身份执行，多行视为一条命令。
parameter-script = 脚本
    .hint = 以 root 身份执行，没有终端。首行写 #!/bin/bash 之类。
parameter-description = 描述
    .hint = 方便以后辨认，可以留空。
parameter-snapshot = 快照
parameter-sticky = 永久保留（Sticky）
    .hint = 选“是”则永久保留，选“否”则到期自动清除。
parameter-sourceVeid = 来源 VEID
    .hint = 导出快照的那台 VPS 的编号。
parameter-sourceToken = 导出令牌
    .hint = 导出快照时得到的令牌，提交后不再显示。
parameter-backupToken = 自动备份
parameter-ip = IP
parameter-ptr = 反向解析域名
    .hint = 完整域名，例如 mail.example.com。
parameter-location = 目标机房
parameter-externalServerIP = 外部服务器 IP
parameter-externalServerSSHport = 外部服务器 SSH 端口
    .hint = 一般是 22。
parameter-externalServerRootPassword = 外部服务器 root 密码
    .hint = KiwiVM 用它登录。本面板不保存，提交后不再显示。
parameter-record_id = 停用／违规记录
parameter-json_notification_preferences = 通知设置
    .hint = JSON 对象，通知编号对应 1（发送）或 0（不发送），例如 { "{" }"3": 1, "7": 0{ "}" }。
