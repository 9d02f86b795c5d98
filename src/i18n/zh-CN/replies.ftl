# Labels for the fields of KiwiVM's replies: reply-<name as KiwiVM writes it>. A field without a
# label is shown under its own name.

## Service information

reply-veid = VEID
reply-vm_type = 虚拟化类型
reply-hostname = 主机名
reply-live_hostname = 系统内主机名
reply-node_alias = 节点
reply-node_ip = 节点 IP
reply-node_location = 机房
reply-node_location_id = 机房代号
reply-node_datacenter = 数据中心
reply-location_ipv6_ready = 机房支持 IPv6
reply-plan = 套餐
reply-plan_monthly_data = 月流量（未乘系数）
reply-monthly_data_multiplier = 流量系数
reply-data_counter = 已用流量（未乘系数）
reply-data_next_reset = 流量重置日
reply-plan_disk = 磁盘
reply-plan_ram = 内存
reply-plan_swap = Swap
reply-plan_max_ipv6s = IPv6 地址或子网上限
reply-plan_private_network_available = 套餐支持内网
reply-location_private_network_available = 机房支持内网
reply-os = 操作系统
reply-email = 邮箱
reply-ip_addresses = IP
reply-private_ip_addresses = 内网 IP
reply-ipv6_sit_tunnel_endpoint = IPv6 隧道端点
reply-ip_nullroutes = 被空路由（黑洞）的 IP
reply-nullroute_timestamp = 空路由开始时间
reply-nullroute_duration_s = 空路由时长（秒）
reply-log = 日志
reply-rdns_api_available = 可设置反向解析（PTR）
reply-ptr = 反向解析（PTR）
reply-available_isos = ISO 镜像
reply-iso1 = ISO 1
reply-iso2 = ISO 2
reply-suspended = 已被停用（Suspended）
reply-policy_violation = 存在违规
reply-suspension_count = 停用次数
reply-total_abuse_points = 违规积分
reply-max_abuse_points = 违规积分上限
reply-plan_kiwivm_theme = KiwiVM 主题
reply-free_ip_replacement_interval = 免费换 IP 间隔

## Live status

reply-ve_status = 状态
reply-ve_mac1 = MAC 地址
reply-ve_used_disk_space_b = 已用磁盘
reply-ve_disk_quota_gb = 磁盘配额（GB）
reply-is_cpu_throttled = CPU 被限速
reply-is_disk_throttled = 磁盘被限速
reply-ssh_port = SSH 端口
reply-load_average = 平均负载
reply-mem_available_kb = 可用内存（KB）
reply-swap_total_kb = Swap 总量（KB）
reply-swap_available_kb = 可用 Swap（KB）
reply-screendump_png_base64 = 屏幕截图
reply-vz_status = OpenVZ 状态
reply-vz_quota = OpenVZ 磁盘配额
reply-is_mounted = 磁盘已挂载
reply-remaining_points_15min = 剩余 API 点数（15 分钟）
reply-remaining_points_24h = 剩余 API 点数（24 小时）

## System

reply-installed = 当前系统
reply-templates = 系统模板
reply-rootPassword = 新 root 密码
reply-password = 新 root 密码
reply-sshPort = SSH 端口
reply-sshKeys = SSH 公钥
reply-sshKeysBrief = SSH 公钥（缩略）
reply-notificationEmail = 通知邮箱
reply-ssh_keys_veid = VPS 的 SSH 公钥
reply-ssh_keys_user = 账户的 SSH 公钥
reply-ssh_keys_preferred = 下次重装使用的 SSH 公钥
reply-shortened_ssh_keys_veid = VPS 的 SSH 公钥（缩略）
reply-shortened_ssh_keys_user = 账户的 SSH 公钥（缩略）
reply-shortened_ssh_keys_preferred = 下次重装使用的 SSH 公钥（缩略）

## Shell

reply-pwd = 目录
reply-output_stream_id = 输出流编号

## Snapshots and backups

reply-snapshots = 快照
reply-backups = 自动备份
reply-fileName = 文件名
reply-description = 描述
reply-size = 大小
reply-uncompressed = 解压后大小
reply-md5 = MD5
reply-sticky = 永久保留（Sticky）
reply-purgesIn = 距自动清除（秒）
reply-downloadLink = 下载链接（HTTP）
reply-downloadLinkSSL = 下载链接（HTTPS）
reply-token = 导出令牌

## Network and migration

reply-ip = IP
reply-assigned_subnet = 分配的子网
reply-assigned_ips = 分配的 IP
reply-available_ips = 可用的 IP
reply-currentLocation = 当前机房
reply-locations = 可选机房
reply-descriptions = 机房名称
reply-dataTransferMultipliers = 流量系数
reply-newIps = 新 IP

## Records

reply-data = 数据点
reply-timestamp = 时间
reply-cpu_usage = CPU（%）
reply-network_in_bytes = 入站流量
reply-network_out_bytes = 出站流量
reply-disk_read_bytes = 磁盘读取
reply-disk_write_bytes = 磁盘写入
reply-log_entries = 日志记录
reply-requestor_ipv4 = 来源 IP
reply-type = 类型
reply-summary = 内容

## Suspensions and policy

reply-suspensions = 停用记录
reply-evidence = 违规证据
reply-policy_violations = 违规记录
reply-record_id = 记录编号
reply-flag = 原因
reply-is_soft = 可自助解除
reply-evidence_record_id = 证据编号
reply-evidence_data = 违规证据
reply-abuse_points = 违规积分
reply-suspend_at = 停用时间

## Notifications

reply-email_preferences = 邮件通知
reply-friendly_description = 说明
reply-friendly_descriptions = 说明
reply-is_enabled = 已开启
reply-changed_timestamp = 修改时间
reply-s_value = 设定值
reply-submitted_email_preferences = 提交的设置
reply-updated_email_preferences = 已更改的设置

## Every reply

reply-error = 错误码
reply-message = 消息
reply-additionalErrorInfo = 错误详情
reply-additionalErrorCode = 附加错误码
reply-additionalLockingInfo = 正在执行的操作
reply-last_status_update_s_ago = 距上次进度更新（秒）
reply-completed_percent = 完成百分比
reply-friendly_progress_message = 进度
reply-points = 数据点数
reply-since_timestamp = 起始时间
