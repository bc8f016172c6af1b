//! From blocks to pages: lines are broken as Chinese and English are, headings stay with what follows, the head of a
//! table stands on every page.

use crate::font::Fonts;
use crate::{Block, Document, Level, Span};

/// A4, in points.
pub(crate) const WIDTH: f32 = 595.0;
/// A4, in points.
pub(crate) const HEIGHT: f32 = 842.0;
/// White on the left and on the right.
pub(crate) const SIDE: f32 = 60.0;
const TOP: f32 = 64.0;
const BOTTOM: f32 = 72.0;
/// Where the foot stands, from the lower edge.
pub(crate) const FOOT: f32 = 40.0;
/// The size of the foot.
pub(crate) const FOOT_SIZE: f32 = 8.5;

const BODY: f32 = 10.5;
const SMALL: f32 = 9.0;
const LEADING: f32 = 1.65;
const INDENT: f32 = 14.0;
const CELL: f32 = 5.0;

/// A page.
#[derive(Default)]
pub(crate) struct Page {
    pub(crate) runs: Vec<Run>,
    pub(crate) rules: Vec<Rule>,
    /// Headings on it: level, text, height.
    pub(crate) headings: Vec<(Level, String, f32)>,
}

/// A piece of text at its place.
pub(crate) struct Run {
    pub(crate) text: String,
    pub(crate) bold: bool,
    pub(crate) size: f32,
    pub(crate) x: f32,
    pub(crate) y: f32,
    /// 0 is black.
    pub(crate) gray: f32,
}

/// A thin line.
pub(crate) struct Rule {
    pub(crate) from: f32,
    pub(crate) to: f32,
    pub(crate) y: f32,
}

/// A character or word that stays together.
struct Piece {
    text: String,
    bold: bool,
    width: f32,
}

type Line = Vec<Piece>;

struct Layout<'f> {
    fonts: &'f Fonts,
    pages: Vec<Page>,
    page: Page,
    /// The lower edge of what stands on the page.
    y: f32,
}

/// Lays a document out.
pub(crate) fn pages(document: &Document, fonts: &Fonts) -> Vec<Page> {
    let mut layout = Layout { fonts, pages: Vec::new(), page: Page::default(), y: HEIGHT - TOP };
    layout.title(document);
    for (place, block) in document.blocks.iter().enumerate() {
        match block {
            Block::Heading(level, text) => layout.heading(*level, text),
            Block::Paragraph(spans) => layout.text(spans, BODY, 0.0, 6.0),
            Block::Item(spans) => {
                let is_last = !matches!(document.blocks.get(place + 1), Some(Block::Item(_)));
                layout.item(spans, if is_last { 8.0 } else { 3.0 });
            }
            Block::Table { weights, rows } => layout.table(weights, rows),
        }
    }
    layout.pages.push(layout.page);
    layout.pages
}

impl Layout<'_> {
    fn turn(&mut self) {
        self.pages.push(std::mem::take(&mut self.page));
        self.y = HEIGHT - TOP;
    }

    /// Turns the page where so much does not fit on it any more.
    fn need(&mut self, height: f32) {
        if self.y - height < BOTTOM && self.y < HEIGHT - TOP {
            self.turn();
        }
    }

    fn title(&mut self, document: &Document) {
        self.text(&[Span::bold(document.title.as_str())], 20.0, 0.0, 2.0);
        self.gray(&document.subtitle);
        self.y -= 6.0;
        self.page.rules.push(Rule { from: SIDE, to: WIDTH - SIDE, y: self.y });
        self.y -= 10.0;
    }

    fn gray(&mut self, text: &str) {
        let first = self.page.runs.len();
        self.text(&[Span::plain(text)], SMALL, 0.0, 0.0);
        self.page.runs.iter_mut().skip(first).for_each(|run| run.gray = 0.35);
    }

    fn heading(&mut self, level: Level, text: &str) {
        let (size, before) = match level {
            Level::First => (14.0, 12.0),
            Level::Second => (11.5, 8.0),
        };
        // A heading stays with at least two lines of what follows.
        self.need(before + size * LEADING + 2.0 * BODY * LEADING + 6.0);
        if self.y < HEIGHT - TOP {
            self.y -= before;
        }
        self.page.headings.push((level, text.to_owned(), self.y));
        self.text(&[Span::bold(text)], size, 0.0, 4.0);
    }

    fn item(&mut self, spans: &[Span], after: f32) {
        self.need(BODY * LEADING);
        let (x, y) = (SIDE + 3.0, self.y - BODY * 1.2);
        self.page.runs.push(Run { text: "•".to_owned(), bold: false, size: BODY, x, y, gray: 0.35 });
        self.text(spans, BODY, INDENT, after);
    }

    fn text(&mut self, spans: &[Span], size: f32, indent: f32, after: f32) {
        let lines = break_lines(spans, size, WIDTH - 2.0 * SIDE - indent, self.fonts);
        for line in lines {
            self.need(size * LEADING);
            let y = self.y - size * 1.2;
            set(&mut self.page, &line, SIDE + indent, y, size);
            self.y -= size * LEADING;
        }
        self.y -= after;
    }

    fn table(&mut self, weights: &[u16], rows: &[Vec<Vec<Span>>]) {
        let whole: f32 = weights.iter().map(|weight| f32::from(*weight)).sum::<f32>().max(1.0);
        let widths: Vec<f32> = weights.iter().map(|weight| (WIDTH - 2.0 * SIDE) * f32::from(*weight) / whole).collect();
        let Some((head, body)) = rows.split_first() else { return };
        let height = |row: &[Vec<Span>], fonts: &Fonts| {
            let lines = row
                .iter()
                .zip(&widths)
                .map(|(cell, width)| break_lines(cell, SMALL, width - 2.0 * CELL, fonts).len().max(1));
            f32::from(u16::try_from(lines.max().unwrap_or(1)).unwrap_or(u16::MAX)) * SMALL * LEADING + 2.0 * CELL
        };
        let head_height = height(head, self.fonts);
        self.need(head_height + body.first().map_or(0.0, |row| height(row, self.fonts)));
        self.row(head, &widths, head_height);
        for row in body {
            let height = height(row, self.fonts);
            if self.y - height < BOTTOM && self.y < HEIGHT - TOP {
                self.turn();
                self.row(head, &widths, head_height);
            }
            self.row(row, &widths, height);
        }
        self.y -= 8.0;
    }

    fn row(&mut self, cells: &[Vec<Span>], widths: &[f32], height: f32) {
        let mut x = SIDE;
        for (cell, width) in cells.iter().zip(widths) {
            let mut y = self.y - CELL - SMALL * 1.2;
            for line in break_lines(cell, SMALL, width - 2.0 * CELL, self.fonts) {
                set(&mut self.page, &line, x + CELL, y, SMALL);
                y -= SMALL * LEADING;
            }
            x += width;
        }
        self.y -= height;
        self.page.rules.push(Rule { from: SIDE, to: WIDTH - SIDE, y: self.y });
    }
}

/// Sets a line: neighbors of one weight become one run.
fn set(page: &mut Page, line: &[Piece], x: f32, y: f32, size: f32) {
    let mut x = x;
    let mut run: Option<Run> = None;
    for piece in line {
        match &mut run {
            Some(run) if run.bold == piece.bold => run.text.push_str(&piece.text),
            _ => {
                page.runs.extend(run.take());
                run = Some(Run { text: piece.text.clone(), bold: piece.bold, size, x, y, gray: 0.0 });
            }
        }
        x += piece.width;
    }
    page.runs.extend(run);
}

/// Characters that do not begin a line.
const NOT_FIRST: &str = "，。、；：！？）】》」』”’〉〕%…·,.;:!?)]}";
/// Characters that do not end a line.
const NOT_LAST: &str = "（【《「『“‘〈〔([{";

fn break_lines(spans: &[Span], size: f32, width: f32, fonts: &Fonts) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut line: Line = Vec::new();
    let mut filled = 0.0;
    for piece in pieces(spans, size, width, fonts) {
        if filled + piece.width > width && !line.is_empty() && !piece.text.trim().is_empty() {
            let rest = carried(&mut line, &piece);
            lines.push(trimmed(std::mem::replace(&mut line, rest)));
            filled = line.iter().map(|piece| piece.width).sum();
        }
        filled += piece.width;
        line.push(piece);
    }
    if !line.is_empty() {
        lines.push(trimmed(line));
    }
    lines
}

/// What must go to the next line together with the piece that does not fit.
fn carried(line: &mut Line, piece: &Piece) -> Line {
    let begins = |piece: &Piece| piece.text.chars().next().is_some_and(|c| NOT_FIRST.contains(c));
    let ends = |piece: &Piece| piece.text.chars().last().is_some_and(|c| NOT_LAST.contains(c));
    let mut carried = Line::new();
    let mut not_first = begins(piece);
    while line.len() > 1 && (not_first || line.last().is_some_and(ends)) {
        let Some(last) = line.pop() else { break };
        not_first = begins(&last);
        carried.insert(0, last);
    }
    carried
}

/// A line without spaces at its ends.
fn trimmed(mut line: Line) -> Line {
    while line.last().is_some_and(|piece| piece.text.trim().is_empty()) {
        line.pop();
    }
    let first = line.iter().position(|piece| !piece.text.trim().is_empty()).unwrap_or(0);
    line.drain(..first);
    line
}

/// Chinese characters one by one, words as a whole, unless they are wider than a line.
fn pieces(spans: &[Span], size: f32, width: f32, fonts: &Fonts) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for span in spans {
        let font = fonts.of(span.bold);
        let mut word = String::new();
        let mut push = |text: String| {
            if text.is_empty() {
                return;
            }
            let whole = font.width(&text, size);
            if whole <= width {
                return pieces.push(Piece { text, bold: span.bold, width: whole });
            }
            let single =
                |c: char| Piece { text: c.to_string(), bold: span.bold, width: font.width(&c.to_string(), size) };
            pieces.extend(text.chars().map(single));
        };
        for character in span.text.chars() {
            if character.is_whitespace() {
                push(std::mem::take(&mut word));
                push(" ".to_owned());
            } else if character.is_ascii() || character.is_alphabetic() && !is_cjk(character) {
                word.push(character);
            } else {
                push(std::mem::take(&mut word));
                push(character.to_string());
            }
        }
        push(word);
    }
    pieces
}

/// Whether a line may break on both sides of it.
fn is_cjk(character: char) -> bool {
    matches!(character, '\u{2E80}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF00}'..='\u{FFEF}' | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(text: &str, width: f32) -> Vec<String> {
        let fonts = Fonts::load().unwrap_or_else(|error| panic!("{error}"));
        let lines = break_lines(&[Span::plain(text)], 10.0, width, &fonts);
        lines.iter().map(|line| line.iter().map(|piece| piece.text.as_str()).collect()).collect()
    }

    #[test]
    fn chinese_breaks_anywhere_but_before_a_full_stop() {
        assert_eq!(broken("积分当年有效", 30.0), ["积分当", "年有效"]);
        assert_eq!(broken("积分有效。好", 40.0), ["积分有", "效。好"]);
        assert_eq!(broken("积分的（有效", 40.0), ["积分的", "（有效"]);
    }

    #[test]
    fn english_breaks_between_words_and_long_words_break_anywhere() {
        assert_eq!(broken("two short words", 50.0), ["two short", "words"]);
        let long = broken("abcdefghijklmnopqrstuvwxyz", 50.0);
        assert!(long.len() > 1);
        assert_eq!(long.concat(), "abcdefghijklmnopqrstuvwxyz");
    }
}
