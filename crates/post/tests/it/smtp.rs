use crate::message;
use post::{Carrier, Folder, NotHanded, Post, Smtp, Way};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread::JoinHandle;

/// A mail server that answers the recipient and the content so, and keeps what it was told. `None` hangs up.
fn server(recipient: &'static str, content: Option<&'static str>) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    let told = std::thread::spawn(move || {
        // The first connection only asks whether we are there.
        loop {
            let (stream, _) = listener.accept().unwrap();
            let told = converse(stream, recipient, content);
            if told.contains("MAIL FROM") {
                return told;
            }
        }
    });
    (url, told)
}

fn converse(mut stream: TcpStream, recipient: &str, content: Option<&str>) -> String {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut told = String::new();
    let mut say = |line: &str| stream.write_all(format!("{line}\r\n").as_bytes());
    say("220 mail.example.org ready").unwrap();
    let mut in_content = false;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return told;
        }
        told.push_str(&line);
        let word = line.split_whitespace().next().unwrap_or_default().to_uppercase();
        let answer = match word.as_str() {
            "." if in_content => {
                in_content = false;
                match content {
                    Some(answer) => answer,
                    None => return told,
                }
            }
            _ if in_content => continue,
            "EHLO" => "250 mail.example.org",
            "RCPT" => recipient,
            "DATA" => {
                in_content = true;
                "354 go on"
            }
            "QUIT" => "221 bye",
            _ => "250 ok",
        };
        if say(answer).is_err() {
            return told;
        }
    }
}

fn send(url: &str) -> Result<String, NotHanded> {
    let smtp = Smtp::new(url, "Appointments <appointments@example.org>").unwrap();
    let post = Post { text: Carrier::Folder(Folder::new("unused")), email: Carrier::Smtp(Box::new(smtp)) };
    post.hand_over(&message(Way::Email), "2026-03-02T09:00:00Z".parse().unwrap())
}

#[test]
fn an_e_mail_is_handed_over_with_its_id_and_asks_for_no_reply() {
    let (url, told) = server("250 ok", Some("250 queued as 42"));
    assert_eq!(send(&url).unwrap(), "<01990000-0000-7000-8000-000000000001@example.org>");
    let told = told.join().unwrap();
    for part in [
        "MAIL FROM:<appointments@example.org>",
        "RCPT TO:<alex@example.net>",
        "Subject: Your appointment",
        "Message-ID: <01990000-0000-7000-8000-000000000001@example.org>",
        "Auto-Submitted: auto-generated",
        "Content-Type: text/plain; charset=utf-8",
    ] {
        assert!(told.contains(part), "{part} is missing in:\n{told}");
    }
}

#[test]
fn what_the_server_refuses_for_good_is_given_up_and_what_it_puts_off_is_tried_again() {
    let (url, told) = server("550 no such mailbox", Some("250 queued"));
    let refused = send(&url).unwrap_err();
    assert!(matches!(refused, NotHanded::NotSent { again: false, .. }), "{refused}");
    told.join().unwrap();
    let (url, told) = server("451 come back later", Some("250 queued"));
    let refused = send(&url).unwrap_err();
    assert!(matches!(refused, NotHanded::NotSent { again: true, .. }), "{refused}");
    told.join().unwrap();
}

#[test]
fn a_server_that_hangs_up_after_the_content_leaves_it_unclear_and_one_that_is_not_there_does_not() {
    let (url, told) = server("250 ok", None);
    let unclear = send(&url).unwrap_err();
    assert!(matches!(unclear, NotHanded::Unclear(_)), "{unclear}");
    told.join().unwrap();
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let refused = send(&format!("smtp://{free}")).unwrap_err();
    assert!(matches!(refused, NotHanded::NotSent { again: true, .. }), "{refused}");
}

#[test]
fn a_mail_server_elsewhere_without_encryption_is_refused_and_no_password_is_quoted() {
    let refused = |url: &str| Smtp::new(url, "a@example.org").err().unwrap().to_string();
    let plain = refused("smtp://user:secret@mail.example.org:587");
    assert!(plain.contains("without encryption") && !plain.contains("secret"), "{plain}");
    assert!(!refused("pigeon://user:secret@loft").contains("secret"));
}
