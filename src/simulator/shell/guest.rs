//! What a simulated VPS looks like from inside: the files it is born with, and those in `/proc`
//! and `/etc` that follow its state.

use super::files::Files;
use super::state::Facts;
use crate::simulator::calls::information::{load_average, memory_available_kb};
use crate::simulator::machine::Machine;

const DIRECTORIES: &[&str] = &[
    "/bin",
    "/boot",
    "/dev",
    "/etc",
    "/etc/ssh",
    "/home",
    "/opt",
    "/proc",
    "/root",
    "/root/.ssh",
    "/srv",
    "/srv/www",
    "/sys",
    "/tmp",
    "/usr",
    "/usr/bin",
    "/var",
    "/var/lib",
    "/var/log",
    "/var/tmp",
    "/var/www",
];

/// The machine's files, made at the first look and brought up to date at each.
pub(super) fn files(machine: &mut Machine, now_s: i64) -> &mut Files {
    let mut files = machine.files.take().unwrap_or_else(|| newborn(machine));
    for (path, content) in living(machine, now_s) {
        // There is room: these files are small, and their directories are never removed for long.
        let _ = files.make_directories(super::files::parent(path), now_s);
        let _ = files.write(path, content.into_bytes(), now_s);
    }
    machine.files.insert(files)
}

fn newborn(machine: &Machine) -> Files {
    let mut files = Files::empty();
    let born_s = machine.made_at_s;
    for directory in DIRECTORIES {
        let _ = files.make_directory(directory, born_s);
    }
    for (path, content) in born_with(machine) {
        let _ = files.write(path, content.into_bytes(), born_s);
    }
    files
}

fn born_with(machine: &Machine) -> [(&'static str, String); 10] {
    let name = machine.os.split('-').next().unwrap_or("linux");
    let version = machine.os.split('-').nth(1).unwrap_or("1");
    [
        ("/etc/os-release", format!("PRETTY_NAME=\"{name} {version}\"\nNAME=\"{name}\"\nID={name}\nVERSION_ID=\"{version}\"\n")),
        ("/etc/passwd", "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\nwww-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\n".to_owned()),
        ("/etc/resolv.conf", "nameserver 192.0.2.53\nnameserver 198.51.100.53\n".to_owned()),
        ("/etc/hosts", format!("127.0.0.1 localhost\n127.0.1.1 {}\n", machine.live_hostname)),
        ("/etc/ssh/sshd_config", format!("Port {}\nPermitRootLogin yes\n", machine.ssh_port)),
        ("/root/.bashrc", "export PS1='\\h:\\w\\$ '\nalias ll='ls -l'\n".to_owned()),
        ("/root/.ssh/authorized_keys", format!("{}\n", machine.account_ssh_keys)),
        ("/root/notes.txt", "Renew the certificate in spring.\n证书每年春天续期。\n".to_owned()),
        ("/var/log/syslog", format!("{0} systemd[1]: Started System Logging Service.\n{0} sshd[412]: Server listening on 0.0.0.0 port {1}.\n", machine.live_hostname, machine.ssh_port)),
        ("/var/www/index.html", "<!doctype html>\n<title>It works</title>\n<p>It works.\n".to_owned()),
    ]
}

fn living(machine: &Machine, now_s: i64) -> [(&'static str, String); 5] {
    let total_kb = machine.plan.ram_bytes / 1024;
    let available_kb = memory_available_kb(machine);
    let swap_kb = machine.plan.swap_bytes / 1024;
    let up_s = (now_s - machine.made_at_s).max(0);
    [
        ("/etc/hostname", format!("{}\n", machine.live_hostname)),
        ("/proc/loadavg", format!("{}\n", load_average(machine))),
        (
            "/proc/meminfo",
            format!(
                "MemTotal:       {total_kb:8} kB\nMemFree:        {:8} kB\nMemAvailable:   {available_kb:8} kB\nSwapTotal:      {swap_kb:8} kB\nSwapFree:       {swap_kb:8} kB\n",
                available_kb / 2
            ),
        ),
        ("/proc/uptime", format!("{up_s}.00 {}.00\n", up_s / 10 * 9)),
        (
            "/proc/version",
            "Linux version 6.1.0-18-amd64 (builder@example.com)\n".to_owned(),
        ),
    ]
}

/// What programs tell about the machine.
pub(super) fn facts(machine: &Machine, now_s: i64) -> Facts {
    Facts {
        hostname: machine.live_hostname.clone(),
        up_s: (now_s - machine.made_at_s).max(0),
        load: load_average(machine),
        memory_kb: machine.plan.ram_bytes / 1024,
        memory_available_kb: memory_available_kb(machine),
        swap_kb: machine.plan.swap_bytes / 1024,
        disk_bytes: machine.plan.disk_bytes,
        disk_used_bytes: machine.disk_used_bytes,
    }
}
