//! Where to complain: data with its source. What is not known is said to be unknown.

use std::sync::LazyLock;

use kernel::AgreementId;
use serde::Deserialize;

use super::{ComplaintPlace, ComplaintsView, overview::head, work::look};
use crate::{Actor, App, Cx, Result, compiled_here};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    place: Vec<Place>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Place {
    code: String,
    phone: Option<String>,
    url: Option<String>,
    source: String,
    evidence: String,
}

static PLACES: LazyLock<Vec<ComplaintPlace>> = LazyLock::new(|| {
    // The tests read the file that stands in the program.
    read(include_str!("complaints.toml")).unwrap_or_default()
});

fn read(text: &str) -> Option<Vec<ComplaintPlace>> {
    let file: File = toml::from_str(text).ok()?;
    file.place
        .into_iter()
        .map(|place| {
            Some(ComplaintPlace {
                evidence: law::Evidence::from_code(&place.evidence)?,
                code: place.code,
                phone: place.phone,
                url: place.url,
                source: place.source,
            })
        })
        .collect()
}

/// Every place to complain at.
pub fn complaint_places() -> Vec<ComplaintPlace> {
    PLACES.clone()
}

/// Where to complain, beside a record.
#[compiled_here]
pub async fn complaints(app: &App, cx: &Cx, actor: &Actor, id: AgreementId) -> Result<ComplaintsView> {
    let (mut tx, loaded, access) = look(app, cx, actor, id).await?;
    Ok(ComplaintsView {
        head: head(&mut tx, cx, &loaded, access.role()).await?,
        places: complaint_places(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_reads_and_every_number_says_where_it_is_from() {
        let places = read(include_str!("complaints.toml")).unwrap();
        assert!(places.len() >= 5);
        for place in places {
            assert!(!place.source.trim().is_empty(), "{}", place.code);
        }
    }
}
