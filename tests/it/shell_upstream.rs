//! Real shells of this machine, and a KiwiVM that knows nothing but how to run text in one of them, in a
//! scratch directory. It runs only what the tests send, with a limit of time.

use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::post;
use rustix::process::{Pid, Signal, kill_process_group};
use std::fs::File;
use std::io::{Read, Seek, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;

/// A shell that a VPS may have as `sh`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shell {
    Dash,
    Bash,
    BashAsSh,
    Busybox,
}

/// How a shell gets its text. KiwiVM's way is unknown.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Way {
    Argument,
    File,
    Input,
}

/// How a text ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ran {
    pub(crate) status: i32,
    pub(crate) output: Vec<u8>,
    /// Empty when they went into the output, as KiwiVM has it.
    pub(crate) errors: Vec<u8>,
}

/// A text to run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Order<'a> {
    pub(crate) text: &'a str,
    pub(crate) directory: &'a Path,
    pub(crate) way: Way,
    pub(crate) errors_apart: bool,
    pub(crate) limit: Duration,
}

impl<'a> Order<'a> {
    /// In `/`, as KiwiVM does it.
    pub(crate) fn new(text: &'a str) -> Order<'a> {
        Order {
            text,
            directory: Path::new("/"),
            way: Way::Argument,
            errors_apart: false,
            limit: Duration::from_secs(20),
        }
    }
}

impl Shell {
    pub(crate) const ALL: [Shell; 4] = [Shell::Dash, Shell::Bash, Shell::BashAsSh, Shell::Busybox];

    fn command(self) -> Command {
        let (program, name) = match self {
            Shell::Dash => ("dash", "sh"),
            Shell::Bash => ("bash", "bash"),
            Shell::BashAsSh => ("bash", "sh"),
            Shell::Busybox => ("busybox", "sh"),
        };
        let mut command = Command::new(program);
        command.arg0(name).env_clear();
        command.envs([
            ("PATH", "/usr/bin:/bin"),
            ("LANG", "C.UTF-8"),
            ("HOME", "/nonexistent"),
        ]);
        command
    }

    pub(crate) fn run(self, order: Order<'_>) -> Ran {
        let mut output = tempfile::tempfile().unwrap();
        let mut errors = tempfile::tempfile().unwrap();
        let apart = if order.errors_apart { &errors } else { &output };
        let mut script = tempfile::NamedTempFile::new().unwrap();
        let mut command = self.command();
        command.stdin(Stdio::null());
        match order.way {
            Way::Argument => drop(command.args(["-c", order.text])),
            Way::File => {
                script.write_all(order.text.as_bytes()).unwrap();
                command.arg(script.path());
            }
            Way::Input => {
                script.write_all(order.text.as_bytes()).unwrap();
                command.stdin(File::open(script.path()).unwrap());
            }
        }
        let child = command
            .current_dir(order.directory)
            .stderr(apart.try_clone().unwrap())
            .stdout(output.try_clone().unwrap())
            .process_group(0)
            .spawn()
            .unwrap();
        Ran {
            status: ended(child, order.limit),
            output: content(&mut output),
            errors: content(&mut errors),
        }
    }
}

/// Its status; killed after the limit, as KiwiVM is said to do. What it left behind is killed too.
fn ended(mut child: Child, limit: Duration) -> i32 {
    let group = Pid::from_child(&child);
    let began = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status.code();
        }
        if began.elapsed() > limit {
            kill_process_group(group, Signal::KILL).unwrap();
            child.wait().unwrap();
            break None;
        }
        std::thread::sleep(Duration::from_micros(300));
    };
    let _ = kill_process_group(group, Signal::KILL);
    status.unwrap_or(137)
}

fn content(file: &mut File) -> Vec<u8> {
    let mut bytes = Vec::new();
    file.rewind().unwrap();
    file.take(32 * 1024 * 1024).read_to_end(&mut bytes).unwrap();
    bytes
}

/// A KiwiVM with one VPS, whose shell is this machine's.
pub(crate) struct Upstream {
    pub(crate) url: String,
    heard: Arc<Heard>,
    serving: JoinHandle<()>,
}

struct Heard {
    shell: Shell,
    limit: Duration,
    calls: Mutex<Vec<String>>,
    folder: tempfile::TempDir,
    scripts: Mutex<Vec<Child>>,
}

/// Scripts that wait for something must not outlive their test, nor what they began.
impl Drop for Heard {
    fn drop(&mut self) {
        for script in self.scripts.get_mut().unwrap() {
            let _ = kill_process_group(Pid::from_child(script), Signal::KILL);
            let _ = script.wait();
        }
    }
}

impl Upstream {
    pub(crate) async fn start(shell: Shell, limit: Duration) -> Upstream {
        Upstream::beside(Router::new(), shell, limit).await
    }

    /// One whose other calls are answered by this router.
    pub(crate) async fn beside(others: Router, shell: Shell, limit: Duration) -> Upstream {
        let heard = Arc::new(Heard {
            shell,
            limit,
            calls: Mutex::default(),
            folder: tempfile::Builder::new().prefix("logs").tempdir().unwrap(),
            scripts: Mutex::default(),
        });
        let router = Router::new()
            .route("/v1/basicShell/cd", post(enter))
            .route("/v1/basicShell/exec", post(execute))
            .route("/v1/shellScript/exec", post(run_script))
            .with_state(heard.clone())
            .merge(others);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Upstream {
            url,
            heard,
            serving,
        }
    }

    /// The names of the calls that came, oldest first.
    pub(crate) fn calls(&self) -> Vec<String> {
        self.heard.calls.lock().unwrap().clone()
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn enter(State(heard): State<Arc<Heard>>, body: String) -> impl IntoResponse {
    // Where the tests are not root's, `/root` is closed to them.
    let text = "cd \"$1\" 2>/dev/null; cd \"$2\" && pwd";
    let (from, to) = (field(&body, "currentDir"), field(&body, "newDir"));
    let text = format!("set -- {} {}\n{text}", safe(&from), safe(&to));
    let ran = heard.run("basicShell/cd", text).await;
    let name = if ran.status == 0 { "pwd" } else { "message" };
    reply(ran.status, name, &ran.output)
}

/// The panel sends only names that need no more.
fn safe(directory: &str) -> String {
    assert!(!directory.contains('\''));
    format!("'{directory}'")
}

async fn execute(State(heard): State<Arc<Heard>>, body: String) -> impl IntoResponse {
    let ran = heard.run("basicShell/exec", field(&body, "command")).await;
    reply(ran.status, "message", &ran.output)
}

/// The script runs on its own, and its output goes to a file that the reply names.
async fn run_script(State(heard): State<Arc<Heard>>, body: String) -> impl IntoResponse {
    let script = field(&body, "script");
    let number = heard.scripts.lock().unwrap().len() + 1;
    let log = heard.folder.path().join(format!("script-{number}.log"));
    let file = File::create(&log).unwrap();
    heard.calls.lock().unwrap().push("shellScript/exec".into());
    let mut command = heard.shell.command();
    command.stdin(Stdio::null()).args(["-c", &script]);
    command.stdout(file).current_dir("/").process_group(0);
    let script = command.spawn().unwrap();
    heard.scripts.lock().unwrap().push(script);
    reply(0, "log", log.to_str().unwrap().as_bytes())
}

impl Heard {
    async fn run(&self, call: &str, text: String) -> Ran {
        self.calls.lock().unwrap().push(call.to_owned());
        let (shell, limit) = (self.shell, self.limit);
        let running = tokio::task::spawn_blocking(move || {
            shell.run(Order {
                limit,
                ..Order::new(&text)
            })
        });
        running.await.unwrap()
    }
}

fn field(body: &str, name: &str) -> String {
    let mut fields = form_urlencoded::parse(body.as_bytes());
    fields
        .find(|(known, _)| known == name)
        .unwrap()
        .1
        .into_owned()
}

/// As PHP writes it, but for bytes that are no UTF-8: they go out as they are.
fn reply(status: i32, name: &str, text: &[u8]) -> impl IntoResponse + use<> {
    let mut json = format!("{{\"error\":{status},\"{name}\":\"").into_bytes();
    for byte in text {
        match byte {
            b'"' | b'\\' | b'/' => json.extend([b'\\', *byte]),
            0..0x20 => json.extend(format!("\\u{byte:04x}").bytes()),
            byte => json.push(*byte),
        }
    }
    json.extend(b"\"}");
    ([(header::CONTENT_TYPE, "text/plain;charset=UTF-8")], json)
}

/// A folder that is named with one's own letters, and its path.
pub(crate) fn folder_in(parent: &Path, name: &str) -> PathBuf {
    let path = parent.join(name);
    std::fs::create_dir_all(&path).unwrap();
    path
}
