use crate::message;
use post::{Carrier, Folder, NotHanded, Notify, NotifyKey, NotifyTemplates, Post, Way};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::thread::JoinHandle;

const KEY: &str = "desk-26785a09-ab16-4eb0-8407-a37497a57506-3d844edf-8d35-48ac-975b-e847b4f122b0";

/// Answers one request so, and says what was asked.
fn service(answer: &'static str) -> (String, JoinHandle<(String, String)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let asked = std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let (mut head, mut length) = (String::new(), 0);
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            if line.trim().is_empty() {
                break;
            }
            if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            head.push_str(&line);
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        let mut stream = stream;
        stream.write_all(answer.as_bytes()).unwrap();
        (head, String::from_utf8(body).unwrap())
    });
    (base, asked)
}

fn post(base: &str) -> Post {
    let templates = NotifyTemplates { text: "t-text".into(), email: "t-email".into() };
    let notify = Notify::new(base, NotifyKey::parse(KEY).unwrap(), templates).unwrap();
    Post { text: Carrier::Notify(Box::new(notify)), email: Carrier::Folder(Folder::new("unused")) }
}

#[test]
fn a_text_message_is_asked_for_as_the_service_expects() {
    let (base, asked) =
        service("HTTP/1.1 201 Created\r\nContent-Length: 17\r\nConnection: close\r\n\r\n{\"id\":\"740e5834\"}");
    let now = "2026-03-02T09:00:00Z".parse().unwrap();
    assert_eq!(post(&base).hand_over(&message(Way::Text), now).unwrap(), "740e5834");
    let (head, body) = asked.join().unwrap();
    assert!(head.starts_with("POST /v2/notifications/sms HTTP/1.1\r\n"), "{head}");
    assert!(head.to_lowercase().contains("authorization: bearer ey"), "{head}");
    let expected = serde_json::json!({
        "personalisation": {"message": "Reminder: Wednesday 4 March at 2pm – see you there."},
        "phone_number": "07700 900123",
        "reference": "01990000-0000-7000-8000-000000000001",
        "template_id": "t-text",
    });
    assert_eq!(serde_json::from_str::<serde_json::Value>(&body).unwrap(), expected);
}

#[test]
fn a_limit_that_is_reached_is_tried_again_and_a_wrong_number_is_not() {
    let now = "2026-03-02T09:00:00Z".parse().unwrap();
    let (base, asked) = service("HTTP/1.1 429 Too Many\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    let refused = post(&base).hand_over(&message(Way::Text), now).unwrap_err();
    assert!(matches!(refused, NotHanded::NotSent { again: true, .. }), "{refused}");
    asked.join().unwrap();
    let (base, asked) = service(
        "HTTP/1.1 400 Bad Request\r\nContent-Length: 66\r\nConnection: close\r\n\r\n{\"errors\":[{\"error\":\"ValidationError\",\"message\":\"07700 900123 no\"}]}",
    );
    let refused = post(&base).hand_over(&message(Way::Text), now).unwrap_err();
    assert!(matches!(refused, NotHanded::NotSent { again: false, .. }), "{refused}");
    assert!(!refused.to_string().contains("900123"));
    asked.join().unwrap();
}

#[test]
fn nobody_there_is_not_sent_and_an_answer_that_never_comes_is_unclear() {
    let now = "2026-03-02T09:00:00Z".parse().unwrap();
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let refused = post(&format!("http://{free}")).hand_over(&message(Way::Text), now).unwrap_err();
    assert!(matches!(refused, NotHanded::NotSent { again: true, .. }), "{refused}");
    let (base, asked) = service("");
    let unclear = post(&base).hand_over(&message(Way::Text), now).unwrap_err();
    assert!(matches!(unclear, NotHanded::Unclear(_)), "{unclear}");
    asked.join().unwrap();
}

#[test]
fn a_service_without_encryption_is_refused() {
    let templates = NotifyTemplates { text: String::new(), email: String::new() };
    let refused = Notify::new("http://notify.example.org", NotifyKey::parse(KEY).unwrap(), templates).err().unwrap();
    assert_eq!(refused.to_string(), "The address of the notification service must begin with https://");
}
