//! Letters that lie in a folder, read back: a demonstration shows its letters instead of sending them.

use std::{
    fs::{self, File},
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use kernel::{LetterId, Timestamp};
use mail_parser::{Address, Message, MessageParser};
use tokio::task;

use super::Folder;
use crate::Error;

/// Bodies come first and fit into this; what is cut off are attachments.
const LONGEST: u64 = 512 * 1024;
/// The header fits into this many times over.
const LONGEST_HEADER: u64 = 16 * 1024;
/// Among so many letters, the newest ones, a list is chosen.
const LOOKED_AT: usize = 2_000;

/// What a list says of a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptHead {
    /// The letter's id, by which its file is called.
    pub id: LetterId,
    /// Whom it is for.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// When it was written.
    pub at: Timestamp,
}

/// A letter that lies in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptLetter {
    /// What a list says of it.
    pub head: KeptHead,
    /// Who sent it, with the name.
    pub from: String,
    /// Its `Message-ID`.
    pub message_id: String,
    /// The language it says it is written in.
    pub language: String,
    /// The plain text.
    pub text: String,
    /// The HTML. It was made by a template of ours, but whoever shows it takes it for what anybody may have written.
    pub html: String,
}

impl Folder {
    /// The newest letters whose address has `to` in it, at most `limit`.
    pub async fn letters(&self, to: &str, limit: usize) -> Result<Vec<KeptHead>, Error> {
        let (path, to) = (self.path.clone(), to.trim().to_lowercase());
        in_background(move || {
            let mut found = Vec::new();
            for (id, file) in files(&path)?.into_iter().take(LOOKED_AT) {
                if found.len() == limit {
                    break;
                }
                let read = read(&file, LONGEST_HEADER).map_err(|source| unreadable(&file, source))?;
                let parsed = read
                    .as_deref()
                    .and_then(|bytes| MessageParser::default().parse_headers(bytes));
                found.extend(
                    parsed
                        .map(|message| head(id, &message))
                        .filter(|head| head.to.to_lowercase().contains(&to)),
                );
            }
            Ok(found)
        })
        .await
    }

    /// The letter of that id; none when there is none.
    pub async fn letter(&self, id: LetterId) -> Result<Option<KeptLetter>, Error> {
        // The name is made from an id and nothing else: it leads out of no folder.
        let file = self.path.join(file_name(id));
        in_background(move || {
            let read = read(&file, LONGEST).map_err(|source| unreadable(&file, source))?;
            let parsed = read.as_deref().and_then(|bytes| MessageParser::default().parse(bytes));
            Ok(parsed.map(|message| whole(id, &message)))
        })
        .await
    }
}

/// What the letter's file is called.
pub(super) fn file_name(id: LetterId) -> String {
    format!("{id}.eml")
}

fn unreadable(path: &Path, source: io::Error) -> Error {
    Error::Unreadable {
        path: path.to_owned(),
        source,
    }
}

async fn in_background<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    match task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(stopped) => Err(unreadable(Path::new("."), io::Error::other(stopped))),
    }
}

/// Every letter's id and file, the newest first: ids sort by moment.
fn files(folder: &Path) -> Result<Vec<(LetterId, PathBuf)>, Error> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        // The folder is made with the first letter.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(unreadable(folder, error)),
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| unreadable(folder, error))?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let id = name.strip_suffix(".eml").and_then(|id| id.parse().ok());
        if let Some(id) = id.filter(|id| file_name(*id) == name) {
            found.push((id, path));
        }
    }
    found.sort_unstable_by_key(|(id, _)| std::cmp::Reverse(*id));
    Ok(found)
}

/// The beginning of the file; none when there is no such file.
fn read(file: &Path, longest: u64) -> io::Result<Option<Vec<u8>>> {
    let opened = match File::open(file) {
        Ok(opened) => opened,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    if !opened.metadata()?.is_file() {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    opened.take(longest).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

fn head(id: LetterId, message: &Message<'_>) -> KeptHead {
    let to = message.to().and_then(Address::first).and_then(|to| to.address());
    let seconds = message.date().map_or(0, mail_parser::DateTime::to_timestamp);
    KeptHead {
        id,
        to: to.unwrap_or_default().to_owned(),
        subject: message.subject().unwrap_or_default().to_owned(),
        at: Timestamp::from_micros(seconds.saturating_mul(1_000_000)),
    }
}

fn whole(id: LetterId, message: &Message<'_>) -> KeptLetter {
    let from = message.from().and_then(Address::first);
    let (name, address) = (
        from.and_then(|from| from.name()),
        from.and_then(|from| from.address()).unwrap_or_default(),
    );
    let body = |body: Option<std::borrow::Cow<'_, str>>| body.unwrap_or_default().replace("\r\n", "\n");
    KeptLetter {
        head: head(id, message),
        from: name.map_or_else(|| address.to_owned(), |name| format!("{name} <{address}>")),
        message_id: message.message_id().unwrap_or_default().to_owned(),
        language: message
            .header_raw("Content-Language")
            .unwrap_or_default()
            .trim()
            .to_owned(),
        text: body(message.body_text(0)),
        html: body(message.body_html(0)),
    }
}

#[cfg(test)]
mod tests {
    use kernel::{EmailAddress, Locale, SeededChance};

    use super::*;
    use crate::{Message as Letter, Rendered, Transport};

    fn letter(number: i64, to: &str, subject: &str) -> Letter {
        let at = Timestamp::from_micros((1_795_163_400 + number) * 1_000_000);
        Letter {
            id: LetterId::new(at, &SeededChance::new(number.unsigned_abs())),
            at,
            from: "企校 Qixiao <no-reply@qixiao.example>".parse().unwrap(),
            to: EmailAddress::parse(to).unwrap(),
            locale: Locale::Zh,
            content: Rendered {
                subject: subject.to_owned(),
                text: "张小雨：\n\n请签署。\n".to_owned(),
                html: "<p>张小雨：请签署。</p>\n".to_owned(),
            },
            list: None,
            attachments: Vec::new(),
        }
    }

    async fn folder_with(letters: &[Letter]) -> (tempfile::TempDir, Folder) {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::new(place.path().join("mail"));
        for letter in letters {
            Transport::Folder(folder.clone()).send(letter).await.unwrap();
        }
        (place, folder)
    }

    #[tokio::test]
    async fn what_was_written_into_the_folder_is_read_back() {
        let long = "请签署培养协议：上海示例精密机械有限公司与张小雨的现代学徒制培养协议（QX-2026-000128）";
        let written = letter(0, "zhang@home.example", long);
        let (_place, folder) = folder_with(std::slice::from_ref(&written)).await;
        let read = folder.letter(written.id).await.unwrap().unwrap();
        assert_eq!(read.head.subject, long);
        assert_eq!(read.head.to, "zhang@home.example");
        assert_eq!(read.head.at, written.at);
        assert_eq!(read.from, "企校 Qixiao <no-reply@qixiao.example>");
        assert_eq!(format!("<{}>", read.message_id), written.message_id());
        assert_eq!(read.language, Locale::Zh.tag());
        assert_eq!((read.text, read.html), (written.content.text, written.content.html));
    }

    #[tokio::test]
    async fn the_newest_letter_comes_first_and_an_address_chooses() {
        let letters = [
            letter(0, "zhang@home.example", "一"),
            letter(1, "Father@home.example", "二"),
            letter(2, "zhang@home.example", "三"),
        ];
        let (_place, folder) = folder_with(&letters).await;
        let subjects = async |to, limit| -> Vec<String> {
            let heads = folder.letters(to, limit).await.unwrap();
            heads.into_iter().map(|head| head.subject).collect()
        };
        assert_eq!(subjects("", 50).await, ["三", "二", "一"]);
        assert_eq!(subjects(" ZHANG@", 50).await, ["三", "一"]);
        assert_eq!(subjects("", 1).await, ["三"]);
        assert!(subjects("nobody", 50).await.is_empty());
    }

    #[tokio::test]
    async fn what_is_no_letter_of_ours_is_left_alone() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::new(place.path().join("mail"));
        assert!(
            folder.letters("", 50).await.unwrap().is_empty(),
            "no letter yet, no folder yet"
        );
        let written = letter(0, "zhang@home.example", "一");
        assert_eq!(folder.letter(written.id).await.unwrap(), None);
        Transport::Folder(folder.clone()).send(&written).await.unwrap();
        fs::write(folder.path().join("notes.eml"), "Subject: no id\r\n\r\n").unwrap();
        fs::write(folder.path().join("half.partial"), "").unwrap();
        fs::create_dir(folder.path().join(file_name(letter(1, "a@b.example", "").id))).unwrap();
        let listed = folder.letters("", 50).await.unwrap();
        assert_eq!(listed.len(), 1, "{listed:?}");
        assert_eq!(listed[0].id, written.id);
    }

    #[tokio::test]
    async fn a_file_without_end_is_read_to_a_limit() {
        let (_place, folder) = folder_with(&[]).await;
        let id = letter(0, "a@b.example", "").id;
        fs::create_dir_all(folder.path()).unwrap();
        let mut file = b"To: a@b.example\r\nSubject: long\r\n\r\n".to_vec();
        file.resize(2_000_000, b'x');
        fs::write(folder.path().join(file_name(id)), file).unwrap();
        let read = folder.letter(id).await.unwrap().unwrap();
        assert!(read.text.len() < 600_000, "{}", read.text.len());
        assert_eq!(folder.letters("", 50).await.unwrap()[0].subject, "long");
    }
}
