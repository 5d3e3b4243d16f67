use crate::message;
use post::{Folder, NotHanded, Post, Way};

#[test]
fn a_message_is_kept_once_for_its_owner_alone() {
    let dir = tempfile::tempdir().unwrap();
    let outbox = dir.path().join("outbox");
    let post = Post::folder(Folder::new(&outbox));
    let now = "2026-03-02T09:00:00Z".parse().unwrap();
    let name = post.hand_over(&message(Way::Text), now).unwrap();
    assert_eq!(post.hand_over(&message(Way::Text), now).unwrap(), name);
    assert_eq!(std::fs::read_dir(&outbox).unwrap().count(), 1);
    insta::assert_snapshot!(std::fs::read_to_string(outbox.join(&name)).unwrap(), @"
    text message
    To: 07700 900123
    At: 2026-03-02T09:00:00Z

    Reminder: Wednesday 4 March at 2pm – see you there.
    ");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(outbox.join(&name)).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn a_folder_that_cannot_be_written_to_is_said_and_tried_again() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("in the way");
    std::fs::write(&file, "").unwrap();
    let post = Post::folder(Folder::new(file.join("outbox")));
    let refused = post.hand_over(&message(Way::Email), "2026-03-02T09:00:00Z".parse().unwrap()).unwrap_err();
    assert!(matches!(refused, NotHanded::NotSent { again: true, .. }), "{refused}");
}
