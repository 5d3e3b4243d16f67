//! Each carrier against the other side of its wire.

#[cfg(test)]
mod folder;
#[cfg(test)]
mod notify;
#[cfg(test)]
mod smtp;

#[cfg(test)]
fn message(way: post::Way) -> post::Message {
    post::Message {
        id: "01990000-0000-7000-8000-000000000001".parse().unwrap(),
        way,
        to: if way == post::Way::Text { "07700 900123" } else { "alex@example.net" }.to_owned(),
        subject: if way == post::Way::Text { "" } else { "Your appointment" }.to_owned(),
        body: "Reminder: Wednesday 4 March at 2pm – see you there.".to_owned(),
    }
}
