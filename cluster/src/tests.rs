use crate::check::{compare, definition, made_up, scale};
use crate::layout;
use crate::run::Engine;
use std::path::Path;

async fn all_are_the_same(engine: &Engine<'_>, definitions: &[&str], breakdowns: &[&[&str]]) {
    let (histories, scale) = (made_up(3_000).unwrap(), scale().unwrap());
    let folder = tempfile::tempdir().unwrap();
    layout::write(&histories, 3, folder.path()).unwrap();
    for id in definitions {
        let definition = definition(Path::new("../definitions"), id).unwrap();
        for by in breakdowns {
            compare(&histories, folder.path(), &definition, by, &scale, engine).await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_plan_says_what_the_engine_says_to_the_digit() {
    let definitions = ["scotland-headline", "scotland-without-pseudo", "proven-reoffending", "return-to-custody"];
    all_are_the_same(
        &Engine::Here,
        &definitions,
        &[&[], &["age", "sex"], &["disposal", "group"], &["previous", "council"]],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ballista_says_what_the_engine_says_to_the_digit() {
    all_are_the_same(&Engine::Standalone, &["scotland-headline", "proven-reoffending"], &[&["age"], &["disposal"]])
        .await;
}
