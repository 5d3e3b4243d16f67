//! Killed at any moment, the store loses nothing that it acknowledged and holds nothing by halves.

use std::io::{Read, Write};
use std::process::{Command, Stdio};

use store::{Options, Store, StoreError, campaign, events, verify};

use crate::world::{NOW, World, command, person};

const ROLE: &str = "THROUGHLINE_TEST_ROLE";

/// Starts this test program again as a process of its own, in the role of a writer.
fn child(world_url: &str, witness: &std::path::Path, role: &str, round: u32) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "crash::a_process_of_its_own", "--nocapture", "--test-threads=1"])
        .env(ROLE, role)
        .env("THROUGHLINE_TEST_AT", world_url)
        .env("THROUGHLINE_TEST_WITNESS", witness)
        .env("THROUGHLINE_TEST_ROUND", round.to_string())
        .stdin(Stdio::null())
        .stderr(Stdio::null());
    command
}

/// Does nothing as a test; in a role it is the process that is killed or runs out of room.
#[test]
fn a_process_of_its_own() {
    let Ok(role) = std::env::var(ROLE) else { return };
    let location = std::env::var("THROUGHLINE_TEST_AT").unwrap().parse().unwrap();
    let witness = std::env::var("THROUGHLINE_TEST_WITNESS").unwrap();
    let round: u32 = std::env::var("THROUGHLINE_TEST_ROUND").unwrap().parse().unwrap();
    let store = Store::open(&location, &Options { witness: Some(witness.into()), ..Options::new(NOW) }).unwrap();
    if role == "write" {
        campaign::write_until_killed(&store, 8, round, NOW, &mut std::io::stdout()).unwrap();
    } else {
        run_out_of_room(&store);
    }
}

fn fifty_kills(world: &World) {
    let url = world.url();
    let witness = world.options().witness.unwrap();
    let campaign = campaign::run(
        50,
        &mut |round| child(&url, &witness, "write", round),
        &mut || Store::open(&world.location, &world.options()),
        &mut |_| {},
    )
    .unwrap();
    assert_eq!(campaign.findings, [] as [&str; 0]);
    assert_eq!(campaign.kills, 50);
    assert!(campaign.acknowledged >= 2_000, "{campaign:?}");
}

#[test]
fn killed_fifty_times_on_sqlite() {
    fifty_kills(&World::sqlite());
}

#[test]
fn killed_fifty_times_on_postgres() {
    if let Some(world) = World::postgres() {
        fifty_kills(&world);
    }
}

/// Writes until there is no room, says so, waits for a line, and goes on in the same process.
fn run_out_of_room(store: &Store) {
    let mut version = 0;
    let refused = loop {
        let n = u32::try_from(version).unwrap();
        match store.write(move |tx| command(tx, &person(1), version, n)) {
            Ok(_) => version += 1,
            Err(refused) => break refused,
        }
    };
    assert!(matches!(refused, StoreError::Full(_)), "{refused}");
    let again = store.write(move |tx| command(tx, &person(2), 0, 900_000)).unwrap_err();
    assert!(matches!(again, StoreError::Full(_)), "{again}");
    assert_eq!(store.read(|tx| events::version(tx, &person(1))).unwrap(), version, "reads go on");
    println!("\nfull {version}: {refused}");
    std::io::stdout().flush().unwrap();
    std::io::stdin().read_exact(&mut [0]).unwrap();
    store.write(move |tx| command(tx, &person(2), 0, 900_000)).unwrap();
    println!("\nrecovered");
}

#[test]
fn a_full_disk_refuses_writes_serves_reads_and_recovers() {
    let world = World::sqlite();
    let program = child(&world.url(), &world.options().witness.unwrap(), "fill", 0);
    // A limit on the size of a file stands for a full disk.
    let mut limited = Command::new("sh");
    limited.args(["-c", "trap '' XFSZ; ulimit -S -f 20000; exec \"$@\"", "sh"]);
    limited.arg(program.get_program()).args(program.get_args());
    limited.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let mut process = limited.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
    let mut output = std::io::BufReader::new(process.stdout.take().unwrap());
    let full = line_with(&mut output, "full ");
    assert!(full.contains("this change was not recorded, everything before it is safe"), "{full}");
    let written: i64 = full["full ".len()..].split(':').next().unwrap().parse().unwrap();
    assert!(written > 20, "{full}");
    let raised = Command::new("prlimit").args(["--pid", &process.id().to_string(), "--fsize=unlimited"]).status();
    assert!(raised.unwrap().success(), "this test needs prlimit (util-linux)");
    process.stdin.take().unwrap().write_all(b"\n").unwrap();
    line_with(&mut output, "recovered");
    assert!(process.wait().unwrap().success());
    let store = world.open();
    assert_eq!(store.read(|tx| events::version(tx, &person(1))).unwrap(), written);
    let verified = verify(&store).unwrap();
    assert_eq!((verified.findings.as_slice(), verified.events), ([].as_slice(), written.cast_unsigned() + 1));
}

fn line_with(output: &mut impl std::io::BufRead, start: &str) -> String {
    let mut line = String::new();
    while output.read_line(&mut line).unwrap() > 0 {
        if line.starts_with(start) {
            return line;
        }
        line.clear();
    }
    panic!("the process ended without saying “{start}”");
}
