//! From text to nodes: one pass over the parser's events, with every bound checked before anything is kept.

use std::collections::BTreeSet;

use saphyr_parser::{Event, Parser, ScalarStyle, Span};

use super::node::{Child, Content, NodeData, Step};
use super::{DEPTH_MAX, Document, FILE_BYTES_MAX, NODES_MAX, Problem, Problems};

impl Document {
    /// Reads the text of a file. Nothing where it is not a document, and the reason is in `problems`.
    pub fn parse(file: &str, text: &str, problems: &mut Problems) -> Option<Document> {
        if text.len() > FILE_BYTES_MAX {
            problems.push(problem_at(file, 1, 1, format!("is larger than {FILE_BYTES_MAX} bytes")));
            return None;
        }
        let mut builder = Builder::new(file);
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut parser = Parser::new_from_str(text);
        while let Some(event) = parser.next_event() {
            let step = match event {
                Ok((event, span)) => builder.event(event, span),
                Err(error) => {
                    let mark = error.marker();
                    Err(problem_at(file, mark.line(), mark.col() + 1, format!("is not valid YAML: {}", error.info())))
                }
            };
            if let Err(problem) = step {
                builder.problems.push(problem);
                builder.problems.into_iter().for_each(|problem| problems.push(problem));
                return None;
            }
        }
        builder.finish(problems)
    }
}

fn problem_at(file: &str, line: usize, column: usize, message: String) -> Problem {
    let number = |value: usize| u32::try_from(value.max(1)).unwrap_or(u32::MAX);
    Problem {
        file: file.to_owned(),
        line: number(line),
        column: number(column),
        path: format!("{file}:"),
        message,
        suggestion: None,
    }
}

/// A list or map that is still open.
struct Open {
    node: u32,
    children: Vec<Child>,
    /// The key that waits for its value, in a map.
    key: Option<(String, u32, u32)>,
    /// The keys there are, in a map.
    seen: BTreeSet<String>,
    map: bool,
}

struct Builder<'f> {
    file: &'f str,
    document: Document,
    open: Vec<Open>,
    documents: usize,
    problems: Vec<Problem>,
}

impl<'f> Builder<'f> {
    fn new(file: &'f str) -> Self {
        let document = Document { file: file.to_owned(), nodes: Vec::new(), children: Vec::new() };
        Builder { file, document, open: Vec::new(), documents: 0, problems: Vec::new() }
    }

    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), Problem> {
        let (line, column) = (span.start.line(), span.start.col() + 1);
        let refuse = |message: &str| Err(problem_at(self.file, line, column, message.to_owned()));
        match event {
            Event::DocumentStart(_) if self.documents > 0 => refuse("must hold one document, not several"),
            Event::DocumentStart(_) => {
                self.documents += 1;
                Ok(())
            }
            Event::Alias(_) => refuse("may not use aliases (`*name`)"),
            Event::Scalar(_, _, anchor, _) | Event::SequenceStart(anchor, _) | Event::MappingStart(anchor, _)
                if anchor != 0 =>
            {
                refuse("may not use anchors (`&name`)")
            }
            Event::Scalar(_, _, _, Some(_)) | Event::SequenceStart(_, Some(_)) | Event::MappingStart(_, Some(_)) => {
                refuse("may not use tags (`!name`)")
            }
            Event::Scalar(text, style, _, _) => self.scalar(text.into_owned(), style, (line, column)),
            Event::SequenceStart(..) => self.start(false, (line, column)),
            Event::MappingStart(..) => self.start(true, (line, column)),
            Event::SequenceEnd | Event::MappingEnd => {
                self.end();
                Ok(())
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Ok(()),
        }
    }

    fn scalar(&mut self, text: String, style: ScalarStyle, place: (usize, usize)) -> Result<(), Problem> {
        if let Some(open) = self.open.last_mut().filter(|open| open.map && open.key.is_none()) {
            if !open.seen.insert(text.clone()) {
                let problem = problem_at(self.file, place.0, place.1, format!("has the key `{text}` twice"));
                self.problems.push(problem);
            }
            open.key = Some((text, place.0 as u32, place.1 as u32));
            return Ok(());
        }
        let plain = style == ScalarStyle::Plain;
        let block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
        self.add(Content::Scalar { text, plain, block }, place).map(|_| ())
    }

    fn start(&mut self, map: bool, place: (usize, usize)) -> Result<(), Problem> {
        if self.open.last().is_some_and(|open| open.map && open.key.is_none()) {
            return Err(problem_at(self.file, place.0, place.1, "may use only text as a key".to_owned()));
        }
        if self.open.len() >= DEPTH_MAX {
            return Err(problem_at(self.file, place.0, place.1, format!("is nested deeper than {DEPTH_MAX} levels")));
        }
        let content = if map { Content::Map(0..0) } else { Content::List(0..0) };
        let node = self.add(content, place)?;
        self.open.push(Open { node, children: Vec::new(), key: None, seen: BTreeSet::new(), map });
        Ok(())
    }

    fn end(&mut self) {
        let Some(open) = self.open.pop() else { return };
        let start = self.document.children.len() as u32;
        self.document.children.extend(open.children);
        let range = start..self.document.children.len() as u32;
        let content = if open.map { Content::Map(range) } else { Content::List(range) };
        self.document.nodes[open.node as usize].content = content;
    }

    fn add(&mut self, content: Content, (line, column): (usize, usize)) -> Result<u32, Problem> {
        let index = self.document.nodes.len();
        if index >= NODES_MAX {
            return Err(problem_at(self.file, line, column, format!("holds more than {NODES_MAX} values")));
        }
        let node = index as u32;
        let mut parent = None;
        if let Some(open) = self.open.last_mut() {
            let key = open.key.take();
            let step = match &key {
                Some((key, _, _)) => Step::Key(key.clone()),
                None => Step::Item(open.children.len() as u32),
            };
            parent = Some((open.node, step));
            open.children.push(Child { key, node });
        }
        self.document.nodes.push(NodeData { line: line as u32, column: column as u32, parent, content });
        Ok(node)
    }

    fn finish(self, problems: &mut Problems) -> Option<Document> {
        let broken = !self.problems.is_empty();
        self.problems.into_iter().for_each(|problem| problems.push(problem));
        if self.document.nodes.is_empty() {
            problems.push(problem_at(self.file, 1, 1, "is empty".to_owned()));
            return None;
        }
        (!broken).then_some(self.document)
    }
}
