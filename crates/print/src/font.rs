//! The two fonts: what a character is wide, and what of a font goes into a file.

use std::cell::RefCell;
use std::collections::BTreeMap;

use subsetter::GlyphRemapper;
use ttf_parser::{Face, GlyphId};

use crate::PrintError;

static REGULAR: &[u8] = include_bytes!("../../../assets/fonts/NotoSansSC-Regular.ttf");
static BOLD: &[u8] = include_bytes!("../../../assets/fonts/NotoSansSC-Bold.ttf");

/// What stands for a character that the fonts lack.
const MISSING: char = '□';

/// Both weights.
pub(crate) struct Fonts {
    pub(crate) regular: Font,
    pub(crate) bold: Font,
}

/// A font and which of its glyphs were used.
pub(crate) struct Font {
    face: Face<'static>,
    data: &'static [u8],
    used: RefCell<Used>,
}

struct Used {
    remapper: GlyphRemapper,
    /// By the glyph's number in the file: its number in the font and the character it stands for.
    glyphs: BTreeMap<u16, (u16, char)>,
}

/// What of a font goes into a file.
pub(crate) struct Subset {
    pub(crate) data: Vec<u8>,
    /// By the glyph's number in the file: its width in thousandths of the size, and the character.
    pub(crate) glyphs: BTreeMap<u16, (f32, char)>,
    pub(crate) ascent: f32,
    pub(crate) descent: f32,
    pub(crate) bbox: [f32; 4],
}

impl Fonts {
    pub(crate) fn load() -> Result<Self, PrintError> {
        Ok(Fonts { regular: Font::load(REGULAR)?, bold: Font::load(BOLD)? })
    }

    pub(crate) fn of(&self, bold: bool) -> &Font {
        if bold { &self.bold } else { &self.regular }
    }
}

impl Font {
    fn load(data: &'static [u8]) -> Result<Self, PrintError> {
        let face = Face::parse(data, 0).map_err(|error| PrintError::Font(error.to_string()))?;
        let used = RefCell::new(Used { remapper: GlyphRemapper::new(), glyphs: BTreeMap::new() });
        Ok(Font { face, data, used })
    }

    fn glyph(&self, character: char) -> GlyphId {
        let known = |character| self.face.glyph_index(character);
        known(character).or_else(|| known(MISSING)).unwrap_or(GlyphId(0))
    }

    /// The width of a text, in points.
    pub(crate) fn width(&self, text: &str, size: f32) -> f32 {
        text.chars().map(|character| self.advance(self.glyph(character))).sum::<f32>() * size / 1000.0
    }

    /// In thousandths of the size.
    fn advance(&self, glyph: GlyphId) -> f32 {
        let units = f32::from(self.face.units_per_em());
        f32::from(self.face.glyph_hor_advance(glyph).unwrap_or(self.face.units_per_em())) * 1000.0 / units
    }

    /// The text as the file writes it: two bytes a glyph, as they are numbered there.
    pub(crate) fn encode(&self, text: &str) -> Vec<u8> {
        let mut used = self.used.borrow_mut();
        let mut bytes = Vec::with_capacity(text.len());
        for character in text.chars() {
            let glyph = self.glyph(character);
            let number = used.remapper.remap(glyph.0);
            used.glyphs.entry(number).or_insert((glyph.0, character));
            bytes.extend(number.to_be_bytes());
        }
        bytes
    }

    /// The glyphs that were encoded.
    pub(crate) fn subset(&self) -> Result<Subset, PrintError> {
        let used = self.used.borrow();
        let data =
            subsetter::subset(self.data, 0, &used.remapper).map_err(|error| PrintError::Font(error.to_string()))?;
        let scale = 1000.0 / f32::from(self.face.units_per_em());
        let bbox = self.face.global_bounding_box();
        let scaled = |value: i16| f32::from(value) * scale;
        Ok(Subset {
            data,
            glyphs: used
                .glyphs
                .iter()
                .map(|(number, (glyph, character))| (*number, (self.advance(GlyphId(*glyph)), *character)))
                .collect(),
            ascent: scaled(self.face.ascender()),
            descent: scaled(self.face.descender()),
            bbox: [scaled(bbox.x_min), scaled(bbox.y_min), scaled(bbox.x_max), scaled(bbox.y_max)],
        })
    }
}
