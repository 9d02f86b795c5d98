# The calls of the KiwiVM API: call-<name with - for />. In .about: what it does and what to know.

## Power

call-start = Start
    .about = Starts the VPS.
call-stop = Stop
    .about = Shuts the VPS down the orderly way: the system inside is asked to stop.
call-restart = Restart
    .about = Restarts the VPS the orderly way: the system inside is asked to stop first.
call-kill = Force stop
    .about = Cuts the power. Whatever was not yet written to disk is lost, so use it only when Stop does not work.

## Information

call-getServiceInfo = Service information
    .about = Plan, location, addresses, transfer and suspension. It does not say whether the VPS is running.
call-getLiveServiceInfo = Live status
    .about = All of the service information, and whether the VPS is running, its load, memory and disk. It can take up to 15 seconds.
call-getRateLimitStatus = Call budget
    .about = How many API points this key has left, of 1,000 per 15 minutes and 20,000 per 24 hours. Asking may cost a point too.

## System

call-getAvailableOS = Templates
    .about = The template that is installed, and those that can be installed.
call-reinstallOS = Reinstall
    .about = Wipes the disk and installs a fresh system from a template. The VPS stays locked until it is done; the new root password is shown once.
call-resetRootPassword = Reset root password
    .about = Gives root a new password, which is shown once. The VPS must be running.
call-getSshKeys = SSH keys
    .about = The SSH keys that the next reinstall will put in place. The keys of the VPS come before those of your account.
call-updateSshKeys = Change SSH keys
    .about = Replaces the SSH keys kept for this VPS. They take effect at the next reinstall; the running system keeps its own.
call-setHostname = Change hostname
    .about = Changes the hostname that KiwiVM shows. The running system may keep its own.
call-iso-mount = Mount ISO
    .about = Puts an ISO image in the drive. To boot from it, stop the VPS completely and start it again: a restart is not enough.
call-iso-unmount = Unmount ISO
    .about = Takes the ISO image out. To boot from the disk again, stop the VPS completely and start it.

## Shell

call-basicShell-cd = Change directory
    .about = Checks that a directory can be entered and says where it leads. KiwiVM does not remember it for the next command.
call-basicShell-exec = Run command
    .about = Runs a command as root, in / unless the command itself changes directory. It may be killed after about 30 seconds; for longer work, run a script.
call-shellScript-exec = Run script
    .about = Starts a script as root and does not wait for it. The reply names the file inside the VPS that holds its output.

## Snapshots and backups

call-snapshot-list = Snapshots
    .about = The snapshots of this VPS. A download link needs no sign-in: whoever holds it has the whole disk.
call-snapshot-create = Create snapshot
    .about = Takes a snapshot of the whole disk. The VPS is locked meanwhile and may restart; an e-mail says when it is done. A snapshot is purged after about 30 days unless it is sticky.
call-snapshot-restore = Restore snapshot
    .about = Puts the whole disk back to what it was in the snapshot. The VPS stays locked until it is done.
call-snapshot-delete = Delete snapshot
    .about = Deletes a snapshot. The VPS itself is not touched.
call-snapshot-toggleSticky = Set or clear sticky
    .about = A sticky snapshot is never purged. A VPS can have 2 of them at most.
call-snapshot-export = Export snapshot
    .about = Gives a token with which another VPS can import this snapshot. Whoever holds the token can copy the whole disk.
call-snapshot-import = Import snapshot
    .about = Copies a snapshot from another VPS with its VEID and export token. It is only added to the list here; restoring it is a step of its own.
call-backup-list = Backups
    .about = The backups that KiwiVM makes by itself. To use one, copy it to a snapshot first.
call-backup-copyToSnapshot = Copy backup to snapshot
    .about = Makes a snapshot out of a backup, so that it can be restored. An e-mail says when it is done.

## Network

call-setPTR = Set PTR
    .about = Sets the reverse DNS name of an address. It works only where the plan allows it.
call-ipv6-add = Add IPv6
    .about = Assigns an IPv6 subnet to the VPS. Leave the address empty: only old plans take one.
call-ipv6-delete = Delete IPv6
    .about = Takes an IPv6 address or a whole subnet away from the VPS.
call-privateIp-getAvailableIps = Free private addresses
    .about = The private addresses that can still be assigned. Plan and location must both offer a private network.
call-privateIp-assign = Assign private address
    .about = Assigns a private address to the VPS. If you choose none, KiwiVM picks one.
call-privateIp-delete = Delete private address
    .about = Takes a private address away from the VPS.

## Migration

call-migrate-getLocations = Locations
    .about = Where the VPS is and where it can go, with the transfer multiplier of each location.
call-migrate-start = Migrate
    .about = Moves the VPS with its disk to another location. It stays locked for minutes, and every IPv4 address is replaced. A location with a smaller multiplier leaves less transfer.
call-cloneFromExternalServer = Clone from external server
    .about = Overwrites this VPS with a copy of another server, read over SSH as root. For OpenVZ plans only.

## Records

call-getUsageGraphs = Usage graphs
    .about = Obsolete: KiwiVM has replaced it with the usage statistics. What it still answers is shown as it comes.
call-getRawUsageStats = Usage statistics
    .about = CPU, network and disk every 5 minutes, for up to two years. The reply can be tens of megabytes, so give it time.
call-getAuditLog = KiwiVM audit log
    .about = What KiwiVM itself has recorded for this VPS: when, from which address, what. The audit log of this panel is another one.

## Suspensions and policy

call-getSuspensionDetails = Suspensions
    .about = Why the VPS is suspended: open cases, evidence and abuse points. When only the transfer is used up, no case is listed.
call-unsuspend = Unsuspend
    .about = Closes a soft case and starts the service again. Remove the cause first: it counts again if it comes back. For a hard case, write to support.
call-getPolicyViolations = Policy violations
    .about = Open violations, with the time at which the VPS will be suspended if nothing is done.
call-resolvePolicyViolation = Resolve policy violation
    .about = Tells KiwiVM that a violation is resolved. Remove the cause first. For a hard case, write to support.

## Notifications

call-kiwivm-getNotificationPreferences = Notification preferences
    .about = Which e-mails KiwiVM sends, and to which address.
call-kiwivm-setNotificationPreferences = Change notification preferences
    .about = Chooses which e-mails KiwiVM sends. What is switched off here warns nobody any more.

# The headings under which calls are listed.

topic-power = Power
topic-information = Information
topic-system = System
topic-shell = Shell
topic-snapshots = Snapshots and backups
topic-network = Network
topic-migration = Migration
topic-records = Records
topic-abuse = Suspensions and policy
topic-notifications = Notifications

# What a destroying call loses for good.

loss-disk = Every byte on the disk of this VPS is gone for good.
loss-changes-since-snapshot = Everything changed on the disk since the snapshot was taken is gone for good.
loss-snapshot = The snapshot is gone for good, and with it the way back to that day.
loss-address = The address, or the whole subnet, is gone for good: the same one does not come back.
loss-all-addresses = Every IPv4 address of this VPS is gone for good. DNS records, firewalls and licences that name one stop working until they are changed.

# What a call does to a VPS.

class-read = Read
    .about = Changes nothing.
class-change = Change
    .about = Changes something that another call can change back.
class-interrupts = Interrupts
    .about = The VPS stops serving while it runs.
class-destroy = Destroying
    .about = Loses something for good. The label of the VPS must be typed first.
class-shell = Shell
    .about = Runs text as root on the VPS.
class-guarded = Guarded
    .about = Nothing is lost, but it hands out root or a whole disk, or silences warnings. It needs the right to manage.

# The parameters of the calls: parameter-<name as KiwiVM writes it>. In .hint: what to fill in.

parameter-os = Template
    .hint = As listed by KiwiVM, for example debian-13-x86_64.
parameter-ssh_keys = SSH keys
    .hint = One public key a line. Leave it empty to remove them all.
parameter-newHostname = New hostname
    .hint = For example web-1.example.com.
parameter-iso = ISO image
parameter-currentDir = Current directory
    .hint = The full path, for example /root.
parameter-newDir = New directory
    .hint = A full path, or one seen from the current directory.
parameter-command = Command
    .hint = Runs as root. Several lines are one command.
parameter-script = Script
    .hint = Runs as root, without a terminal. Begin with #!/bin/bash or the like.
parameter-description = Description
    .hint = What you will know it by later. May stay empty.
parameter-snapshot = Snapshot
parameter-sticky = Sticky
    .hint = Yes keeps the snapshot for good; no lets it be purged again.
parameter-sourceVeid = VEID of the source
    .hint = The number of the VPS that exported the snapshot.
parameter-sourceToken = Export token
    .hint = The token that the export gave. It is not shown again.
parameter-backupToken = Backup
parameter-ip = Address
parameter-ptr = PTR name
    .hint = A full domain name, for example mail.example.com.
parameter-location = New location
parameter-externalServerIP = Address of the external server
parameter-externalServerSSHport = SSH port of the external server
    .hint = Usually 22.
parameter-externalServerRootPassword = Root password of the external server
    .hint = KiwiVM signs in with it. It is not stored here and not shown again.
parameter-record_id = Case
parameter-json_notification_preferences = Preferences
    .hint = A JSON object from the number of a notification to 1 (send) or 0 (do not), such as { "{" }"3": 1, "7": 0{ "}" }.
