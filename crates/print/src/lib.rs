//! Pages on paper: headings, sentences and tables as PDF, in Chinese and English.
//!
//! It knows nothing of points: who wants a page says what stands on it ([`Document`]), and gets the bytes of a file
//! whose text can be searched and copied, with an outline, page numbers and the language it is written in. The fonts are
//! part of the program; only the characters that are used go into a file.
#![allow(clippy::float_arithmetic, reason = "places on paper, never points or money")]

mod font;
mod layout;
mod write;

/// A document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// What it is called.
    pub title: String,
    /// What stands below the title, such as version and date; also at the foot of every page.
    pub subtitle: String,
    /// The language it is written in, as a tag of BCP 47: `zh-CN`, `en`.
    pub lang: &'static str,
    /// How a page is numbered: `{page}` and `{pages}` are replaced.
    pub numbering: &'static str,
    /// What stands in it, in order.
    pub blocks: Vec<Block>,
}

/// A part of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A heading of the first or the second level.
    Heading(Level, String),
    /// A sentence of a list.
    Item(Vec<Span>),
    /// A paragraph.
    Paragraph(Vec<Span>),
    /// Rows of cells, the first of which is the head. Columns share the width by their weights.
    Table {
        /// How wide each column is, beside the others.
        weights: Vec<u16>,
        /// The rows; the first is the head and stands on every page.
        rows: Vec<Vec<Vec<Span>>>,
    },
}

/// The level of a heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// A chapter.
    First,
    /// A part of a chapter.
    Second,
}

/// A piece of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The text.
    pub text: String,
    /// Whether it is printed bold.
    pub bold: bool,
}

impl Span {
    /// Plain text.
    pub fn plain(text: impl Into<String>) -> Span {
        Span { text: text.into(), bold: false }
    }

    /// Bold text.
    pub fn bold(text: impl Into<String>) -> Span {
        Span { text: text.into(), bold: true }
    }
}

/// Why a document was not printed.
#[derive(Debug, thiserror::Error)]
pub enum PrintError {
    /// The fonts of this build are damaged.
    #[error("the font cannot be used: {0}")]
    Font(String),
}

/// Prints a document. The same document gives the same bytes.
///
/// # Errors
/// [`PrintError`]
pub fn pdf(document: &Document) -> Result<Vec<u8>, PrintError> {
    let fonts = font::Fonts::load()?;
    let pages = layout::pages(document, &fonts);
    write::file(document, &pages, &fonts)
}
