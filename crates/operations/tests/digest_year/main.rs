//! A year of people who change their minds: posts come and go, people choose, follow, leave and come back, the product stands
//! still for days and dies in the middle of its work. Afterwards an oracle reads the log of that year beside what the product
//! told, and asks: did anybody get more than they asked for, did anybody miss what they wanted?

#![expect(
    clippy::unwrap_used,
    reason = "in a test, what should not fail and does is a failure of the test"
)]
#![expect(
    clippy::disallowed_methods,
    reason = "the size of a test is chosen by the environment"
)]

mod acts;
mod calendar;
mod limits;
mod log;
mod owed;
mod told;
mod world;
mod year;

use std::env;

/// By itself it takes few people and the weeks around the Spring Festival; these variables ask for the year.
const PEOPLE: (&str, usize) = ("QIXIAO_TEST_YEAR_PEOPLE", 60);
const DAYS: (&str, usize) = ("QIXIAO_TEST_YEAR_DAYS", 28);

fn number((name, otherwise): (&str, usize)) -> usize {
    env::var(name).map_or(otherwise, |number| number.parse().unwrap())
}

async fn a_year(url: Option<&str>) {
    let year = year::Year::live(url, number(PEOPLE), number(DAYS)).await;
    let told = told::Told::read(&year.world).await;
    let got_too_much = limits::check(&year, &told);
    let missed = owed::check(&year, &told);
    println!(
        "{}: {} people, {} days, {}, {}, {}; lived in {:?}",
        year.world.app.db().name(),
        number(PEOPLE),
        number(DAYS),
        year.figures,
        told.figures(),
        missed.figures(),
        year.took,
    );
    let findings: Vec<&String> = got_too_much.iter().chain(&missed.findings).collect();
    for finding in findings.iter().take(40) {
        println!("{finding}");
    }
    assert!(findings.is_empty(), "{} findings", findings.len());
    assert!(
        missed.owed.contains_key("matches"),
        "nobody was owed anything: the year was empty"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_gets_too_much_and_nobody_misses_anything_on_sqlite() {
    a_year(None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_gets_too_much_and_nobody_misses_anything_on_postgres() {
    let Some(url) = testbed::fresh_postgres_database() else {
        return;
    };
    a_year(Some(&url)).await;
}
