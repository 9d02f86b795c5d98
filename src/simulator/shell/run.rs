//! Walks a script and runs it in memory, within bounds. Words are expanded in `expand`, programs
//! are in `programs`.

use super::files::{Files, absolute};
use super::parse::parse;
use super::programs;
use super::state::{Facts, State};
use super::streams::{Input, Sink};
use super::syntax::{Command, Joint, Kind, List, Pipeline, Word};

const STEP_LIMIT: usize = 200_000;
pub(super) const OUTPUT_LIMIT_BYTES: usize = 32 * 1024 * 1024;
const DEPTH_LIMIT: usize = 40;
/// About 30 s, then the command is killed (one source).
const SLEEP_LIMIT_S: f64 = 30.0;
const KILLED: i32 = 137;

/// Why a list ends before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    Exit(i32),
    Return(i32),
    Break,
    Continue,
}

/// How a command ended: its status, or that more than itself ends.
pub(super) type Run = Result<i32, Stop>;

/// A shell at work on a machine's files.
pub(super) struct Shell<'machine> {
    pub(super) files: &'machine mut Files,
    pub(super) facts: Facts,
    pub(super) now_s: i64,
    pub(super) state: State,
    pub(super) slept_s: f64,
    /// How the last command substitution ended.
    substituted: i32,
    steps: usize,
    depth: usize,
    written_bytes: usize,
}

impl<'machine> Shell<'machine> {
    pub(super) fn new(files: &'machine mut Files, facts: Facts, now_s: i64) -> Shell<'machine> {
        Shell {
            files,
            facts,
            now_s,
            state: State::newborn(),
            slept_s: 0.0,
            substituted: 0,
            steps: 0,
            depth: 0,
            written_bytes: 0,
        }
    }

    /// Runs a whole script: its status and everything it has written, to wherever it went.
    pub(super) fn run_script(&mut self, script: &str) -> (i32, String) {
        let console = self.state.streams.out.clone();
        let ended = self.run_text(script);
        let mut status = ended.unwrap_or_else(status_of);
        if let Some(last_words) = self.state.at_exit.take() {
            self.state.status = status;
            if let Err(Stop::Exit(other)) = self.run_text(&last_words) {
                status = other;
            }
        }
        if self.is_killed() {
            status = KILLED;
        }
        (
            status,
            String::from_utf8_lossy(&console.taken()).into_owned(),
        )
    }

    /// Runs text that has yet to be parsed.
    pub(super) fn run_text(&mut self, text: &str) -> Run {
        match parse(text) {
            Ok(list) => self.run_list(&list),
            Err(wrong) => {
                self.complain(&format!("bash: {wrong}"));
                self.state.status = 2;
                Ok(2)
            }
        }
    }

    pub(super) fn is_killed(&self) -> bool {
        self.steps > STEP_LIMIT
            || self.written_bytes > OUTPUT_LIMIT_BYTES
            || self.slept_s > SLEEP_LIMIT_S
    }

    pub(super) fn step(&mut self) -> Result<(), Stop> {
        self.steps += 1;
        if self.is_killed() {
            Err(Stop::Exit(KILLED))
        } else {
            Ok(())
        }
    }

    /// Counts work inside a program against the same bound.
    pub(super) fn work(&mut self, steps: usize) {
        self.steps += steps;
    }

    pub(super) fn print(&mut self, text: &str) {
        self.print_bytes(text.as_bytes());
    }

    pub(super) fn print_bytes(&mut self, bytes: &[u8]) {
        self.written_bytes += bytes.len();
        if self.written_bytes <= OUTPUT_LIMIT_BYTES {
            self.state.streams.out.write(bytes, self.files, self.now_s);
        }
    }

    /// A line on the error stream.
    pub(super) fn complain(&mut self, line: &str) {
        self.written_bytes += line.len();
        let text = format!("{line}\n");
        self.state
            .streams
            .err
            .write(text.as_bytes(), self.files, self.now_s);
    }

    /// A path as seen from the present directory.
    pub(super) fn path(&self, path: &str) -> String {
        absolute(&self.state.directory, path)
    }

    pub(super) fn variable(&self, name: &str) -> Option<String> {
        self.state
            .variables
            .get(name)
            .map(|(value, _)| value.clone())
    }

    pub(super) fn set_variable(&mut self, name: &str, value: String) {
        let exported = self
            .state
            .variables
            .get(name)
            .is_some_and(|(_, exported)| *exported);
        self.state
            .variables
            .insert(name.to_owned(), (value, exported));
    }

    pub(super) fn run_list(&mut self, list: &List) -> Run {
        self.depth += 1;
        let ended = if self.depth > DEPTH_LIMIT {
            self.complain("bash: maximum nesting level exceeded");
            Err(Stop::Exit(1))
        } else {
            self.run_pipelines(list)
        };
        self.depth -= 1;
        ended
    }

    fn run_pipelines(&mut self, list: &List) -> Run {
        for (index, (joint, pipeline)) in list.iter().enumerate() {
            let due = match joint {
                Joint::Always => true,
                Joint::IfSucceeded => self.state.status == 0,
                Joint::IfFailed => self.state.status != 0,
            };
            if !due {
                continue;
            }
            self.step()?;
            let status = self.run_pipeline(pipeline)?;
            self.state.status = status;
            let tested = list
                .get(index + 1)
                .is_some_and(|(next, _)| *next != Joint::Always);
            if self.state.exits_on_failure && status != 0 && !tested && !pipeline.negated {
                return Err(Stop::Exit(status));
            }
        }
        Ok(if list.is_empty() {
            0
        } else {
            self.state.status
        })
    }

    fn run_pipeline(&mut self, pipeline: &Pipeline) -> Run {
        let status = match pipeline.commands.as_slice() {
            [command] => self.run_command(command)?,
            commands => self.run_piped(commands),
        };
        Ok(if pipeline.negated {
            i32::from(status == 0)
        } else {
            status
        })
    }

    /// Each command in a subshell of its own, its output the next one's input.
    fn run_piped(&mut self, commands: &[Command]) -> i32 {
        let mut status = 0;
        let mut input = self.state.streams.input.clone();
        for (index, command) in commands.iter().enumerate() {
            let saved = self.state.clone();
            let pipe = Sink::buffer();
            self.state.streams.input = input;
            if index + 1 < commands.len() {
                self.state.streams.out = pipe.clone();
            }
            status = self.run_command(command).unwrap_or_else(status_of);
            self.state = saved;
            input = Input::of(pipe.taken());
        }
        status
    }

    fn run_command(&mut self, command: &Command) -> Run {
        self.step()?;
        let saved = self.state.streams.clone();
        let opened = command
            .redirects
            .iter()
            .try_for_each(|redirect| self.open(redirect));
        let keeps = matches!(&command.kind, Kind::Simple { words, .. } if is_bare_exec(words));
        let ended = match opened {
            Ok(()) => self.run_kind(&command.kind),
            Err(why) => {
                self.complain(&format!("bash: {why}"));
                Ok(1)
            }
        };
        if !keeps {
            self.state.streams = saved;
        }
        ended
    }

    /// A failing condition ends nothing, even under `set -e`.
    pub(super) fn run_condition(&mut self, condition: &List) -> Run {
        let saved = std::mem::replace(&mut self.state.exits_on_failure, false);
        let ended = self.run_list(condition);
        self.state.exits_on_failure = saved;
        ended
    }

    /// Runs a list whose changes to the shell are forgotten; those to files stay.
    pub(super) fn run_apart(&mut self, list: &List) -> i32 {
        let saved = self.state.clone();
        let status = self.run_list(list).unwrap_or_else(status_of);
        self.state = saved;
        status
    }

    /// The output of a list, without the newlines at its end.
    pub(super) fn captured(&mut self, list: &List) -> String {
        let outer = self.state.streams.out.clone();
        let pipe = Sink::buffer();
        self.state.streams.out = pipe.clone();
        self.substituted = self.run_apart(list);
        self.state.streams.out = outer;
        let text = String::from_utf8_lossy(&pipe.taken()).into_owned();
        text.trim_end_matches('\n').to_owned()
    }

    pub(super) fn give_up(&mut self, why: &str) -> Run {
        self.complain(&format!("bash: {why}"));
        Err(Stop::Exit(1))
    }

    pub(super) fn run_simple(&mut self, assignments: &[(String, Word)], words: &[Word]) -> Run {
        let words = match self.expand_all(words) {
            Ok(words) => words,
            Err(why) => return self.give_up(&why),
        };
        self.substituted = 0;
        let saved = (!words.is_empty()).then(|| self.state.variables.clone());
        for (name, word) in assignments {
            let value = match self.expand_quoted(word) {
                Ok(value) => value,
                Err(why) => return self.give_up(&why),
            };
            self.state
                .variables
                .insert(name.clone(), (value, saved.is_some()));
        }
        let Some((name, arguments)) = words.split_first() else {
            // `x=$(false)` fails as the command in it did.
            return Ok(self.substituted);
        };
        let ended = self.call(name, arguments);
        if let Some(saved) = saved.filter(|_| !assignments.is_empty()) {
            self.state.variables = saved;
        }
        ended
    }

    /// Runs a function or a program by name.
    pub(super) fn call(&mut self, name: &str, arguments: &[String]) -> Run {
        let Some(body) = self.state.functions.get(name).cloned() else {
            return programs::run(self, name, arguments);
        };
        let saved = std::mem::replace(&mut self.state.arguments, arguments.to_vec());
        self.depth += 1;
        let ended = if self.depth > DEPTH_LIMIT {
            Err(Stop::Exit(1))
        } else {
            self.run_command(&body)
        };
        self.depth -= 1;
        self.state.arguments = saved;
        match ended {
            Err(Stop::Return(status)) => Ok(status),
            other => other,
        }
    }
}

/// `exec` with nothing but redirections keeps them.
fn is_bare_exec(words: &[Word]) -> bool {
    matches!(words, [word] if matches!(word.as_slice(), [super::syntax::Part::Plain(name)] if name == "exec"))
}

fn status_of(stop: Stop) -> i32 {
    match stop {
        Stop::Exit(status) | Stop::Return(status) => status,
        Stop::Break | Stop::Continue => 0,
    }
}
