//! From pages to the bytes of a file.

use miniz_oxide::deflate::compress_to_vec_zlib;
use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Content, Filter, Finish, Name, Pdf, Rect, Ref, Str, TextStr};

use crate::font::{Font, Fonts, Subset};
use crate::layout::{FOOT, FOOT_SIZE, HEIGHT, Page, Run, SIDE, WIDTH};
use crate::{Document, Level, PrintError};

const SYSTEM: SystemInfo<'static> = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };
const REGULAR: Name<'static> = Name(b"F1");
const BOLD: Name<'static> = Name(b"F2");

/// How hard streams are compressed, from 0 to 10.
const COMPRESSION: u8 = 6;

/// Numbers of the file's objects, as they are needed.
struct Numbers(i32);

impl Numbers {
    fn next(&mut self) -> Ref {
        self.0 += 1;
        Ref::new(self.0)
    }
}

pub(crate) fn file(document: &Document, pages: &[Page], fonts: &Fonts) -> Result<Vec<u8>, PrintError> {
    let mut numbers = Numbers(0);
    let (catalog, tree, outlines, info) = (numbers.next(), numbers.next(), numbers.next(), numbers.next());
    let (regular, bold) = (numbers.next(), numbers.next());
    let places: Vec<(Ref, Ref)> = pages.iter().map(|_| (numbers.next(), numbers.next())).collect();
    let mut pdf = Pdf::new();
    pdf.pages(tree).kids(places.iter().map(|(page, _)| *page)).count(places.len() as i32);
    for (number, (page, (place, content))) in pages.iter().zip(&places).enumerate() {
        let foot = foot(document, number + 1, pages.len(), fonts);
        let written = compress_to_vec_zlib(&written(page, &foot, fonts), COMPRESSION);
        pdf.stream(*content, &written).filter(Filter::FlateDecode);
        let mut page = pdf.page(*place);
        page.media_box(Rect::new(0.0, 0.0, WIDTH, HEIGHT)).parent(tree).contents(*content);
        page.resources().fonts().pair(REGULAR, regular).pair(BOLD, bold);
    }
    outline(&mut pdf, pages, &places, outlines, &mut numbers);
    font(&mut pdf, &fonts.regular, "NotoSansSC-Regular", regular, &mut numbers)?;
    font(&mut pdf, &fonts.bold, "NotoSansSC-Bold", bold, &mut numbers)?;
    pdf.document_info(info)
        .title(TextStr(&document.title))
        .subject(TextStr(&document.subtitle))
        .producer(TextStr("Jifen"));
    let mut catalog = pdf.catalog(catalog);
    catalog.pages(tree).outlines(outlines).lang(TextStr(document.lang));
    catalog.viewer_preferences().display_doc_title(true);
    catalog.finish();
    Ok(pdf.finish())
}

/// The foot of a page: what it is, and which page of how many.
fn foot(document: &Document, page: usize, pages: usize, fonts: &Fonts) -> [Run; 2] {
    let number = document.numbering.replace("{page}", &page.to_string()).replace("{pages}", &pages.to_string());
    let width = fonts.regular.width(&number, FOOT_SIZE);
    let run = |text: String, x: f32| Run { text, bold: false, size: FOOT_SIZE, x, y: FOOT, gray: 0.35 };
    [run(format!("{} · {}", document.title, document.subtitle), SIDE), run(number, WIDTH - SIDE - width)]
}

fn written(page: &Page, foot: &[Run], fonts: &Fonts) -> Vec<u8> {
    let mut content = Content::new();
    content.set_line_width(0.5).set_stroke_gray(0.75);
    for rule in &page.rules {
        content.move_to(rule.from, rule.y).line_to(rule.to, rule.y).stroke();
    }
    for run in page.runs.iter().chain(foot) {
        let (font, name) = (fonts.of(run.bold), if run.bold { BOLD } else { REGULAR });
        content.begin_text().set_fill_gray(run.gray).set_font(name, run.size).next_line(run.x, run.y);
        content.show(Str(&font.encode(&run.text))).end_text();
    }
    content.finish().into_vec()
}

fn font(pdf: &mut Pdf, font: &Font, name: &str, place: Ref, numbers: &mut Numbers) -> Result<(), PrintError> {
    let Subset { data, glyphs, ascent, descent, bbox } = font.subset()?;
    // A tag of six letters says that it is a part of the font.
    let name = format!("JIFENA+{name}");
    let name = Name(name.as_bytes());
    let (cid, descriptor, to_unicode, file) = (numbers.next(), numbers.next(), numbers.next(), numbers.next());
    pdf.type0_font(place)
        .base_font(name)
        .encoding_predefined(Name(b"Identity-H"))
        .descendant_font(cid)
        .to_unicode(to_unicode);
    let mut cid_font = pdf.cid_font(cid);
    cid_font.subtype(CidFontType::Type2).base_font(name).system_info(SYSTEM).font_descriptor(descriptor);
    cid_font.default_width(1000.0).cid_to_gid_map_predefined(Name(b"Identity"));
    let mut widths = cid_font.widths();
    for (number, (width, _)) in &glyphs {
        widths.consecutive(*number, [*width]);
    }
    widths.finish();
    cid_font.finish();
    pdf.font_descriptor(descriptor)
        .name(name)
        .flags(FontFlags::SYMBOLIC)
        .bbox(Rect::new(bbox[0], bbox[1], bbox[2], bbox[3]))
        .italic_angle(0.0)
        .ascent(ascent)
        .descent(descent)
        .cap_height(ascent)
        .stem_v(80.0)
        .font_file2(file);
    let mut cmap = UnicodeCmap::new(Name(b"Custom"), SYSTEM);
    glyphs.iter().for_each(|(number, (_, character))| cmap.pair(*number, *character));
    pdf.cmap(to_unicode, &cmap.finish());
    let packed = compress_to_vec_zlib(&data, COMPRESSION);
    pdf.stream(file, &packed).filter(Filter::FlateDecode).pair(Name(b"Length1"), data.len() as i32);
    Ok(())
}

/// The outline: chapters, and their parts below them.
fn outline(pdf: &mut Pdf, pages: &[Page], places: &[(Ref, Ref)], root: Ref, numbers: &mut Numbers) {
    let mut chapters: Vec<(Entry<'_>, Vec<Entry<'_>>)> = Vec::new();
    for (page, (place, _)) in pages.iter().zip(places) {
        for (level, text, y) in &page.headings {
            let entry = Entry { id: numbers.next(), text, page: *place, y: *y };
            match (level, chapters.last_mut()) {
                (Level::Second, Some((_, parts))) => parts.push(entry),
                _ => chapters.push((entry, Vec::new())),
            }
        }
    }
    let mut outline = pdf.outline(root);
    if let (Some(first), Some(last)) = (chapters.first(), chapters.last()) {
        outline.first(first.0.id).last(last.0.id).count(chapters.len() as i32);
    }
    outline.finish();
    let ids: Vec<Ref> = chapters.iter().map(|(entry, _)| entry.id).collect();
    for (at, (chapter, parts)) in chapters.iter().enumerate() {
        chapter.write(pdf, root, around(&ids, at), parts);
        let ids: Vec<Ref> = parts.iter().map(|entry| entry.id).collect();
        for (at, part) in parts.iter().enumerate() {
            part.write(pdf, chapter.id, around(&ids, at), &[]);
        }
    }
}

struct Entry<'d> {
    id: Ref,
    text: &'d str,
    page: Ref,
    y: f32,
}

/// The neighbors of an entry.
fn around(ids: &[Ref], at: usize) -> (Option<Ref>, Option<Ref>) {
    (at.checked_sub(1).map(|before| ids[before]), ids.get(at + 1).copied())
}

impl Entry<'_> {
    fn write(&self, pdf: &mut Pdf, parent: Ref, (before, after): (Option<Ref>, Option<Ref>), parts: &[Entry<'_>]) {
        let mut item = pdf.outline_item(self.id);
        item.title(TextStr(self.text)).parent(parent);
        if let Some(before) = before {
            item.prev(before);
        }
        if let Some(after) = after {
            item.next(after);
        }
        if let (Some(first), Some(last)) = (parts.first(), parts.last()) {
            item.first(first.id).last(last.id).count(-(parts.len() as i32));
        }
        item.dest().page(self.page).xyz(0.0, self.y + 8.0, None);
    }
}
