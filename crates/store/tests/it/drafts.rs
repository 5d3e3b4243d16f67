//! Drafts: one for each account, person and form; replaced, read, listed, let go.

use store::drafts::{self, DraftKey};
use store::rows;
use store::rows::PersonRows;

use crate::world::{NOW, World, person};

fn key(account: &str, about: &str, form: &str) -> DraftKey {
    DraftKey { account: account.into(), about: about.into(), form: form.into() }
}

#[test]
fn a_draft_belongs_to_one_account_and_form_and_the_latest_counts() {
    for world in World::each() {
        let store = world.open();
        let alex = person(1);
        store
            .write(move |tx| {
                let rows = PersonRows { display_name: "Alex Example".into(), ..PersonRows::default() };
                rows::replace(tx, &alex, &rows.canonical())?;
                let about = alex.to_string();
                let contact = key("w-amy", &about, "contact");
                assert_eq!(drafts::read(tx, &contact)?, None);
                drafts::save(tx, &contact, "one", NOW, 0)?;
                drafts::save(tx, &contact, "two", NOW + 1, 0)?;
                drafts::save(tx, &key("w-amy", "", "person"), "new", NOW + 2, 0)?;
                drafts::save(tx, &key("w-bob", &about, "contact"), "bob's", NOW + 3, 0)?;
                let read = drafts::read(tx, &contact)?.expect("it was saved");
                assert_eq!((read.content.as_str(), read.saved_at), ("two", NOW + 1));
                assert!(!format!("{read:?}").contains("two"), "what was typed is not shown by accident");
                let lines = drafts::of_account(tx, "w-amy", 10)?;
                let told: Vec<_> =
                    lines.iter().map(|line| (line.form.as_str(), line.display_name.as_deref())).collect();
                assert_eq!(told, [("person", None), ("contact", Some("Alex Example"))]);
                assert!(drafts::discard(tx, &contact)?);
                assert!(!drafts::discard(tx, &contact)?);
                assert!(drafts::read(tx, &key("w-bob", &about, "contact"))?.is_some());
                drafts::save(tx, &key("w-amy", "", "other"), "late", NOW + 9, NOW + 3)?;
                assert!(drafts::read(tx, &key("w-amy", "", "person"))?.is_none(), "old drafts are let go");
                assert!(drafts::read(tx, &key("w-bob", &about, "contact"))?.is_some());
                Ok(())
            })
            .unwrap();
    }
}
