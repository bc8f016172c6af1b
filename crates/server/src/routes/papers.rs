//! The rules on paper: what members may take with them at any time, and the white paper of the whole program.

use axum::http::{HeaderValue, Method, header};
use jifen_print::{Block, Document, Level, Span};
use jifen_program::RuleBook;
use jifen_program::book::page::{SectionId, Sentence};
use jifen_program::book::paper::Part;
use jifen_rules::explain::Lang as Written;
use jifen_vocab::{Timestamp, Zone};

use super::program::{AT, ComingVersion, coming, moment};
use crate::call::{Call, Reply, aside};
use crate::language::{Lang, Said};
use crate::operation::{Access, Answer, Answered, Key, Operation, Parameter};
use crate::problems::Problem;
use crate::scopes::Scope;

pub(super) static LANG: Parameter = Parameter {
    name: "lang",
    in_path: false,
    about: Said {
        en: "The language; what `Accept-Language` prefers unless it is given.",
        zh: "语言，默认按 `Accept-Language`。",
    },
    schema: r#"{"type": "string", "enum": ["zh", "en"]}"#,
    example: "zh",
};

async fn print_rules(call: Call) -> Answered {
    let (at, lang) = asked(&call)?;
    let books = call.app.engine.books();
    let book = books.at(at).clone();
    let coming = coming(&books, at);
    let document = rules(&book, &coming, at, lang);
    print(document, &format!("{}-rules-v{}.pdf", book.id, book.version)).await
}

async fn print_white_paper(call: Call) -> Answered {
    let (at, lang) = asked(&call)?;
    let book = call.app.engine.books().at(at).clone();
    let name = format!("{}-white-paper-v{}.pdf", book.id, book.version);
    let document = aside(move || Ok::<_, Problem>(white_paper(&book, at, lang))).await?;
    print(document, &name).await
}

fn asked(call: &Call) -> Result<(Timestamp, Lang), Problem> {
    let query = call.query()?;
    let now = call.app.engine.clock().now();
    let at = match query.get("at") {
        None => now,
        Some(text) => moment(text, &call.zone())?,
    };
    let lang = match query.get("lang") {
        None => Lang::of(&call.headers),
        Some("zh") => Lang::Zh,
        Some("en") => Lang::En,
        Some(_) => return Err(Problem::parameter("lang", "be zh or en")),
    };
    Ok((at, lang))
}

/// A document as a file of that name.
pub(super) async fn print(document: Document, name: &str) -> Answered {
    let printed = move || jifen_print::pdf(&document).map_err(|error| Problem::internal(error.to_string()));
    let bytes = aside(printed).await?;
    let named = HeaderValue::from_str(&format!("inline; filename=\"{name}\""));
    let named = named.map_err(|error| Problem::internal(error.to_string()))?;
    Ok(Reply::bytes("application/pdf", bytes).with(header::CONTENT_DISPOSITION, named))
}

fn written(lang: Lang) -> Written {
    match lang {
        Lang::Zh => Written::Zh,
        Lang::En => Written::En,
    }
}

fn document(title: String, book: &RuleBook, at: Timestamp, lang: Lang, blocks: Vec<Block>) -> Document {
    let day = book.zone.day_of(at);
    let subtitle = match lang {
        Lang::Zh => format!("第 {} 版 · {day} 有效", book.version),
        Lang::En => format!("Version {} · as of {day}", book.version),
    };
    let numbering = match lang {
        Lang::Zh => "第 {page} 页，共 {pages} 页",
        Lang::En => "Page {page} of {pages}",
    };
    Document { title, subtitle, lang: lang.tag(), numbering, blocks }
}

fn rules(book: &RuleBook, coming: &[ComingVersion], at: Timestamp, lang: Lang) -> Document {
    let page = book.rule_page(written(lang));
    let mut blocks = Vec::new();
    for section in page.sections {
        if section.id == SectionId::Changes {
            announced(&mut blocks, coming, &book.zone, lang);
        }
        blocks.push(Block::Heading(Level::First, section.heading));
        blocks.extend(section.sentences.into_iter().map(|sentence| Block::Item(spans(sentence))));
    }
    let title = match lang {
        Lang::Zh => format!("{}规则", book.name.zh),
        Lang::En => format!("Rules of {}", book.name.en),
    };
    document(title, book, at, lang, blocks)
}

/// What is announced, before the section that says how changes are.
fn announced(blocks: &mut Vec<Block>, coming: &[ComingVersion], zone: &Zone, lang: Lang) {
    for version in coming {
        let day = Timestamp::parse_rfc3339(&version.from).map_or_else(String::new, |at| zone.day_of(at).to_string());
        let heading = match lang {
            Lang::Zh => format!("即将生效：第 {} 版，{day} 起", version.version),
            Lang::En => format!("To come: version {}, from {day} on", version.version),
        };
        blocks.push(Block::Heading(Level::First, heading));
        for change in &version.changes {
            let text = match lang {
                Lang::Zh => format!("{}。", change.zh),
                Lang::En => format!("{}.", change.en),
            };
            blocks.push(Block::Item(vec![Span::plain(text)]));
        }
    }
}

fn spans(sentence: Sentence) -> Vec<Span> {
    sentence.spans.into_iter().map(|span| Span { text: span.text, bold: span.bold }).collect()
}

fn white_paper(book: &RuleBook, at: Timestamp, lang: Lang) -> Document {
    let paper = book.white_paper(written(lang));
    let mut blocks = Vec::new();
    for chapter in paper.chapters {
        blocks.push(Block::Heading(Level::First, chapter.heading));
        for part in chapter.parts {
            match part {
                Part::Heading(text) => blocks.push(Block::Heading(Level::Second, text)),
                Part::Sentences(sentences) => {
                    blocks.extend(sentences.into_iter().map(|sentence| Block::Item(spans(sentence))));
                }
                Part::Table(weights, head, rows) => blocks.push(table(weights, head, rows)),
            }
        }
    }
    document(paper.title, book, at, lang, blocks)
}

fn table(weights: Vec<u16>, head: Vec<String>, rows: Vec<Vec<String>>) -> Block {
    let head = head.into_iter().map(|text| vec![Span::bold(text)]).collect();
    let row = |row: Vec<String>| row.into_iter().map(|text| vec![Span::plain(text)]).collect();
    Block::Table { weights, rows: std::iter::once(head).chain(rows.into_iter().map(row)).collect() }
}

/// `GET /v1/program/rules.pdf`
pub static RULES: Operation = Operation {
    id: "print_rules",
    method: Method::GET,
    path: "/v1/program/rules.pdf",
    feature: "program",
    access: Access::ScopeOrMember(Scope::ProgramRead),
    confirm: false,
    summary: Said { en: "Print the rules", zh: "下载规则 PDF" },
    about: Said {
        en: "The rules of any date as a PDF whose text can be searched, key conditions in bold, with what is announced.",
        zh: "任一日期的规则 PDF，文字可检索，关键条件加粗，并附已公告的变更。",
    },
    parameters: &[&AT, &LANG],
    body: None,
    key: Key::None,
    answer: Answer::text("application/pdf", Said { en: "The file.", zh: "文件。" }),
    problems: &[],
    handler: |call| Box::pin(print_rules(call)),
};

/// `GET /v1/program/white-paper.pdf`
pub static WHITE_PAPER: Operation = Operation {
    id: "print_white_paper",
    method: Method::GET,
    path: "/v1/program/white-paper.pdf",
    feature: "program",
    access: Access::ScopeOrMember(Scope::ProgramRead),
    confirm: false,
    summary: Said { en: "Print the white paper", zh: "下载规则白皮书" },
    about: Said {
        en: "Earning, spending and management with every parameter, and the examples of the rule book as an appendix.",
        zh: "获取、使用与管理的全部参数，附规则示例。",
    },
    parameters: &[&AT, &LANG],
    body: None,
    key: Key::None,
    answer: Answer::text("application/pdf", Said { en: "The file.", zh: "文件。" }),
    problems: &[],
    handler: |call| Box::pin(print_white_paper(call)),
};
