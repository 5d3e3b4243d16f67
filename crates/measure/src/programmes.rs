//! Which programme the words of a court mean: `programmes/*.toml`, cited data.

use crate::error::MeasureError;
use serde::Deserialize;

/// Programmes by the names that courts and reports give them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Programmes {
    /// Its name.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// The version of the file.
    pub version: String,
    /// Where the names were published, and how sure that is.
    pub source: String,
    #[serde(rename = "programme")]
    known: Vec<Programme>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Programme {
    name: String,
    /// Words that mean it, in any case of letters.
    said: Vec<String>,
}

impl Programmes {
    /// Reads names of programmes.
    pub fn parse(file: &str, text: &str) -> Result<Self, MeasureError> {
        let read: Self = toml::from_str(text)
            .map_err(|error| MeasureError::Unreadable { file: file.to_owned(), reason: error.to_string() })?;
        for programme in &read.known {
            if programme.said.iter().all(|said| said.trim().is_empty()) {
                return Err(MeasureError::bad(
                    file,
                    format_args!("programme `{}`", programme.name),
                    "No words mean it. Give at least one in `said`.",
                ));
            }
        }
        Ok(read)
    }

    /// The programme that words mean; of several, the first of the file.
    pub fn meant(&self, words: &str) -> Option<&str> {
        let words = words.to_lowercase();
        let meant = |programme: &&Programme| {
            programme.said.iter().any(|said| !said.trim().is_empty() && words.contains(&said.to_lowercase()))
        };
        self.known.iter().find(meant).map(|programme| programme.name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_court_mean_a_programme() {
        let shipped = Programmes::parse("scotland.toml", include_str!("../../../programmes/scotland.toml")).unwrap();
        assert_eq!(shipped.meant("To take part in the Caledonian men\u{2019}s programme."), Some("Caledonian"));
        assert_eq!(shipped.meant("CONSTRUCTS, as directed"), Some("Constructs"));
        assert_eq!(shipped.meant("To attend as directed."), None);
    }

    #[test]
    fn a_programme_that_no_words_mean_is_refused() {
        let file = "id = \"local\"\ntitle = \"Local\"\nversion = \"1\"\nsource = \"Made up\"\n[[programme]]\nname = \"Fresh start\"\nsaid = []\n";
        let refusal = Programmes::parse("local.toml", file).unwrap_err().to_string();
        assert_eq!(refusal, "local.toml, programme `Fresh start`: No words mean it. Give at least one in `said`.");
    }
}
