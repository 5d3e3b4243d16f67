//! A sentence with gaps: `{field}`, `[left out unless all is there]`, `{?yes}`, `{!no}`.

/// A sentence with gaps.
#[derive(Debug, PartialEq)]
pub(super) struct Template(Vec<Piece>);

#[derive(Debug, PartialEq)]
enum Piece {
    Text(String),
    Field(String),
    Yes(String),
    No(String),
    Optional(Vec<Piece>),
}

/// What fills the gaps.
pub(super) trait Gaps {
    /// The field in words; none if it is absent.
    fn words(&self, field: &str) -> Option<String>;
    /// Whether the field is a yes.
    fn yes(&self, field: &str) -> bool;
}

impl Template {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut letters = text.chars().peekable();
        let pieces = pieces(&mut letters, false)?;
        Ok(Self(pieces))
    }

    /// The sentence, with a capital letter at its beginning.
    pub(super) fn say(&self, gaps: &impl Gaps) -> String {
        let mut out = String::new();
        say(&self.0, gaps, &mut out);
        super::capital(&out)
    }

    /// The sentence as it stands inside another.
    pub(super) fn say_inside(&self, gaps: &impl Gaps) -> String {
        let mut out = String::new();
        say(&self.0, gaps, &mut out);
        out
    }

    /// Every field that it names.
    pub(super) fn fields(&self) -> Vec<&str> {
        let mut found = Vec::new();
        collect(&self.0, &mut found);
        found
    }
}

fn pieces(letters: &mut std::iter::Peekable<std::str::Chars<'_>>, inside: bool) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut closed = !inside;
    while let Some(letter) = letters.next() {
        match letter {
            '{' => {
                flush(&mut text, &mut pieces);
                let gap: String = letters.by_ref().take_while(|letter| *letter != '}').collect();
                pieces.push(match (gap.strip_prefix('?'), gap.strip_prefix('!')) {
                    (Some(field), _) => Piece::Yes(field.to_owned()),
                    (_, Some(field)) => Piece::No(field.to_owned()),
                    _ if gap.is_empty() => return Err("a gap has no name".to_owned()),
                    _ => Piece::Field(gap),
                });
            }
            '[' if inside => return Err("one bracket stands inside another".to_owned()),
            '[' => {
                flush(&mut text, &mut pieces);
                pieces.push(Piece::Optional(self::pieces(letters, true)?));
            }
            ']' if inside => {
                closed = true;
                break;
            }
            ']' => return Err("a bracket is closed that was not opened".to_owned()),
            other => text.push(other),
        }
    }
    flush(&mut text, &mut pieces);
    if closed { Ok(pieces) } else { Err("a bracket is not closed".to_owned()) }
}

fn flush(text: &mut String, pieces: &mut Vec<Piece>) {
    if !text.is_empty() {
        pieces.push(Piece::Text(std::mem::take(text)));
    }
}

/// Says the pieces; false if one of them is not there.
fn say(pieces: &[Piece], gaps: &impl Gaps, out: &mut String) -> bool {
    let mut all_there = true;
    for piece in pieces {
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Field(field) => match gaps.words(field) {
                Some(words) => out.push_str(&words),
                None => all_there = false,
            },
            Piece::Yes(field) => all_there &= gaps.yes(field),
            Piece::No(field) => all_there &= !gaps.yes(field),
            Piece::Optional(inner) => {
                let mut part = String::new();
                if say(inner, gaps, &mut part) {
                    out.push_str(&part);
                }
            }
        }
    }
    all_there
}

fn collect<'a>(pieces: &'a [Piece], found: &mut Vec<&'a str>) {
    for piece in pieces {
        match piece {
            Piece::Text(_) => {}
            Piece::Field(field) | Piece::Yes(field) | Piece::No(field) => found.push(field),
            Piece::Optional(inner) => collect(inner, found),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Known;

    impl Gaps for Known {
        fn words(&self, field: &str) -> Option<String> {
            (field == "kind").then(|| "office visit".to_owned())
        }

        fn yes(&self, field: &str) -> bool {
            field == "unannounced"
        }
    }

    fn said(text: &str) -> String {
        Template::parse(text).unwrap().say(&Known)
    }

    #[test]
    fn what_stands_in_brackets_is_left_out_unless_all_of_it_is_there() {
        assert_eq!(said("{kind}[ at {place}]"), "Office visit");
        assert_eq!(
            said("Held: {kind}[{?unannounced}, without notice][{!unannounced}, expected]"),
            "Held: office visit, without notice"
        );
    }

    #[test]
    fn a_pattern_that_is_not_well_formed_is_refused() {
        for (text, problem) in [("[a", "not closed"), ("a]", "not opened"), ("[a [b]]", "inside"), ("{}", "no name")] {
            assert!(Template::parse(text).unwrap_err().contains(problem), "{text}");
        }
    }
}
