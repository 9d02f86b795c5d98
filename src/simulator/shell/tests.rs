//! Commands as a person, a script and the panel's own wrapper send them.

use super::{Ended, enter, execute, programs, run_script};
use crate::simulator::Machine;
use crate::simulator::chance::Chance;

const NOW_S: i64 = 1_790_000_000;
const ROUNDS: usize = 1500;

fn run(command: &str) -> (i32, String) {
    run_on(&mut Machine::kvm(100_001), command)
}

fn run_on(machine: &mut Machine, command: &str) -> (i32, String) {
    let Ended { status, output } = execute(machine, command, NOW_S);
    (status, output)
}

/// Each command with the output it must have, and status 0.
fn check(cases: &[(&str, &str)]) {
    for (command, expected) in cases {
        assert_eq!(run(command), (0, (*expected).to_owned()), "{command}");
    }
}

#[test]
fn quotes_and_values_expand_as_in_a_real_shell() {
    check(&[
        ("echo a  'b  c' \"d  $HOME\" \\$x", "a b  c d  /root $x\n"),
        ("x='1  2'; echo $x \"$x\" '$x' ${x}y", "1 2 1  2 $x 1 2y\n"),
        (
            "echo ${nope:-none} ${HOME:+set} ${#HOME} ~ ~/a a~",
            "none set 5 /root /root/a a~\n",
        ),
        (
            "f=/a/b.tar.gz; echo ${f##*/} ${f%.*} ${f%%.*} ${f#/}",
            "b.tar.gz /a/b.tar /a/b a/b.tar.gz\n",
        ),
        (
            "echo $(echo a; echo b) \"$(echo a; echo b)\" `echo c`",
            "a b a\nb c\n",
        ),
        ("echo $((2 + 3 * 4)) $((x + 1))", "14 1\n"),
        (
            "set -- a 'b c'; echo $# $1; for w in \"$@\"; do echo \"<$w>\"; done",
            "2 a\n<a>\n<b c>\n",
        ),
        (
            "printf '%s=%d|%5s|%-3s|\\n' a 7 b c; printf '%%\\n'",
            "a=7|    b|c  |\n%\n",
        ),
        (
            "echo -n a; echo -e 'b\\tc\\x41'; echo $'d\\ne'",
            "ab\tcA\nd\ne\n",
        ),
        ("echo \"\" x''y \"a\"'b'c # comment", " xy abc\n"),
        ("echo 中文 | cat", "中文\n"),
    ]);
}

#[test]
fn commands_are_joined_negated_grouped_and_chosen() {
    check(&[
        ("true && echo yes || echo no; false || echo no", "yes\nno\n"),
        ("! false && echo ok", "ok\n"),
        (
            "{ echo a; echo b; } | wc -l; (cd /tmp; pwd); pwd",
            "2\n/tmp\n/\n",
        ),
        ("if [ -d /etc ]; then echo d; else echo n; fi", "d\n"),
        (
            "if false; then :; elif test 2 -gt 1; then echo two; fi",
            "two\n",
        ),
        (
            "for i in 1 2 3; do [ $i = 2 ] && continue; echo $i; done",
            "1\n3\n",
        ),
        (
            "i=0; while [ $i -lt 3 ]; do i=$((i+1)); done; echo $i",
            "3\n",
        ),
        ("case abc in x*) echo x;; a*|b*) echo ab;; esac", "ab\n"),
        (
            "hi() { echo \"hi $1\"; return 3; }; hi you; echo $?",
            "hi you\n3\n",
        ),
        ("echo a \\\n  b &&\n echo c", "a b\nc\n"),
        (
            "seq 3 | while read n; do echo \"n$n\"; done",
            "n1\nn2\nn3\n",
        ),
    ]);
}

#[test]
fn redirections_and_here_documents_work() {
    check(&[
        (
            "echo a > /tmp/f; echo b >> /tmp/f; cat < /tmp/f; wc -c /tmp/f",
            "a\nb\n4 /tmp/f\n",
        ),
        ("ls /nope 2>/dev/null; ls /nope 2>&1 | wc -l", "1\n"),
        (
            "x=1\ncat <<EOF\nx is $x\n\\$x\nEOF\ncat <<'EOF'\n$x\nEOF",
            "x is 1\n$x\n$x\n",
        ),
        ("cat <<-EOF\n\tcut\n\tEOF\necho after", "cut\nafter\n"),
        (
            "echo a >&2; { echo b; ls /no; } > /dev/null 2>&1; echo c",
            "a\nc\n",
        ),
        ("exec > /tmp/log 2>&1; echo hidden; cat /tmp/log >&3", ""),
        ("grep -c b <<< 'abc'", "1\n"),
    ]);
}

#[test]
fn status_and_words_of_failure_are_those_of_bash() {
    assert_eq!(
        run("xyz a"),
        (127, "bash: xyz: command not found\n".to_owned())
    );
    assert_eq!(
        run("cd /nope"),
        (1, "bash: cd: /nope: No such file or directory\n".to_owned())
    );
    assert_eq!(
        run("cd /etc/passwd"),
        (1, "bash: cd: /etc/passwd: Not a directory\n".to_owned())
    );
    assert_eq!(
        run("cat /nope").1,
        "cat: /nope: No such file or directory\n"
    );
    assert_eq!(run("exit 300").0, 44);
    assert_eq!(run("false; echo $?; exit").0, 0);
    assert_eq!(run("true | false").0, 1);
    assert_eq!(run("x=$(false)").0, 1);
    assert_eq!(run("false; x=$?; exit $x").0, 1);
    assert_eq!(run("set -e; false; echo never"), (1, String::new()));
    for broken in [
        "echo 'a",
        "echo (",
        "if true; then",
        "&& a",
        "echo $(",
        "| a",
        "done",
    ] {
        let (status, output) = run(broken);
        assert!(
            status == 2 || status == 127 && broken == "done",
            "{broken}: {status}"
        );
        assert!(output.starts_with("bash: "), "{broken}: {output}");
    }
}

#[test]
fn files_are_made_listed_moved_and_removed() {
    check(&[
        (
            "mkdir -p /srv/a/b && cd /srv/a && touch b/f && ls -a b",
            ".\n..\nf\n",
        ),
        (
            "cd /tmp; echo 1 > a; cp a b; mv b c; ls; rm a c; ls",
            "a\nc\n",
        ),
        (
            "mkdir /tmp/d; cp -r /etc/ssh /tmp/d/; ls /tmp/d/ssh; rm -rf /tmp/d; ls /tmp",
            "sshd_config\n",
        ),
        (
            "cd /etc; echo host* r*.conf none*",
            "hostname hosts resolv.conf none*\n",
        ),
        ("ls -l /etc/hostname | cut -d' ' -f1", "-rw-r--r--\n"),
        (
            "basename /a/b.c .c; dirname /a/b; find /var/www -type f",
            "b\n/a\n/var/www/index.html\n",
        ),
        (
            "printf '#!/bin/sh\\necho ran $1\\n' > /root/s; chmod +x /root/s; /root/s now; sh /root/s 2",
            "ran now\nran 2\n",
        ),
    ]);
    assert_eq!(
        run("rm -rf /; ls /etc/passwd").1,
        "rm: it is dangerous to operate recursively on '/'\n/etc/passwd\n"
    );
    assert_eq!(run("mkdir /a/b").0, 1);
    assert_eq!(run("mv /etc /etc/x").0, 1);
}

#[test]
fn text_goes_through_the_usual_programs() {
    check(&[
        (
            "seq 12 | head -n 2; seq 12 | tail -2; seq 4 | tail -n +3",
            "1\n2\n11\n12\n3\n4\n",
        ),
        (
            "printf abcdef | tail -c +3; printf abcdef | head -c 2",
            "cdefab",
        ),
        (
            "printf 'b\\na\\nb\\n' | sort | uniq -c",
            "      1 a\n      2 b\n",
        ),
        ("grep -n root /etc/passwd | cut -d: -f1-2", "1:root\n"),
        (
            "echo 'Hello' | tr a-z A-Z | tee /tmp/t; cat /tmp/t",
            "HELLO\nHELLO\n",
        ),
        ("echo hi | base64 | base64 -d", "hi\n"),
        ("printf '10\\n9\\n' | sort -n", "9\n10\n"),
    ]);
}

#[test]
fn the_machine_is_the_one_that_was_made() {
    let mut machine = Machine::ovz(100_002).named("inside.example.com");
    assert_eq!(
        run_on(&mut machine, "hostname; cat /etc/hostname; whoami").1,
        "inside.example.com\ninside.example.com\nroot\n"
    );
    assert_eq!(
        run("date +%Y-%m-%d; uname; id -u; pwd").1,
        "2026-09-21\nLinux\n0\n/\n"
    );
    for program in [
        "uptime", "free -m", "df -h", "ps aux", "env", "uname -a", "date",
    ] {
        let (status, output) = run(program);
        assert!(status == 0 && output.ends_with('\n'), "{program}: {output}");
    }
    assert_eq!(run("command -v ls; command -v nope").0, 1);
}

#[test]
fn files_outlive_a_command_and_directories_and_variables_do_not() {
    let mut machine = Machine::kvm(100_001);
    run_on(&mut machine, "cd /tmp; x=1; echo kept > file");
    assert_eq!(
        run_on(&mut machine, "pwd; echo $x; cat /tmp/file").1,
        "/\n\nkept\n"
    );
}

#[test]
fn directories_are_entered_from_directories() {
    let mut machine = Machine::kvm(100_001);
    let mut go = |from: &str, to: &str| enter(&mut machine, (from, to), NOW_S);
    assert_eq!(go("/", "etc"), Ok("/etc".to_owned()));
    assert_eq!(go("/var/log", "../lib"), Ok("/var/lib".to_owned()));
    assert_eq!(go("/", "nope"), Err("No such file or directory"));
    assert_eq!(go("/", "/etc/passwd"), Err("Not a directory"));
}

#[test]
fn a_wrapper_that_reports_status_and_directory_gets_them() {
    let wrapped = |directory: &str, line: &str| {
        run(&format!(
            "cd -- '{directory}' || exit 1\n{line}\nstatus=$?\nprintf '\\nMARK-7f3a %s %s\\n' \"$status\" \"$(pwd)\"\nexit \"$status\""
        ))
    };
    let (status, output) = wrapped("/tmp", "cd /etc; ls /nope; false");
    assert_eq!(status, 1);
    assert!(output.ends_with("\nMARK-7f3a 1 /etc\n"), "{output}");
    let (status, output) = wrapped("/nope", "echo never");
    assert_eq!(
        (status, output.as_str()),
        (1, "bash: cd: /nope: No such file or directory\n")
    );
}

#[test]
fn a_wrapper_with_a_trap_and_an_eval_reports_even_after_exit_and_nonsense() {
    let wrapped = |line: &str| {
        let line = line.replace('\'', "'\\''");
        run(&format!(
            "cd -- '/root' || exit 1\ntrap 's=$?; printf \"\\nMARK %s %s\\n\" \"$s\" \"$PWD\"' EXIT\neval '{line}'\n"
        ))
    };
    assert_eq!(
        wrapped("cd /tmp; exit 7"),
        (7, "\nMARK 7 /tmp\n".to_owned())
    );
    assert_eq!(
        wrapped("echo 'it'\"'s\""),
        (0, "it's\n\nMARK 0 /root\n".to_owned())
    );
    let (status, output) = wrapped("echo 'open");
    assert!(
        status == 2 && output.ends_with("\nMARK 2 /root\n"),
        "{output}"
    );
}

#[test]
fn nothing_runs_for_ever_or_without_end() {
    assert_eq!(run("while true; do :; done").0, 137);
    assert_eq!(run("f() { f; }; f").0, 1);
    assert_eq!(run("sleep 31; echo never"), (137, String::new()));
    assert_eq!(run("sleep 29; echo slept"), (0, "slept\n".to_owned()));
    assert_eq!(run("seq 1 100000000").0, 137);
    assert_eq!(run(&"(".repeat(5000)).0, 2);
    for opening in ["$(", "${a:-", "$((", "{ ", "if ", "\"$("] {
        let deep = format!("echo {}", opening.repeat(5000));
        assert!(run(&deep).1.len() < 100_000, "{opening}");
    }
    let sums = format!("echo {}1{}", "$((".repeat(200), "))".repeat(200));
    assert_eq!(run(&sums).0, 2);
    assert_eq!(run("f() { eval f; }; f").0, 1);
    assert!(run("f() { x=$(f); }; f").1.len() < 1000);
    let (status, _) = run("x=aaaaaaaaaaaaaaaa; while true; do x=$x$x$x$x; done");
    assert_ne!(status, 0);
}

#[test]
fn a_script_leaves_its_output_in_a_log() {
    let mut machine = Machine::kvm(100_001);
    let log = run_script(&mut machine, "echo one\necho two >&2", NOW_S);
    assert_eq!(run_on(&mut machine, &format!("cat {log}")).1, "one\ntwo\n");
}

#[test]
fn nonsense_is_answered_and_never_a_panic() {
    const PIECES: [&str; 48] = [
        " ",
        " ",
        "\n",
        ";",
        ";;",
        "&&",
        "||",
        "|",
        "&",
        "(",
        ")",
        "{ ",
        "; }",
        "'",
        "\"",
        "`",
        "\\",
        "$",
        "$(",
        "${",
        "}",
        "$((",
        "))",
        "#",
        "%",
        ":-",
        "<",
        ">",
        ">>",
        "2>&1",
        "<<E",
        "E\n",
        "if ",
        "then ",
        "fi ",
        "for x in ",
        "do ",
        "done ",
        "case x in ",
        "esac ",
        "while ",
        "f() ",
        "! ",
        "~",
        "*",
        "[",
        "x=",
        "echo ",
    ];
    let scripts = |chance: &mut Chance| {
        let length = 1 + chance.below(14);
        let pieces = (0..length).map(|_| PIECES[chance.below(48) as usize]);
        pieces.collect::<String>()
    };
    survive(scripts);
}

#[test]
fn programs_take_any_arguments_without_a_panic() {
    const ARGUMENTS: [&str; 24] = [
        "-",
        "--",
        "-n",
        "-c",
        "+",
        "+0",
        "-5",
        "99999999999999999999",
        "%",
        "'%中'",
        "'%-9s%'",
        "-d",
        "'[a'",
        "a*",
        "中",
        "/",
        "..",
        "/etc",
        "/root/notes.txt",
        "-rf",
        "''",
        "=",
        "!",
        "-k2",
    ];
    let commands = |chance: &mut Chance| {
        let names = programs::names();
        let name = names[chance.below(names.len() as u64) as usize];
        let count = chance.below(5);
        let arguments = (0..count).map(|_| ARGUMENTS[chance.below(24) as usize]);
        format!(
            "cat /root/notes.txt | {name} {}",
            arguments.collect::<Vec<_>>().join(" ")
        )
    };
    survive(commands);
}

/// Runs many scripts made by chance on one machine; each must end with a status.
fn survive(make: impl Fn(&mut Chance) -> String) {
    let mut chance = Chance::seeded(7);
    let mut machine = Machine::kvm(100_001);
    for _ in 0..ROUNDS {
        let script = make(&mut chance);
        let (status, _) = run_on(&mut machine, &script);
        assert!((0..=255).contains(&status), "{script}");
    }
}
