//! What can be asked on the command line. The first line of each comment is what `--help` says.

use crate::measure::Measure;
use crate::messages::Messages;
use crate::plan::Plan;
use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;
use std::path::PathBuf;
use uuid::Uuid;

/// One person, one record, one plan, one clock: the record and the standards of community justice.
#[derive(Debug, Parser)]
#[command(version, disable_help_subcommand = true)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Everywhere")]
pub(crate) struct Common {
    /// The database: a file, or an address that begins with postgres://
    #[arg(long, global = true, env = "THROUGHLINE_STORE", hide_env_values = true, default_value = "throughline.db")]
    pub(crate) store: String,
    /// The folder of the witness, outside the database [default: beside it]
    #[arg(long, global = true, env = "THROUGHLINE_WITNESS", value_name = "DIR")]
    pub(crate) witness: Option<PathBuf>,
    /// The file with the keys that seal the secrets of authenticators [default: beside the witness]
    #[arg(long, global = true, env = "THROUGHLINE_KEY_FILE", value_name = "FILE")]
    pub(crate) key_file: Option<PathBuf>,
    /// Go on although the database has lost its tail; the access log says so
    #[arg(long, global = true)]
    pub(crate) accept_lost_tail: bool,
    /// Who acts: an account on the staff register
    #[arg(long = "as", global = true, env = "THROUGHLINE_ACCOUNT", value_name = "ACCOUNT")]
    pub(crate) acting_as: Option<String>,
    /// For what purpose [default: what the command is usually for]
    #[arg(long, global = true, value_enum)]
    pub(crate) purpose: Option<Purpose>,
    /// Why you must see a case that is not your team's; logged and reviewed
    #[arg(long, global = true)]
    pub(crate) reason: Option<String>,
    /// The moment to take for now, such as 2026-03-02T09:00
    #[arg(long, global = true, value_name = "MOMENT")]
    pub(crate) now: Option<String>,
    /// A folder with rulebooks/ and calendars/ [default: the working folder's, else those in the program]
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) rules: Option<PathBuf>,
    /// The rulebook: a folder, or the name of one
    #[arg(long, global = true, value_name = "DIR|NAME", default_value = "scotland")]
    pub(crate) rulebook: String,
    /// A council's own limits: a file, or the name of one beside the rulebook
    #[arg(long, global = true, value_name = "FILE|NAME")]
    pub(crate) local: Option<String>,
}

/// The purposes of a request (Data Protection Act 2018 ss.31, 36).
#[derive(Clone, Copy, Debug, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum Purpose {
    Supervision,
    Report,
    Protection,
    Throughcare,
    Management,
    Audit,
    Analysis,
    Import,
}

impl From<Purpose> for record::Purpose {
    fn from(purpose: Purpose) -> Self {
        match purpose {
            Purpose::Supervision => Self::Supervision,
            Purpose::Report => Self::Report,
            Purpose::Protection => Self::Protection,
            Purpose::Throughcare => Self::Throughcare,
            Purpose::Management => Self::Management,
            Purpose::Audit => Self::Audit,
            Purpose::Analysis => Self::Analysis,
            Purpose::Import => Self::Import,
        }
    }
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Standards: list them, explain one, check a timeline, run the examples, report, compare
    #[command(subcommand)]
    Standards(Standards),
    /// One person: show the record, add to it, find it
    #[command(subcommand)]
    Person(Person),
    /// What is due and what was missed, earliest first
    Worklist(Worklist),
    /// A worker's cases
    Caseload(Caseload),
    /// Does it reduce reoffending? Measures from files or from the records
    #[command(subcommand)]
    Measure(Measure),
    /// Plans to reduce reoffending and their money; from files, not from the store
    #[command(subcommand)]
    Plan(Plan),
    /// Facts: count them over everybody's record
    #[command(subcommand)]
    Facts(Facts),
    /// Bring records in from a CSV file, through a map
    Import(Import),
    /// Take records out: events as JSON Lines, or facts as CSV
    #[command(subcommand)]
    Export(Export),
    /// Recompute every chain and every read model, and name what differs
    Verify(Json),
    /// Recompute what time alone has changed: the nightly job
    Refresh(Json),
    /// Write a backup of one moment to a new file, while others work
    Backup(Backup),
    /// Restore a backup into the empty place that --store names
    Restore(Backup),
    /// The access log
    #[command(subcommand)]
    Log(Log),
    /// The staff register
    #[command(subcommand)]
    Staff(Staff),
    /// Users: members of staff with a way to sign in to the desk
    #[command(subcommand)]
    User(User),
    /// Fill a store with a synthetic area
    Synthetic(Synthetic),
    /// Serve the desk: the pages and the JSON API
    Serve(Serve),
    /// Make a synthetic area and open the desk on it
    Demo(Demo),
    /// Try to make the store lose something
    #[command(subcommand)]
    Campaign(Campaign),
}

/// Whether the answer is JSON.
#[derive(Debug, Args)]
pub(crate) struct Json {
    /// Answer in JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Standards {
    /// Every standard with its limit and its citation
    List {
        /// Also those that are off: historic, legacy, proposed
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        json: Json,
    },
    /// One standard in full
    Explain {
        /// The standard, such as nos.allocate
        id: String,
    },
    /// What a timeline of facts owes each standard on a day
    Check(Check),
    /// Run the numbered examples that lie beside the rulebook
    Scenarios {
        /// Also name those that hold
        #[arg(long)]
        verbose: bool,
    },
    /// How often each standard was met, by quarter and team, with the population targets
    Report {
        /// Only what was known to have happened by this day [default: today]
        #[arg(long, value_name = "DATE")]
        as_of: Option<Date>,
        /// One team only
        #[arg(long)]
        team: Option<String>,
        /// One line for each standard, over all quarters and teams
        #[arg(long)]
        totals: bool,
        #[command(flatten)]
        json: Json,
    },
    /// The same cases under the rulebook in force and under a draft, side by side
    WhatIf {
        /// The draft: a folder, or the name of one
        #[arg(long, value_name = "DIR|NAME")]
        with: String,
        /// Only what was known to have happened by this day [default: today]
        #[arg(long, value_name = "DATE")]
        as_of: Option<Date>,
        /// Also the standards that read the same under both
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        json: Json,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Check {
    /// The file of facts: {"facts":[{"name":…,"on":…,"attributes":{…}}, …]}
    #[arg(long, value_name = "FILE")]
    pub(crate) timeline: PathBuf,
    /// The day to judge on [default: today]
    #[arg(long, value_name = "DATE")]
    pub(crate) today: Option<Date>,
    /// The calendar that counts the council's working days [default: the rulebook's]
    #[arg(long, value_name = "ID")]
    pub(crate) calendar: Option<String>,
    #[command(flatten)]
    pub(crate) json: Json,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Person {
    /// The whole record, with its obligations explained
    Show {
        /// The person
        id: String,
        /// As it was known at a moment, such as 2026-03-02T09:00; a day means its end
        #[arg(long, value_name = "MOMENT")]
        known_at: Option<String>,
        #[command(flatten)]
        json: Json,
    },
    /// Record what happened; prints the new version
    Record(RecordWhat),
    /// Find people by name, identifier or date of birth
    Search {
        /// Words of a name in any order, perhaps misspelt or only their beginnings; a number or a date of birth too
        name: Vec<String>,
        /// An identifier, or the reference of an order or report, with or without its strokes
        #[arg(long)]
        identifier: Option<String>,
        /// A date of birth, whole or in part: 17/5/1990, "May 1990", 1990, "aged 36"
        #[arg(long, value_name = "DATE")]
        born: Option<String>,
        #[command(flatten)]
        json: Json,
    },
    /// A person's hours of unpaid work, and nothing else
    UnpaidWork {
        /// The person
        id: String,
        #[command(flatten)]
        json: Json,
    },
}

#[derive(Debug, Args)]
pub(crate) struct RecordWhat {
    /// The person
    pub(crate) id: String,
    /// What happened: a kind of event, such as order.received
    pub(crate) kind: String,
    /// Its content as JSON, or @FILE
    pub(crate) content: String,
    /// The version of the record that you have read; 0 begins a new one
    #[arg(long, value_name = "N")]
    pub(crate) version: u64,
    /// When it happened: 2026-03-02, 2026-03-02T14:30, 2026-03 or 2026
    #[arg(long, value_name = "WHEN")]
    pub(crate) happened: String,
    /// The event's identifier, to say the same thing again safely [default: a new one]
    #[arg(long, value_name = "UUID")]
    pub(crate) event: Option<Uuid>,
    #[command(flatten)]
    pub(crate) json: Json,
}

#[derive(Debug, Args)]
pub(crate) struct Worklist {
    /// Whose [default: your own]
    #[arg(long, conflicts_with = "team")]
    pub(crate) worker: Option<String>,
    /// A whole team's
    #[arg(long)]
    pub(crate) team: Option<String>,
    /// How many days ahead
    #[arg(long, default_value_t = 7)]
    pub(crate) days: u16,
    #[command(flatten)]
    pub(crate) json: Json,
}

#[derive(Debug, Args)]
pub(crate) struct Caseload {
    /// Whose [default: your own]
    pub(crate) worker: Option<String>,
    /// Also orders that have ended and reports that were delivered
    #[arg(long)]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) json: Json,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Facts {
    /// How many people have a fact, and how often it is on record
    Count {
        /// The fact, such as custody.returned
        name: String,
        /// Only facts with this attribute
        #[arg(long = "where", value_name = "ATTRIBUTE=VALUE")]
        wanted: Option<String>,
        #[command(flatten)]
        json: Json,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Import {
    /// The map: which column becomes which event
    #[arg(long, value_name = "MAP.toml")]
    pub(crate) map: PathBuf,
    /// The CSV file
    pub(crate) file: PathBuf,
    /// Also write every trouble to a new file, as JSON Lines
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) json: Json,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Export {
    /// Every event, one line of JSON each
    Events {
        /// A new file [default: standard output]
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
    },
    /// Every fact, one line of CSV each
    Facts {
        /// A new file [default: standard output]
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Backup {
    /// The backup's file
    pub(crate) file: PathBuf,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Log {
    /// Who has looked at a person's record, or changed it
    Who {
        /// The person
        id: String,
        #[command(flatten)]
        json: Json,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Staff {
    /// Add somebody, or replace what is known of them; the first one needs no --as
    Add(Hired),
    /// Everybody on the register
    List(Json),
}

/// Somebody on the staff register.
#[derive(Debug, Args)]
pub(crate) struct Hired {
    /// Their account
    pub(crate) account: String,
    /// Their name
    #[arg(long)]
    pub(crate) name: String,
    /// Their role; may be given several times
    #[arg(long, required = true, value_enum)]
    pub(crate) role: Vec<Role>,
    /// Their council or agency
    #[arg(long)]
    pub(crate) agency: String,
    /// Their team
    #[arg(long)]
    pub(crate) team: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum User {
    /// Let somebody sign in, by a one-time password; the first one needs no --as and should be an administrator
    Add {
        #[command(flatten)]
        hired: Hired,
        #[command(flatten)]
        first: FirstPassword,
    },
    /// Everybody with their account's state
    List(Json),
    /// Forget every secret of an account and give a new one-time password
    Reset {
        /// The account
        account: String,
        #[command(flatten)]
        first: FirstPassword,
    },
    /// Take somebody who has left off the register; nothing of theirs opens the desk any more
    Disable {
        /// The account
        account: String,
    },
}

/// Where a one-time password comes from. Never from the command line, which others on the machine can read.
#[derive(Debug, Args)]
pub(crate) struct FirstPassword {
    /// Read the one-time password from standard input instead of making one
    #[arg(long)]
    pub(crate) password_stdin: bool,
}

/// The roles of staff.
#[derive(Clone, Copy, Debug, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum Role {
    CaseManager,
    TeamManager,
    UnpaidWorkSupervisor,
    Analyst,
    Auditor,
    Administrator,
    Planner,
}

impl From<Role> for service::Role {
    fn from(role: Role) -> Self {
        match role {
            Role::CaseManager => Self::CaseManager,
            Role::TeamManager => Self::TeamManager,
            Role::UnpaidWorkSupervisor => Self::UnpaidWorkSupervisor,
            Role::Analyst => Self::Analyst,
            Role::Auditor => Self::Auditor,
            Role::Administrator => Self::Administrator,
            Role::Planner => Self::Planner,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Synthetic {
    /// How many people
    #[arg(long, default_value_t = 1_000)]
    pub(crate) people: u32,
    /// The same seed makes the same area
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// The last day of which anything is known [default: yesterday]
    #[arg(long, value_name = "DATE")]
    pub(crate) until: Option<Date>,
    /// How many years back it begins
    #[arg(long, default_value_t = 3)]
    pub(crate) years: u8,
    /// Compare the people made with the published figures
    #[arg(long)]
    pub(crate) report: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// How many people [default: 3000, or 600 for the tour]
    #[arg(long)]
    pub(crate) people: Option<u32>,
    /// The folder to make it in; an area.db of an earlier demonstration there is replaced
    #[arg(long, value_name = "DIR", default_value = "demo")]
    pub(crate) dir: PathBuf,
    /// Walk through the area on the terminal instead of opening the desk
    #[arg(long)]
    pub(crate) tour: bool,
    /// Write a token of the API for each role, and whom it can ask about, into a new file
    #[arg(long, value_name = "FILE")]
    pub(crate) tokens: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) serve: Serve,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct Serve {
    /// The address to listen on; put a proxy that speaks TLS before any other than this machine's own
    #[arg(long, env = "THROUGHLINE_LISTEN", value_name = "ADDRESS", default_value = "127.0.0.1:8400")]
    pub(crate) listen: std::net::SocketAddr,
    /// The address under which browsers know the desk, such as `https://desk.example`; passkeys belong to it
    #[arg(long, env = "THROUGHLINE_ORIGIN", value_name = "ADDRESS")]
    pub(crate) origin: Option<String>,
    /// A proxy of ours stands before the desk: take the caller's address from its X-Forwarded-For
    #[arg(long, env = "THROUGHLINE_BEHIND_PROXY")]
    pub(crate) behind_proxy: bool,
    /// A file about an identity provider (OpenID Connect) that signs people in too
    #[arg(long, env = "THROUGHLINE_PROVIDER", value_name = "FILE.toml")]
    pub(crate) provider: Option<PathBuf>,
    /// Let webhooks go to addresses of private networks too, over TLS: for receivers in the same house
    #[arg(long, env = "THROUGHLINE_WEBHOOKS_TO_PRIVATE")]
    pub(crate) webhooks_to_private: bool,
    /// Print every route with who may reach it, as JSON, and end
    #[arg(long)]
    pub(crate) routes: bool,
    #[command(flatten)]
    pub(crate) messages: Messages,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Campaign {
    /// Kill a process that writes, again and again, and check that nothing acknowledged is lost
    Kill {
        /// How often
        #[arg(long, default_value_t = 50)]
        times: u32,
        /// How many callers write at once
        #[arg(long, default_value_t = 8)]
        callers: u32,
    },
    /// The process that is killed
    #[command(hide = true)]
    Write {
        #[arg(long)]
        callers: u32,
        #[arg(long)]
        round: u32,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_arguments_do_not_contradict_each_other() {
        Arguments::command().debug_assert();
    }
}
