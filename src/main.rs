//! The program `kiwideck`: reads the command line and does what it says. All else is the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    kiwideck::cli::main()
}
