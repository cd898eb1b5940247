//! typst as a library: one library, one set of fonts, one template, built once; a paper is given as files in memory.

use std::{collections::BTreeMap, sync::LazyLock};

use kernel::Timestamp;
use typst::{
    Library, LibraryExt as _, World, comemo,
    diag::{FileError, FileResult, SourceDiagnostic},
    foundations::{Bytes, Datetime, Duration, Smart},
    syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot},
    text::{Font, FontBook},
    utils::LazyHash,
};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use crate::fonts::FONTS;

static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(Library::default()));
static BOOK: LazyLock<LazyHash<FontBook>> = LazyLock::new(|| LazyHash::new(FontBook::from_fonts(FONTS.iter())));

/// The template of the training agreement, parsed once.
pub(crate) static TRAINING: LazyLock<Source> = LazyLock::new(|| {
    Source::new(
        file("training.typ").expect("a plain name is a path"),
        include_str!("../templates/training.typ").to_owned(),
    )
});

/// How many papers ago something typeset must have been of use to be kept: what all papers share stays, the rest goes.
const KEPT: usize = 4;

/// Minutes by which clocks in Shanghai are ahead of UTC.
const SHANGHAI: i32 = 8 * 60;

fn file(name: &str) -> Option<FileId> {
    let path = VirtualPath::new(name).ok()?;
    Some(RootedPath::new(VirtualRoot::Project, path).intern())
}

/// Files in memory, beside a template.
#[derive(Debug, Default)]
pub(crate) struct Files(BTreeMap<&'static str, Bytes>);

impl Files {
    /// The same with one more.
    pub(crate) fn with(mut self, name: &'static str, content: impl Into<Vec<u8>>) -> Self {
        self.0.insert(name, Bytes::new(content.into()));
        self
    }
}

/// Everything that a template can see.
struct Table<'a> {
    template: &'a Source,
    files: Vec<(FileId, Bytes)>,
}

impl World for Table<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &BOOK
    }

    fn main(&self) -> FileId {
        self.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.template.id() {
            Ok(self.template.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let found = self.files.iter().find(|(known, _)| *known == id);
        found.map(|(_, bytes)| bytes.clone()).ok_or(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.get(index).cloned()
    }

    // A paper gets its dates in its data: one that hung on the day of printing would be another tomorrow.
    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn told(found: impl IntoIterator<Item = SourceDiagnostic>) -> String {
    let found = found.into_iter().map(|found| found.message.to_string());
    found.collect::<Vec<_>>().join("; ")
}

fn timestamp(at: Timestamp) -> Option<typst_pdf::Timestamp> {
    let local = at.in_shanghai();
    let datetime = Datetime::from_ymd_hms(
        local.year(),
        u8::from(local.month()),
        local.day(),
        local.hour(),
        local.minute(),
        local.second(),
    )?;
    typst_pdf::Timestamp::new_local(datetime, SHANGHAI)
}

/// Typesets a template into a PDF: the bytes, and how many pages. An error is one of the template or the data.
pub(crate) fn typeset(
    template: &Source,
    files: Files,
    ident: &str,
    at: Option<Timestamp>,
) -> Result<(Vec<u8>, usize), String> {
    let files = files.0.into_iter();
    let table = Table {
        template,
        files: files.filter_map(|(name, bytes)| Some((file(name)?, bytes))).collect(),
    };
    let document = typst::compile::<PagedDocument>(&table).output.map_err(told);
    let made = document.and_then(|document| {
        // A paper without a date is none to keep: the standard asks for one.
        let form: &[PdfStandard] = if at.is_some() { &[PdfStandard::A_3b] } else { &[] };
        let standards = PdfStandards::new(form).map_err(|error| format!("{error:?}"))?;
        let options = PdfOptions {
            ident: Smart::Custom(ident.to_owned()),
            timestamp: at.and_then(timestamp),
            standards,
            ..PdfOptions::default()
        };
        let pdf = typst_pdf::pdf(&document, &options).map_err(told)?;
        Ok((pdf, document.pages().len()))
    });
    comemo::evict(KEPT);
    made
}
