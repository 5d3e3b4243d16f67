//! Search at a million people: `cargo bench -p service --bench search -- PEOPLE QUERIES`. The area has names only (no
//! events), common ones as common as they are; each query is somebody's name as a person in a hurry types it, with as much
//! of the date of birth as tells them apart. Printed are times and how often the right person is among the first three.
//! `THROUGHLINE_BENCH_POSTGRES=postgres://…` adds PostgreSQL (an empty database).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    clippy::disallowed_methods
)]

use jiff::Timestamp;
use record::Purpose;
use service::{Actor, Policy, Query, Request, Role, Rules, Service};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};
use store::rows::{self, CaseRow, Identifier, PersonRows};
use store::{Location, Options, Store, StreamId};
use uuid::Uuid;

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const NOW: &str = "2026-03-02T09:00:00Z";

/// Given names with how common each is, about; the forms people are called by come from the product's own list.
const MEN: &str = "james john david william robert andrew thomas michael paul alexander mark peter ian george stephen \
    kevin scott alan steven craig colin daniel gary stuart christopher kenneth brian ryan gordon neil graham martin jamie \
    douglas ross joseph derek patrick ronald sean iain lee donald duncan barry richard matthew charles anthony edward \
    alasdair hugh francis callum ewan liam jordan lewis dean darren adam angus keith allan jack murray connor kyle \
    malcolm jonathan fraser simon samuel norman gerard bruce hamish rory euan benjamin philip tony mohammed tomasz \
    krzysztof piotr adeel imran hassan ali omar yusuf roderick lachlan archibald walter torquil ruaridh";
const WOMEN: &str = "margaret mary elizabeth anne catherine susan karen fiona jacqueline linda helen angela nicola sarah \
    laura claire alison michelle lesley emma lynn jean christine moira patricia kirsty pamela gillian sandra jennifer \
    heather joanne julie carol donna amanda lorraine louise janet tracey yvonne kelly isabella ann agnes sheila eileen \
    shona morag catriona mairi eilidh rebecca hannah natalie samantha stephanie rachel amy lauren nicole gemma leanne \
    aileen barbara maureen jane caroline kathleen victoria dawn deborah frances lynne rosemary agnieszka katarzyna \
    magdalena fatima aisha zainab isla ailsa iona skye effie euphemia wilhelmina marjory";
const FAMILIES: &str = "smith brown wilson thomson robertson campbell stewart anderson scott murray macdonald reid taylor \
    clark mitchell ross walker paterson young watson morrison miller fraser davidson gray mcdonald henderson hamilton \
    johnston duncan graham ferguson kerr davies hunter simpson martin mackenzie cameron mckenzie grant allan black \
    macleod mclean russell kelly wallace gibson wood marshall gordon kennedy sutherland bell burns gallacher munro \
    mackay sinclair mcintosh oneill crawford craig hughes mclaughlin docherty muir mcmillan ritchie mcgregor macpherson \
    donnelly lindsay buchanan boyle hill white king wright green baxter christie bruce watt moore jamieson jones \
    aitken barr cunningham dickson dunlop fleming forbes gallagher hay innes irvine jack keith lamont leslie logan \
    lyons mair mccallum mccormack mcfarlane mcghee mcgowan mckay mckinnon mclennan mcneil milne moffat nicol nicholson \
    ogilvie orr park philip quinn rae rankin rennie rodger shaw shields sharp steele stevenson todd tulloch urquhart \
    waddell weir welsh wylie yule kowalski nowak wisniewski khan ahmed hussain ali singh begum patel mohammed";

/// Pieces from which the long tail of rarer family names is made.
const STARTS: &str = "aber ard auchen bal barn black blair bon brae bright burn cal carn cas clach coch col corn craig cul \
    dal dar del don drum dun eck ellan fairn farn fen fin for gal gar glen gow hal harb hol inch inver kel kil kin kirk \
    lang lar led len lin loch lums mac mait mar mel mont nair nes new nor ochil old pen pit pol rath rox rud sal san sel \
    skir stan stra tait tor tul twee usher ven wal wed whit wig yar zab";
const ENDS: &str = "aird ault barrow bert bie burgh burn by cairn dale den dock don ell ely fell ford gair garth gie gray \
    ham haven head hill holm hope house ie ing ison kie lair land law lay leck lee lees lie lin ling low man mead mire \
    moor more moss mure nan nay neil ness neuk nie or pole rick rie ris row ruff sell shaw side son stane ster stone ter \
    thorn ton toun tyre vane vie ville wall ward wick wood yard yth";

struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    fn below(&mut self, most: usize) -> usize {
        usize::try_from(self.next() % most as u64).unwrap()
    }

    /// The first are the likeliest: as 1/(n + 6).
    fn ranked<'a>(&mut self, words: &[&'a str]) -> &'a str {
        let weights: Vec<f64> = (0..words.len()).map(|n| 1.0 / (n as f64 + 6.0)).collect();
        let mut at = (self.next() >> 11) as f64 / (1_u64 << 53) as f64 * weights.iter().sum::<f64>();
        for (word, weight) in words.iter().zip(&weights) {
            at -= weight;
            if at < 0.0 {
                return word;
            }
        }
        words[0]
    }
}

#[derive(Clone)]
struct Somebody {
    given: String,
    family: String,
    born: (i16, i8, i8),
}

impl Somebody {
    fn stream(n: usize) -> StreamId {
        StreamId::new("person", format!("0198c0de-0000-7000-8000-{n:012}"))
    }

    fn iso(&self) -> String {
        format!("{:04}-{:02}-{:02}", self.born.0, self.born.1, self.born.2)
    }

    fn rows(&self, n: usize) -> PersonRows {
        let name = format!("{} {}", capital(&self.given), capital(&self.family));
        PersonRows {
            sort_name: service::normalised(&self.family),
            names: vec![service::normalised(&name)],
            date_of_birth: Some(self.iso()),
            identifiers: vec![Identifier { kind: "local:bench".into(), value: format!("B{n:07}") }],
            cases: vec![CaseRow {
                order_ref: format!("CPO-{n}"),
                kind: "cpo".into(),
                status: "running".into(),
                council: "capital".into(),
                team: Some(format!("t-{}", n % 97)),
                worker: Some(format!("w-{}", n % 1009)),
                ..CaseRow::default()
            }],
            display_name: name,
            ..PersonRows::default()
        }
    }
}

fn capital(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    format!("{}{rest}", first.to_uppercase())
}

fn words(list: &str) -> Vec<&str> {
    list.split_whitespace().collect()
}

fn population(count: usize) -> Vec<Somebody> {
    let (men, women, families) = (words(MEN), words(WOMEN), words(FAMILIES));
    let (starts, ends) = (words(STARTS), words(ENDS));
    let mut chance = Chance(7);
    (0..count)
        .map(|_| {
            let mut given = if chance.below(100) < 85 { chance.ranked(&men) } else { chance.ranked(&women) }.to_owned();
            if chance.below(100) < 25 {
                given = format!("{given} {}", chance.ranked(&men));
            }
            let family = if chance.below(100) < 55 {
                chance.ranked(&families).to_owned()
            } else {
                format!("{}{}", starts[chance.below(starts.len())], ends[chance.below(ends.len())])
            };
            let born = (
                1950 + i16::try_from(chance.below(57)).unwrap(),
                1 + i8::try_from(chance.below(12)).unwrap(),
                1 + i8::try_from(chance.below(28)).unwrap(),
            );
            Somebody { given, family, born }
        })
        .collect()
}

/// One slip of the finger: a letter too few, too many, wrong, or two swapped.
fn slip(word: &str, chance: &mut Chance) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let at = chance.below(letters.len());
    let letter = char::from(b'a' + u8::try_from(chance.below(26)).unwrap());
    match chance.below(4) {
        0 if letters.len() > 3 => drop(letters.remove(at)),
        1 => letters.insert(at, letter),
        2 => letters[at] = letter,
        _ if at + 1 < letters.len() => letters.swap(at, at + 1),
        _ => letters.push(letter),
    }
    letters.into_iter().collect()
}

/// What a hurried person types, and what kind of query it is.
fn typed(somebody: &Somebody, forms: &BTreeMap<&str, Vec<&str>>, chance: &mut Chance) -> (&'static str, String) {
    let given = somebody.given.split(' ').next().unwrap();
    let family = somebody.family.as_str();
    match chance.below(7) {
        0 => ("as it is", format!("{given} {family}")),
        1 => ("swapped", format!("{family} {given}")),
        2 => ("family name mistyped", format!("{given} {}", slip(family, chance))),
        3 => ("given name mistyped", format!("{} {family}", slip(given, chance))),
        4 => ("both mistyped, swapped", format!("{} {}", slip(family, chance), slip(given, chance))),
        5 => match forms.get(given) {
            Some(forms) => ("nickname", format!("{} {family}", forms[chance.below(forms.len())])),
            None => ("as it is", format!("{given} {family}")),
        },
        _ => ("beginnings", {
            let part = |word: &str| word.chars().take(word.len().div_ceil(2).max(3)).collect::<String>();
            format!("{} {}", part(given), part(family))
        }),
    }
}

/// As little of the date of birth as leaves at most three people of that very name.
fn enough_of_birth(somebody: &Somebody, namesakes: &[usize], people: &[Somebody]) -> (&'static str, String) {
    let (year, month, day) = somebody.born;
    let alike = |fits: &dyn Fn(&Somebody) -> bool| namesakes.iter().filter(|n| fits(&people[**n])).count();
    if alike(&|_| true) <= 3 {
        return ("no date of birth", String::new());
    }
    if alike(&|one| one.born.0 == year) <= 3 {
        return ("year of birth", year.to_string());
    }
    if alike(&|one| (one.born.0, one.born.1) == (year, month)) <= 3 {
        return ("month of birth", format!("{month}/{year}"));
    }
    ("date of birth", format!("{day}/{month}/{year}"))
}

fn fill(store: &Store, people: &[Somebody]) -> Duration {
    let begun = Instant::now();
    for (chunk, part) in people.chunks(2_000).enumerate() {
        let rows: Vec<_> = part
            .iter()
            .enumerate()
            .map(|(n, one)| (Somebody::stream(chunk * 2_000 + n), one.rows(chunk * 2_000 + n)))
            .collect();
        store
            .write(move |tx| {
                rows::replace_all(tx, &rows.iter().map(|(stream, rows)| (stream, rows)).collect::<Vec<_>>())
            })
            .unwrap();
    }
    begun.elapsed()
}

fn files(folder: &Path) -> Vec<(String, String)> {
    let mut found: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(&path).unwrap()))
        .collect();
    found.sort();
    found
}

fn rules() -> Rules {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let rulebook = clock::Rulebook::parse(&files(&root.join("rulebooks/scotland"))).unwrap();
    let calendars = calendar::load(&files(&root.join("calendars"))).unwrap();
    Rules::new(rulebook, calendars, record::Law::scotland().unwrap()).unwrap()
}

fn percentile(times: &[Duration], percent: usize) -> f64 {
    let at = (times.len() * percent / 100).min(times.len() - 1);
    times[at].as_secs_f64() * 1_000.0
}

fn run(name: &str, location: &Location, witness: &Path, people: &[Somebody], queries: usize) {
    let now: Timestamp = NOW.parse().unwrap();
    let options = Options { witness: Some(witness.to_owned()), ..Options::new(now.as_microsecond()) };
    let store = Store::open(location, &options).unwrap();
    let filled = fill(&store, people);
    println!("{name}: {} people in {:.0} s", people.len(), filled.as_secs_f64());
    let service = Service::new(store, Policy::shipped().unwrap(), rules());
    let actor = Actor {
        id: "w-1".try_into().unwrap(),
        roles: [Role::CaseManager].into(),
        agency: "capital".try_into().unwrap(),
        team: Some("t-1".try_into().unwrap()),
    };
    let mut namesakes: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    for (n, one) in people.iter().enumerate() {
        namesakes.entry((one.given.split(' ').next().unwrap(), one.family.as_str())).or_default().push(n);
    }
    let forms = BTreeMap::from([
        ("james", vec!["jim", "jimmy", "jamie"]),
        ("john", vec!["jack", "johnny", "jon"]),
        ("david", vec!["dave", "davie"]),
        ("william", vec!["bill", "billy", "willie"]),
        ("robert", vec!["bob", "rab", "robbie"]),
        ("andrew", vec!["andy", "drew"]),
        ("thomas", vec!["tom", "tommy", "tam"]),
        ("michael", vec!["mike", "mick"]),
        ("alexander", vec!["sandy", "alex", "eck"]),
        ("stephen", vec!["steve", "stevie"]),
        ("margaret", vec!["peggy", "maggie", "meg"]),
        ("elizabeth", vec!["betty", "liz"]),
        ("catherine", vec!["kate", "cathy"]),
        ("hugh", vec!["shug", "hughie"]),
        ("christopher", vec!["chris"]),
        ("kenneth", vec!["ken", "kenny"]),
        ("patrick", vec!["paddy", "pat"]),
        ("joseph", vec!["joe"]),
        ("susan", vec!["sue"]),
    ]);
    let mut chance = Chance(11);
    let mut times = Vec::new();
    let mut kinds: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    let mut births: BTreeMap<&str, u32> = BTreeMap::new();
    let mut missed = Vec::new();
    for n in 0..queries + 20 {
        let at = chance.below(people.len());
        let meant = &people[at];
        let key = (meant.given.split(' ').next().unwrap(), meant.family.as_str());
        let (kind, text) = typed(meant, &forms, &mut chance);
        let (birth, born) = enough_of_birth(meant, &namesakes[&key], people);
        let query = Query {
            name: Some(text.clone()),
            date_of_birth: (!born.is_empty()).then(|| born.clone()),
            ..Query::default()
        };
        let request = Request::new(&actor, Purpose::Supervision, now, Uuid::from_u128(n as u128));
        let begun = Instant::now();
        let results = service.search(&request, &query).unwrap();
        let took = begun.elapsed();
        if n < 20 {
            continue;
        }
        times.push(took);
        *births.entry(birth).or_default() += 1;
        let id = Somebody::stream(at).id;
        let hit = results.people.iter().take(3).any(|found| found.person.as_str() == id);
        let of_kind = kinds.entry(kind).or_default();
        of_kind.0 += 1;
        of_kind.1 += u32::from(hit);
        if !hit && missed.len() < 12 {
            let place = results.people.iter().position(|found| found.person.as_str() == id);
            missed.push(format!(
                "{} {} {}: typed “{text}” {born}, place {place:?}",
                meant.given,
                meant.family,
                meant.iso()
            ));
        }
    }
    times.sort();
    let (asked, hits) = kinds.values().fold((0, 0), |(asked, hits), (a, h)| (asked + a, hits + h));
    println!(
        "{name}: p50 {:.1} ms, p95 {:.1} ms, p99 {:.1} ms, slowest {:.1} ms; right person in the first three for {hits} of \
         {asked} ({:.1}%)",
        percentile(&times, 50),
        percentile(&times, 95),
        percentile(&times, 99),
        percentile(&times, 100),
        f64::from(hits) / f64::from(asked) * 100.0
    );
    for (kind, (asked, hits)) in kinds {
        println!("  {kind}: {hits} of {asked}");
    }
    println!("  typed with: {births:?}");
    for line in &missed {
        println!("  missed: {line}");
    }
}

fn main() {
    let mut numbers = std::env::args().skip(1).filter_map(|argument| argument.parse::<usize>().ok());
    let people = population(numbers.next().unwrap_or(1_000_000));
    let queries = numbers.next().unwrap_or(1_000);
    let dir = tempfile::tempdir().unwrap();
    let file = Location::file(dir.path().join("area.db"));
    run("SQLite", &file, &dir.path().join("witness"), &people, queries);
    if let Ok(url) = std::env::var("THROUGHLINE_BENCH_POSTGRES") {
        run("PostgreSQL", &url.parse().unwrap(), &dir.path().join("witness-postgres"), &people, queries);
    }
}
