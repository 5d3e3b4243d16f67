//! Dividing money between five councils, with the whole arithmetic.

use planning::funding::{Area, Formula, Pence, Spending, allocate, compare, ring_fence};

const FORMULA: &str = include_str!("../../../../funding/formulas/workload-and-need.toml");
const OTHER: &str = include_str!("../../../../funding/formulas/more-need.toml");
const AREA: &str = include_str!("../../../../funding/area.toml");
const SPENDING: &str = include_str!("../../../../funding/spending.toml");

fn formula(text: &str) -> Formula {
    Formula::parse(text).unwrap()
}

fn area() -> Area {
    Area::parse(AREA).unwrap()
}

#[test]
fn five_councils_get_fourteen_million_to_the_penny() {
    let allocation = allocate(&formula(FORMULA), &area()).unwrap();
    let sum: u64 = allocation.councils.iter().map(|council| council.gets.0).sum();
    assert_eq!(Pence(sum), allocation.total);
    let pots: u64 = allocation.pots.iter().flat_map(|pot| &pot.shares).map(|share| share.gets.0).sum();
    assert_eq!(Pence(pots), allocation.total);
    insta::assert_snapshot!(allocation.arithmetic().join("\n"), @r"
    workload: £11,200,000.00 (80% of £14,000,000.00), over 190,136 points.
    workload, edinburgh: £11,200,000.00 × 105,032 ÷ 190,136 = £6,186,931.46, with an odd penny.
    workload, east-lothian: £11,200,000.00 × 16,846 ÷ 190,136 = £992,317.08, with an odd penny.
    workload, midlothian: £11,200,000.00 × 16,912 ÷ 190,136 = £996,204.82.
    workload, borders: £11,200,000.00 × 14,620 ÷ 190,136 = £861,194.09.
    workload, west-lothian: £11,200,000.00 × 36,726 ÷ 190,136 = £2,163,352.55, with an odd penny.
    need: £2,800,000.00 (20% of £14,000,000.00), over 449,120 points.
    need, edinburgh: £2,800,000.00 × 193,030 ÷ 449,120 = £1,203,428.93, with an odd penny.
    need, east-lothian: £2,800,000.00 × 45,230 ÷ 449,120 = £281,982.54.
    need, midlothian: £2,800,000.00 × 43,760 ÷ 449,120 = £272,817.96, with an odd penny.
    need, borders: £2,800,000.00 × 72,210 ÷ 449,120 = £450,187.03.
    need, west-lothian: £2,800,000.00 × 94,890 ÷ 449,120 = £591,583.54.
    edinburgh: £7,390,360.39 by the formula is below its limit of £7,516,875.00; it is raised by £126,514.61.
    east-lothian: gives £11,230.84 of the £209,258.49 that the limit needs, in proportion to what it has above its own.
    midlothian: gives £28,600.37 of the £209,258.49 that the limit needs, in proportion to what it has above its own.
    borders: £1,311,381.12 by the formula is below its limit of £1,394,125.00; it is raised by £82,743.88.
    west-lothian: gives £169,427.28 of the £209,258.49 that the limit needs, in proportion to what it has above its own.
    Together: £14,000,000.00, of £14,000,000.00.
    ");
}

#[test]
fn a_share_is_what_a_person_with_a_calculator_gets() {
    let allocation = allocate(&formula(FORMULA), &area()).unwrap();
    // Workload points of East Lothian: 611 × 6 + 322 × 30 + 88 × 40 = 16,846.
    assert_eq!(allocation.pots[0].shares[1].points, 16_846);
    // Need points of Scottish Borders: 6,030 × 3 + 54,120 × 1 = 72,210.
    assert_eq!(allocation.pots[1].shares[3].points, 72_210);
}

#[test]
fn nobody_loses_more_than_the_limit() {
    for text in [FORMULA, OTHER] {
        let allocation = allocate(&formula(text), &area()).unwrap();
        for council in &allocation.councils {
            assert!(council.gets.0 * 100 >= council.before.0 * 95, "{}: {}", council.name, council.gets);
        }
    }
    let unlimited = FORMULA.replace("limit_on_loss_percent = 5\n", "");
    let without = allocate(&formula(&unlimited), &area()).unwrap();
    assert_eq!(without.moved_by_limit, Pence(0));
    assert!(
        without.councils.iter().any(|council| council.gets.0 * 100 < council.before.0 * 95),
        "the limit does something"
    );
}

#[test]
fn a_limit_that_cannot_hold_names_the_least_that_can() {
    let poorer = AREA.replace(r#"total = "14000000.00""#, r#"total = "12600000.00""#);
    let refusal = allocate(&formula(FORMULA), &Area::parse(&poorer).unwrap()).unwrap_err();
    insta::assert_snapshot!(refusal, @"limit_on_loss_percent: the total is too small for it. All councils together lose 10% at least; give a limit of that or more. (workload-and-need 1)");
}

#[test]
fn two_formulas_side_by_side() {
    let (one, other) = (allocate(&formula(FORMULA), &area()).unwrap(), allocate(&formula(OTHER), &area()).unwrap());
    let rows = compare(&one, &other);
    assert_eq!(
        rows.iter().map(planning::funding::Comparison::difference).sum::<i128>(),
        0,
        "what one gains others give"
    );
    let said: Vec<_> = rows.iter().map(|row| format!("{}: {} or {}", row.name, row.first, row.second)).collect();
    insta::assert_snapshot!(said.join("\n"), @r"
    City of Edinburgh: £7,516,875.00 or £7,516,875.00
    East Lothian: £1,263,068.78 or £1,273,432.94
    Midlothian: £1,240,422.41 or £1,236,511.23
    Scottish Borders: £1,394,125.00 or £1,454,453.60
    West Lothian: £2,585,508.81 or £2,518,727.23
    ");
}

#[test]
fn spending_outside_the_ring_is_named_with_the_reason() {
    let given = allocate(&formula(FORMULA), &area()).unwrap();
    let found = ring_fence(&formula(FORMULA), &given, &Spending::parse(SPENDING).unwrap());
    let said: Vec<_> = found.outside.iter().map(|one| format!("{}: {}", one.spend.text, one.reason)).collect();
    insta::assert_snapshot!(said.join("\n"), @r"
    Street wardens: service: community_safety is not a relevant service (S4 6.1; Social Work (Scotland) Act 1968 s.27).
    Youth club for everybody: persons: public is not one of the relevant persons (S4 6.1; Social Work (Scotland) Act 1968 s.27).
    ");
    assert_eq!((found.inside, found.overspent), (Pence(774_000_000), Vec::new()));
}

#[test]
fn a_formula_that_cannot_divide_says_what_is_missing() {
    let refused = |text: &str| Formula::parse(text).unwrap_err().to_string();
    insta::assert_snapshot!(refused(&FORMULA.replace("percent = 20", "percent = 30")), @"the formula cannot be read: percent: the pots are 110% of the total together. Make them 100%.");
    let missing = AREA.replacen("orders = 322, ", "", 1);
    insta::assert_snapshot!(allocate(&formula(FORMULA), &Area::parse(&missing).unwrap()).unwrap_err(), @"indicators: East Lothian has no figure for orders (Community orders imposed). Add it, 0 if there are none. (the formula)");
    let twice = AREA.replace(r#"id = "borders""#, r#"id = "edinburgh""#);
    insta::assert_snapshot!(Area::parse(&twice).unwrap_err(), @"the area cannot be read: council: edinburgh stands twice. Leave one out.");
}

#[test]
fn a_service_has_a_budget_and_what_is_spent_on_it_lies_inside_the_ring_or_not() {
    use crate::world::{TODAY, World};
    use planning::report::{Period, ReportKind};
    let mut world = World::with_a_plan();
    let spent = |service: &str, persons: &str, amount: &str| {
        format!(
            r#"{{"year":"2025-26","service":"{service}","body":"sps","persons":"{persons}","text":"Quarter","amount":"{amount}"}}"#
        )
    };
    let first = spent("supervision", "under_supervision", "900000.50");
    insta::assert_snapshot!(world.refused(TODAY, "money.spent", &first), @"service: supervision has no budget in 2025-26. Set it first. (the plan)");
    let budget = |year: &str| {
        format!(
            r#"{{"year":"{year}","service":"supervision","title":"Supervision","fund":"Section 27","amount":"1000000.00","ring_fenced":true}}"#
        )
    };
    insta::assert_snapshot!(world.refused(TODAY, "money.budgeted", &budget("2025")), @r#"year: "2025" is not a period of this report. Write it as 2025-26. (the plan)"#);
    world.record(TODAY, "money.budgeted", &budget("2025-26"));
    world.record(TODAY, "money.spent", &first);
    world.record(TODAY, "money.spent", &spent("supervision", "public", "100000.00"));
    let plan = world.plan();
    let year = Period::parse(ReportKind::Annual, "2025-26").unwrap();
    let money = plan.money(year, TODAY);
    assert_eq!((money.len(), money[0].spent, money[0].left()), (1, Pence(100_000_050), None), "more than there was");
    let outside: Vec<String> = money[0].outside(&formula(FORMULA).ring_fence).map(|(_, why)| why).collect();
    assert_eq!(
        outside,
        ["persons: public is not one of the relevant persons (S4 6.1; Social Work (Scotland) Act 1968 s.27)."]
    );
}
