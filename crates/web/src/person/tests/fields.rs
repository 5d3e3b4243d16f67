//! Which fields of a record each role is given: whoever adds one sees here to whom it goes.

use super::Case;
use axum::http::StatusCode;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Amy's team and Ben's, and who works for the whole council.
const ASKING: [(&str, &str); 7] = [
    ("w-amy", "case manager of the case"),
    ("w-ben", "case manager of another team"),
    ("w-cat", "team manager"),
    ("w-dan", "unpaid-work supervisor"),
    ("w-eve", "analyst"),
    ("w-fay", "auditor"),
    ("w-gus", "administrator"),
];
const PARTS: [&str; 6] = ["", "/events", "/obligations", "/unpaid-work", "/messages", "/access-log"];

/// Every field of an answer, by its path.
fn fields(value: &Value, path: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(parts) => {
            for (name, part) in parts {
                fields(part, &format!("{path}.{name}"), found);
            }
        }
        Value::Array(parts) => parts.iter().for_each(|part| fields(part, &format!("{path}[]"), found)),
        _ => {
            found.insert(path.trim_start_matches('.').to_owned());
        }
    }
}

#[tokio::test]
async fn each_role_is_given_these_fields_of_a_record_and_no_others() {
    let case = Case::new();
    let mut told = String::new();
    for (account, role) in ASKING {
        let browser = case.world.sign_in(account).await;
        for part in PARTS {
            let answer = case.world.get(&browser, &format!("/api/v1/people/p-1{part}")).await;
            let mut found = BTreeSet::new();
            if answer.status == StatusCode::OK {
                fields(&serde_json::from_str(&answer.text).unwrap(), "", &mut found);
            }
            let shown = found.iter().fold(String::new(), |lines, field| lines + "\n  " + field);
            writeln!(told, "{role}, people/{{person}}{part}: {}{shown}", answer.status.as_u16()).unwrap();
        }
    }
    insta::assert_snapshot!(told);
}
