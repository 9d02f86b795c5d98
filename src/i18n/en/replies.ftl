# Labels for the fields of KiwiVM's replies: reply-<name as KiwiVM writes it>. A field without a
# label is shown under its own name.

## Service information

reply-veid = VEID
reply-vm_type = Virtualisation
reply-hostname = Hostname
reply-live_hostname = Hostname inside the VPS
reply-node_alias = Node
reply-node_ip = Address of the node
reply-node_location = Location
reply-node_location_id = Location ID
reply-node_datacenter = Data centre
reply-location_ipv6_ready = IPv6 at this location
reply-plan = Plan
reply-plan_monthly_data = Monthly transfer, before the multiplier
reply-monthly_data_multiplier = Transfer multiplier
reply-data_counter = Transfer used, before the multiplier
reply-data_next_reset = Next transfer reset
reply-plan_disk = Disk
reply-plan_ram = Memory
reply-plan_swap = Swap
reply-plan_max_ipv6s = IPv6 addresses or subnets at most
reply-plan_private_network_available = Private network in this plan
reply-location_private_network_available = Private network at this location
reply-os = Operating system
reply-email = E-mail address
reply-ip_addresses = Addresses
reply-private_ip_addresses = Private addresses
reply-ipv6_sit_tunnel_endpoint = IPv6 tunnel endpoint
reply-ip_nullroutes = Null-routed addresses
reply-nullroute_timestamp = Null-routed since
reply-nullroute_duration_s = Null-routed for, in seconds
reply-log = Log
reply-rdns_api_available = PTR can be set
reply-ptr = PTR names
reply-available_isos = ISO images
reply-iso1 = First ISO drive
reply-iso2 = Second ISO drive
reply-suspended = Suspended
reply-policy_violation = Policy violation
reply-suspension_count = Suspensions so far
reply-total_abuse_points = Abuse points
reply-max_abuse_points = Abuse points allowed
reply-plan_kiwivm_theme = KiwiVM theme
reply-free_ip_replacement_interval = Free address replacement interval

## Live status

reply-ve_status = State
reply-ve_mac1 = MAC address
reply-ve_used_disk_space_b = Disk used
reply-ve_disk_quota_gb = Disk quota, in GB
reply-is_cpu_throttled = CPU throttled
reply-is_disk_throttled = Disk throttled
reply-ssh_port = SSH port
reply-load_average = Load average
reply-mem_available_kb = Memory available, in KB
reply-swap_total_kb = Swap, in KB
reply-swap_available_kb = Swap available, in KB
reply-screendump_png_base64 = Screen
reply-vz_status = OpenVZ state
reply-vz_quota = OpenVZ disk quota
reply-is_mounted = Disk mounted
reply-remaining_points_15min = API points left, 15 minutes
reply-remaining_points_24h = API points left, 24 hours

## System

reply-installed = Installed template
reply-templates = Templates
reply-rootPassword = New root password
reply-password = New root password
reply-sshPort = SSH port
reply-sshKeys = SSH keys
reply-sshKeysBrief = SSH keys, shortened
reply-notificationEmail = Notice sent to
reply-ssh_keys_veid = SSH keys of the VPS
reply-ssh_keys_user = SSH keys of the account
reply-ssh_keys_preferred = SSH keys used at the next reinstall
reply-shortened_ssh_keys_veid = SSH keys of the VPS, shortened
reply-shortened_ssh_keys_user = SSH keys of the account, shortened
reply-shortened_ssh_keys_preferred = SSH keys used at the next reinstall, shortened

## Shell

reply-pwd = Directory
reply-output_stream_id = Output stream

## Snapshots and backups

reply-snapshots = Snapshots
reply-backups = Backups
reply-fileName = File name
reply-description = Description
reply-size = Size
reply-uncompressed = Size uncompressed
reply-md5 = MD5
reply-sticky = Sticky
reply-purgesIn = Purged in, in seconds
reply-downloadLink = Download link, HTTP
reply-downloadLinkSSL = Download link, HTTPS
reply-token = Export token

## Network and migration

reply-ip = Address
reply-assigned_subnet = Assigned subnet
reply-assigned_ips = Assigned addresses
reply-available_ips = Free addresses
reply-currentLocation = Current location
reply-locations = Locations
reply-descriptions = Names of the locations
reply-dataTransferMultipliers = Transfer multipliers
reply-newIps = New addresses

## Records

reply-data = Measurements
reply-timestamp = Time
reply-cpu_usage = CPU, in per cent
reply-network_in_bytes = Received
reply-network_out_bytes = Sent
reply-disk_read_bytes = Read from disk
reply-disk_write_bytes = Written to disk
reply-log_entries = Log entries
reply-requestor_ipv4 = Asked from
reply-type = Type
reply-summary = Summary

## Suspensions and policy

reply-suspensions = Suspensions
reply-evidence = Evidence
reply-policy_violations = Policy violations
reply-record_id = Case
reply-flag = Reason
reply-is_soft = Soft case
reply-evidence_record_id = Evidence number
reply-evidence_data = Evidence
reply-abuse_points = Abuse points
reply-suspend_at = Suspended at

## Notifications

reply-email_preferences = E-mails
reply-friendly_description = Description
reply-friendly_descriptions = Descriptions
reply-is_enabled = Switched on
reply-changed_timestamp = Changed
reply-s_value = Value
reply-submitted_email_preferences = Preferences sent
reply-updated_email_preferences = Preferences changed

## Every reply

reply-error = Error code
reply-message = Message
reply-additionalErrorInfo = More about the error
reply-additionalErrorCode = Further error code
reply-additionalLockingInfo = Running operation
reply-last_status_update_s_ago = Last progress, seconds ago
reply-completed_percent = Completed, in per cent
reply-friendly_progress_message = Progress
reply-points = Points
reply-since_timestamp = Since
