//! The same commands on PostgreSQL: on the server that `cargo xtask test` starts.

use crate::world::World;

#[test]
fn a_record_is_kept_shown_verified_and_restored_on_postgresql() {
    let Ok(server) = std::env::var("THROUGHLINE_TEST_POSTGRES") else {
        assert_eq!(
            std::env::var("THROUGHLINE_TEST_SQLITE_ONLY").as_deref(),
            Ok("1"),
            "run `cargo xtask test`, which starts PostgreSQL for this test (or set THROUGHLINE_TEST_SQLITE_ONLY=1)"
        );
        return;
    };
    let world = World::empty();
    let schema = |name: &str| {
        let schema = format!("line_{}_{name}", std::process::id());
        let mut client = postgres::Client::connect(&server, postgres::NoTls).unwrap();
        client.batch_execute(&format!("CREATE SCHEMA {schema}")).unwrap();
        let mark = if server.contains('?') { '&' } else { '?' };
        format!("--witness {name}.witness --store {server}{mark}options=-csearch_path%3D{schema}")
    };
    let first = schema("first");
    world.done(&format!("{first} staff add ada --name Ada --role administrator --agency capital"));
    for (account, role) in [("amy", "case_manager"), ("aud", "auditor")] {
        world.done(&format!("{first} --as ada staff add {account} --name {account} --role {role} --agency capital"));
    }
    let named =
        r#"person record p-1 person.named {"kind":"legal","family":"Example"} --version 0 --happened 2026-03-02"#;
    world.done(&format!("{first} --as amy {named}"));
    assert!(world.done(&format!("{first} --as amy person show p-1")).starts_with("Example (p-1), version 1\n"));
    assert!(world.refused(&format!("{first} --as amy {named}")).contains("the record has changed since you read it"));
    assert!(world.done(&format!("{first} --as aud verify")).ends_with("nothing differs.\n"));
    world.done(&format!("{first} --as ada backup area.backup"));

    let second = schema("second");
    world.done(&format!("{second} restore area.backup"));
    assert!(world.done(&format!("{second} --as amy person search exam")).contains("p-1"));
    world.done("--store file.db restore area.backup");
    assert!(
        world.done("--store file.db --as aud verify").ends_with("nothing differs.\n"),
        "from one kind to the other"
    );
    let said = world.refused("--store postgres://nobody:secret@127.0.0.1:1/none --as amy worklist");
    assert!(said.contains("cannot be reached") && !said.contains("secret"), "{said}");
}
