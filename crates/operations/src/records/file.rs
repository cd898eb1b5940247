//! Everything that is kept of an apprentice's record, in one archive that opens anywhere.

use std::io::{Cursor, Write as _};

use agreement::{lifecycle::SlotRole, training::choice::Choice as _};
use kernel::{AgreementId, Timestamp, format_date};
use serde_json::{Value, json};
use storage::{Reads, WeekFile};
use words::Text;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::{
    OpeningLine, RecordFile, RecordHead,
    overview::{head, hours, opening_lines},
    work::{Loaded, look},
};
use crate::{Actor, App, Cx, Failure, Result, access::RecordAccess, agreements, compiled_here};

/// A moment as people and programs read it: of Shanghai.
fn moment(at: Timestamp) -> String {
    let local = at.in_shanghai();
    format!(
        "{}T{:02}:{:02}:{:02}+08:00",
        format_date(local.date()),
        local.hour(),
        local.minute(),
        local.second()
    )
}

/// A table with a mark at its head by which spreadsheets know the encoding.
fn table(rows: &[Vec<String>]) -> Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(vec![0xef, 0xbb, 0xbf]);
    for row in rows {
        // A cell that begins as a formula is none.
        let cells = row.iter().map(|cell| match cell.chars().next() {
            Some('=' | '+' | '-' | '@' | '\t' | '\r') => format!("'{cell}"),
            _ => cell.clone(),
        });
        writer.write_record(cells).map_err(Failure::internal)?;
    }
    writer
        .into_inner()
        .map_err(|error| Failure::internal(error.into_error()))
}

fn titles(cx: &Cx, names: &[&'static str]) -> Vec<String> {
    names
        .iter()
        .map(|name| Text::of("record_file_column", name).render(cx.locale))
        .collect()
}

fn weeks_table(cx: &Cx, files: &[WeekFile]) -> Vec<Vec<String>> {
    let names = [
        "week", "stage", "line", "day", "kind", "place", "planned", "missed", "done", "from", "until", "note",
        "evidence", "text",
    ];
    let mut rows = vec![titles(cx, &names)];
    let clock = |minutes: u16| format!("{}:{:02}", minutes / 60, minutes % 60);
    for file in files {
        let week = &file.week;
        let stage = Text::of("week_stage", week.stage().code()).render(cx.locale);
        let start = [week.monday().to_string(), stage];
        if week.lines().is_empty() {
            let mut row = start.to_vec();
            row.extend(std::iter::repeat_n(String::new(), 11));
            row.push(week.text().to_owned());
            rows.push(row);
        }
        for (at, line) in week.lines().iter().enumerate() {
            let (written, amount) = (&line.written, line.written.amount);
            let choice =
                |set: &str, code: &str| Text::of("training_choice", &format!("{set}.{code}")).render(cx.locale);
            let mut row = start.to_vec();
            row.extend([
                line.number.to_string(),
                format_date(written.day),
                choice("course_kind", written.category.code()),
                choice("place", written.place.code()),
                amount.planned_minutes().to_string(),
                amount.missed_minutes().to_string(),
                amount.minutes().to_string(),
                written.span.map(|span| clock(span.from())).unwrap_or_default(),
                written.span.map(|span| clock(span.until())).unwrap_or_default(),
                written.note.clone(),
                written.evidence.join("; "),
                if at == 0 { week.text().to_owned() } else { String::new() },
            ]);
            rows.push(row);
        }
    }
    rows
}

fn opened_table(cx: &Cx, openings: &[OpeningLine]) -> Vec<Vec<String>> {
    let mut rows = vec![titles(cx, &["at", "name", "role", "organisation", "reason"])];
    rows.extend(openings.iter().map(|opening| {
        vec![
            moment(opening.at),
            opening.name.clone(),
            Text::of("record_role", opening.role.code()).render(cx.locale),
            opening.organisation.clone().unwrap_or_default(),
            opening.reason.clone().unwrap_or_default(),
        ]
    }));
    rows
}

/// Who the people in it are, by the ids that stand in it.
async fn names(tx: &mut Reads, loaded: &Loaded) -> Result<Value> {
    let mut names = serde_json::Map::new();
    for place in &loaded.places {
        let found = tx.accounts().find_person(place.person).await?;
        let told = json!({
            "name": found.map(|person| person.name),
            "role": place.role.code(),
            "from": format_date(place.from),
            "until": place.until.map(format_date),
        });
        names.insert(place.person.to_string(), told);
    }
    Ok(Value::Object(names))
}

/// An archive of these files.
fn archive(cx: &Cx, files: Vec<(&str, Vec<u8>)>) -> Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let local = cx.now.in_shanghai();
    let at = u16::try_from(local.year()).ok().and_then(|year| {
        zip::DateTime::from_date_and_time(
            year,
            local.month().into(),
            local.day(),
            local.hour(),
            local.minute(),
            local.second(),
        )
        .ok()
    });
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(at.unwrap_or_default());
    for (name, bytes) in files {
        zip.start_file(name, options).map_err(Failure::internal)?;
        zip.write_all(&bytes).map_err(Failure::internal)?;
    }
    Ok(zip.finish().map_err(Failure::internal)?.into_inner())
}

/// As whom the own file is taken.
fn signed_as(access: &RecordAccess) -> SlotRole {
    let guardian = access.apprentice().is_some_and(crate::access::Apprentice::is_guardian);
    if guardian {
        SlotRole::Guardian
    } else {
        SlotRole::Apprentice
    }
}

/// The agreement with everything that proves it: for the apprentice, the guardian, and the parties.
#[compiled_here]
pub async fn export(app: &App, cx: &Cx, actor: &Actor, id: AgreementId) -> Result<RecordFile> {
    let (mut tx, loaded, access) = look(app, cx, actor, id).await?;
    let file = if access.apprentice().is_some() {
        agreements::copy_for(&mut tx, &loaded.open, signed_as(&access)).await?
    } else {
        drop(tx);
        agreements::export(app, cx, actor, id).await?
    };
    Ok(RecordFile {
        name: file.name,
        bytes: file.content.into_bytes(),
    })
}

/// The agreement on paper, once it is made: for the apprentice, the guardian, and the parties.
#[compiled_here]
pub async fn pdf(app: &App, cx: &Cx, actor: &Actor, id: AgreementId) -> Result<Option<RecordFile>> {
    let (mut tx, _, access) = look(app, cx, actor, id).await?;
    if access.apprentice().is_none() && access.officer().is_none() {
        return Err(Failure::NotFound);
    }
    let found = agreements::document_of(app, &mut tx, id).await?;
    Ok(found.map(|file| RecordFile {
        name: file.name,
        bytes: file.bytes,
    }))
}

/// Everything that is kept of the own record.
#[compiled_here]
pub async fn my_file(app: &App, cx: &Cx, actor: &Actor, id: AgreementId) -> Result<RecordFile> {
    let (mut tx, loaded, access) = look(app, cx, actor, id).await?;
    if access.apprentice().is_none() {
        return Err(Failure::NotFound);
    }
    let head: RecordHead = head(&mut tx, cx, &loaded, access.role()).await?;
    let files = tx.record_weeks().files(loaded.key()).await?;
    let weeks: Vec<WeekFile> = files.into_iter().map(storage::Versioned::into_inner).collect();
    let lines: Vec<_> = weeks.iter().flat_map(|file| file.week.booked()).collect();
    let hours = hours(&loaded, &lines);
    let openings = opening_lines(&mut tx, &loaded).await?;
    let agreement = agreements::copy_for(&mut tx, &loaded.open, signed_as(&access)).await?;
    let pdf = agreements::document_of(app, &mut tx, id).await?;
    let record = json!({
        "record": loaded.record(),
        "weeks": weeks.iter().map(|file| &file.week).collect::<Vec<_>>(),
        "people": names(&mut tx, &loaded).await?,
        "hours": {
            "all": hours.all,
            "carried_minutes": hours.carried,
            "lesson_minutes": hours.lesson_minutes,
        },
        "made_at": moment(cx.now),
    });
    drop(tx);
    let read_me = Text::new("record_file.read_me")
        .with("name", head.apprentice.clone())
        .with("number", head.number.clone())
        .with("enterprise", head.enterprise.clone())
        .with("at", cx.now);
    let both = kernel::Locale::ALL.map(|locale| read_me.render(locale)).join("\n\n");
    let mut all = vec![
        ("README.txt", both.into_bytes()),
        ("agreement.json", agreement.content.into_bytes()),
        (
            "record.json",
            serde_json::to_vec_pretty(&record).map_err(Failure::internal)?,
        ),
        ("weeks.csv", table(&weeks_table(cx, &weeks))?),
        ("opened.csv", table(&opened_table(cx, &openings))?),
    ];
    if let Some(pdf) = pdf {
        all.push(("agreement.pdf", pdf.bytes));
    }
    Ok(RecordFile {
        name: format!("{}.zip", head.number),
        bytes: archive(cx, all)?,
    })
}
