//! # throughline
//!
//! The command line: the desk's server, standards, the record, imports and exports, upkeep, a demonstration. Each command is a
//! use case of `service`, asked as somebody on the staff register; this crate turns arguments into requests and answers into
//! words.
//!
//! *May know:* everything below it. *Must not know:* SQL, policies, how anything is decided.
//!
//! Invariant: only [`platform`] reads the time and makes identifiers; only [`out`] writes to the terminal. The program
//! ends with 0 when it did what was asked, with 1 and a sentence when it did not, with 2 when the arguments are wrong.

mod access;
mod arguments;
mod background;
mod campaign;
mod demo;
mod export;
mod facts;
mod import;
mod lists;
mod measure;
mod messages;
mod out;
mod person;
mod plan;
mod platform;
mod rule_files;
mod serve;
mod session;
mod staff;
mod standards;
mod synthetic_area;
mod table;
mod upkeep;
mod user;
mod wording;

use arguments::{Arguments, Command};
use clap::Parser as _;
use mimalloc::MiMalloc;
use out::Out;
use session::Session;
use std::io::Write as _;
use std::process::ExitCode;

/// A page of a record is thousands of short texts that live for a millisecond: this allocator is made for that.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut out = Out::open();
    let done = run(arguments, &mut out).and_then(|()| Ok(out.flush()?));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) if out.reader_gone() => ExitCode::SUCCESS,
        Err(error) => {
            // What was answered before the trouble stands before it.
            let _ = out.flush();
            out::tell(format_args!("throughline: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments, out: &mut Out) -> anyhow::Result<()> {
    let Arguments { common, command } = arguments;
    match command {
        Command::Standards(command) => standards::run(&common, command, out),
        Command::Person(command) => person::run(&Session::open(&common)?, command, out),
        Command::Worklist(asked) => lists::worklist(&Session::open(&common)?, &asked, out),
        Command::Caseload(asked) => lists::caseload(&Session::open(&common)?, &asked, out),
        Command::Measure(command) => measure::run(&common, &command, out),
        Command::Plan(command) => plan::run(&common, &command, out),
        Command::Facts(command) => facts::run(&Session::open(&common)?, command, out),
        Command::Import(asked) => import::run(&Session::open(&common)?, &asked, out),
        Command::Export(command) => export::run(&Session::open(&common)?, &command, out),
        Command::Verify(json) => upkeep::verify(&Session::open(&common)?, json.json, out),
        Command::Refresh(json) => upkeep::refresh(&Session::open(&common)?, json.json, out),
        Command::Backup(asked) => upkeep::backup(&Session::open(&common)?, &asked.file, out),
        Command::Restore(asked) => upkeep::restore(&common, &asked.file, out),
        Command::Log(command) => access::run(&Session::open(&common)?, command, out),
        Command::Staff(command) => staff::run(&common, command, out),
        Command::User(command) => user::run(&common, command, out),
        Command::Campaign(command) => campaign::run(&common, &command, out),
        Command::Synthetic(asked) => synthetic_area::run(&common, &asked, out),
        Command::Serve(asked) => serve::run(&common, &asked, out),
        Command::Demo(asked) => demo::run(&common, &asked, out),
    }
}
