//! Where the store is: no password is ever shown. The input is the location itself, and once more the password in one.
#![no_main]

use std::path::Path;
use store::Location;

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(location) = text.parse::<Location>() {
        let shown = location.to_string();
        let witness = location.default_witness();
        match &location {
            Location::File(path) => {
                assert_eq!(path, Path::new(text));
                assert_eq!(shown, text, "a file is shown as it is named");
                assert_eq!(witness.to_str(), Some(format!("{text}.witness").as_str()));
            }
            Location::Postgres(_) => {
                assert!(
                    witness.to_str().is_some_and(|name| !name.contains(['/', '\\'])),
                    "{witness:?} leaves the folder"
                );
            }
        }
        assert!(format!("{location:?}").contains(&shown));
    } else {
        assert!(text.is_empty() || text.contains("://"), "anything without a scheme is a file");
    }

    // Whatever the driver reads as a password must not be seen.
    let address = format!("postgres://area:{text}@db.example/throughline");
    let Ok(config) = address.parse::<postgres::Config>() else { return };
    if config.get_hosts() == [postgres::config::Host::Tcp("db.example".to_owned())]
        && config.get_dbname() == Some("throughline")
        && config.get_user() == Some("area")
    {
        let location: Location = address.parse().expect("a PostgreSQL address is a location");
        assert_eq!(location.to_string(), "postgres://area@db.example/throughline", "the password shows");
        assert_eq!(location.default_witness(), Path::new("throughline.witness"), "the password shows");
    }
});
