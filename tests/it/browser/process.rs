//! A program under test, or one that tests: what it prints can be waited for, and it dies with its owner.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

/// Nothing here takes longer, on a slow machine neither.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A running program. It dies when this is dropped, and with Ctrl-C, for it stays in our process group.
pub(crate) struct Process {
    name: String,
    child: Child,
    lines: Receiver<String>,
}

impl Process {
    /// Starts a program. A missing one is named, with where it comes from.
    pub(crate) fn start(command: &mut Command) -> Process {
        let name = command.get_program().to_string_lossy().into_owned();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| {
                panic!("{name} does not start ({error}); ./ci says what the tests need")
            });
        let (sender, lines) = channel();
        pass_on(child.stdout.take(), sender.clone());
        pass_on(child.stderr.take(), sender);
        Process { name, child, lines }
    }

    /// Waits for the line in which `find` finds what it looks for.
    pub(crate) fn wait_for_line<T>(&self, find: impl Fn(&str) -> Option<T>) -> T {
        self.wait_at_most(3 * PATIENCE, find)
    }

    /// The same, with a patience of one's own.
    pub(crate) fn wait_at_most<T>(
        &self,
        patience: Duration,
        find: impl Fn(&str) -> Option<T>,
    ) -> T {
        let until = Instant::now() + patience;
        let mut said = Vec::new();
        loop {
            let rest = until.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(rest) {
                Ok(line) => match find(&line) {
                    Some(found) => return found,
                    None => said.push(line),
                },
                Err(_) => panic!("{} did not say it; it said {said:#?}", self.name),
            }
        }
    }
}

/// Both streams are read to their end, so that the program never waits for us.
fn pass_on(stream: Option<impl Read + Send + 'static>, sender: Sender<String>) {
    let stream = stream.expect("it was asked to be piped");
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
