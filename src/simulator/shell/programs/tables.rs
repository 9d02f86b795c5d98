//! Programs that print a table: df, free, ps, ss.

use super::Options;
use crate::simulator::shell::run::Shell;

pub(super) fn df(shell: &mut Shell<'_>, arguments: &[String]) -> i32 {
    let human = Options::of(arguments, "").has('h');
    let (size, used) = (shell.facts.disk_bytes, shell.facts.disk_used_bytes);
    let percent = used * 100 / size.max(1);
    let shown = |bytes: u64| {
        if human {
            format!("{}G", bytes >> 30)
        } else {
            (bytes / 1024).to_string()
        }
    };
    let head = if human { "Size" } else { "1K-blocks" };
    let (size, used, free) = (shown(size), shown(used), shown(size.saturating_sub(used)));
    shell.print(&format!(
        "Filesystem     {head:>10} {:>10} {:>10} Use% Mounted on\n/dev/vda1      {size:>10} {used:>10} {free:>10} {percent:>3}% /\n",
        "Used", "Avail"
    ));
    0
}

pub(super) fn free(shell: &mut Shell<'_>, arguments: &[String]) -> i32 {
    let unit_kb = if Options::of(arguments, "").has('m') {
        1024
    } else {
        1
    };
    let total = shell.facts.memory_kb / unit_kb;
    let available = shell.facts.memory_available_kb / unit_kb;
    let swap = shell.facts.swap_kb / unit_kb;
    let (used, cache) = (total - available, available / 2);
    let free = available - cache;
    shell.print(&format!(
        "               total        used        free      shared  buff/cache   available\nMem:    {total:12}{used:12}{free:12}{:12}{cache:12}{available:12}\nSwap:   {swap:12}{:12}{swap:12}\n",
        0, 0
    ));
    0
}

pub(super) fn ps(shell: &mut Shell<'_>, arguments: &[String]) -> i32 {
    let long = arguments
        .iter()
        .any(|argument| argument.contains(['a', 'e']));
    let processes = [
        (1, "systemd"),
        (412, "sshd"),
        (655, "nginx"),
        (4242, "bash"),
        (4243, "ps"),
    ];
    shell.print("    PID TTY          TIME CMD\n");
    for (pid, name) in processes.iter().filter(|(pid, _)| long || *pid > 4000) {
        shell.print(&format!("{pid:7} ?        00:00:00 {name}\n"));
    }
    0
}

/// What listens: sshd where its file says, and the web server.
pub(super) fn ss(shell: &mut Shell<'_>, _: &[String]) -> i32 {
    let config = shell.files.read("/etc/ssh/sshd_config").unwrap_or_default();
    let config = String::from_utf8_lossy(config);
    let port = config.lines().find_map(|line| line.strip_prefix("Port "));
    let listening = [(port.unwrap_or("22"), "sshd", 412), ("80", "nginx", 655)];
    let rows = listening.map(|(port, name, pid)| {
        let local = format!("0.0.0.0:{port}");
        format!("tcp   LISTEN 0      128    {local:>18}       0.0.0.0:*    users:((\"{name}\",pid={pid},fd=3))\n")
    });
    shell.print("Netid State  Recv-Q Send-Q Local Address:Port  Peer Address:Port Process\n");
    rows.iter().for_each(|row| shell.print(row));
    0
}
