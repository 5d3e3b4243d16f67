//! A form as it was sent: what was typed stays, and every mistake is said beside its field and in the summary above.

use crate::trouble::Trouble;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use std::collections::BTreeMap;

/// What was typed, by field, and what is wrong with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Form {
    typed: BTreeMap<String, Vec<String>>,
    mistakes: Vec<Mistake>,
}

/// What is wrong with one field, as a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mistake {
    pub(crate) field: String,
    pub(crate) sentence: String,
}

impl Form {
    /// A form that is shown for the first time, with what is suggested.
    pub(crate) fn suggesting<K: Into<String>, V: Into<String>>(fields: impl IntoIterator<Item = (K, V)>) -> Self {
        let mut form = Self::default();
        for (field, value) in fields {
            form.typed.entry(field.into()).or_default().push(value.into());
        }
        form
    }

    /// What was typed into a field, without the space around it; empty when nothing was.
    pub(crate) fn get(&self, field: &str) -> &str {
        self.typed.get(field).and_then(|values| values.first()).map_or("", |value| value.trim())
    }

    /// What was typed into a field with every space: a password.
    pub(crate) fn raw(&self, field: &str) -> &str {
        self.typed.get(field).and_then(|values| values.first()).map_or("", String::as_str)
    }

    /// Everything that was ticked under one name.
    pub(crate) fn all(&self, field: &str) -> &[String] {
        self.typed.get(field).map_or(&[], Vec::as_slice)
    }

    /// Whether a box or a choice was ticked.
    pub(crate) fn has(&self, field: &str, value: &str) -> bool {
        self.all(field).iter().any(|typed| typed == value)
    }

    /// Puts something into a field.
    pub(crate) fn set(&mut self, field: &str, value: impl Into<String>) {
        self.typed.insert(field.to_owned(), vec![value.into()]);
    }

    /// Ticks several under one name.
    pub(crate) fn set_all(&mut self, field: &str, values: Vec<String>) {
        self.typed.insert(field.to_owned(), values);
    }

    /// Empties a field.
    pub(crate) fn clear(&mut self, field: &str) {
        self.typed.remove(field);
    }

    /// Every field with what was typed, but for the token.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        let fields = self.typed.iter().filter(|(field, _)| *field != "csrf");
        fields.flat_map(|(field, values)| values.iter().map(move |value| (field.as_str(), value.as_str())))
    }

    /// Says what is wrong with a field.
    pub(crate) fn wrong(&mut self, field: &str, sentence: impl Into<String>) {
        self.mistakes.push(Mistake { field: field.to_owned(), sentence: sentence.into() });
    }

    /// What is wrong with a field; empty when nothing is.
    pub(crate) fn mistake(&self, field: &str) -> &str {
        self.mistakes.iter().find(|mistake| mistake.field == field).map_or("", |mistake| &mistake.sentence)
    }

    /// Everything that is wrong, in the order of the fields.
    pub(crate) fn mistakes(&self) -> &[Mistake] {
        &self.mistakes
    }

    /// The status of the page that shows it: 422 when something is wrong.
    pub(crate) fn status(&self) -> StatusCode {
        if self.mistakes.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
    }
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = axum::response::Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let sent = axum::extract::Form::<Vec<(String, String)>>::from_request(request, state).await;
        let axum::extract::Form(fields) = sent.map_err(|_| {
            Trouble::NotUnderstood("The form could not be read. Go back and send it again.".to_owned()).into_response()
        })?;
        Ok(Self::suggesting(fields))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_stays_beside_what_is_wrong() {
        let mut form = Form::suggesting([("on", " 30 February "), ("with", "a"), ("with", "b")]);
        assert_eq!(form.get("on"), "30 February");
        assert_eq!(form.all("with"), ["a", "b"]);
        form.wrong("on", "There is no 30 February.");
        assert_eq!(form.mistake("on"), "There is no 30 February.");
        assert_eq!(form.mistake("with"), "");
        assert_eq!(form.status(), StatusCode::UNPROCESSABLE_ENTITY);
    }
}
