//! The rule book as files: what is in force, its schema, what is wrong with a new one, and how versions differ.

use std::collections::BTreeMap;

use axum::http::Method;
use jifen_engine::Files;
use jifen_program::RuleBook;
use jifen_program::book::changes::{self, Told};
use jifen_program::book::check::{Checked, check};
use jifen_program::book::examples::ExampleResult;
use jifen_program::publishing::Version;
use jifen_program::rewards::Reward;
use jifen_rules::document::{FILE_BYTES_MAX, Problem as Mistake, Source};
use jifen_vocab::Zone;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::call::{Call, Reply};
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Body, BodyKind, Key, Operation, Parameter, Shape};
use crate::problems::{Problem, table};
use crate::scopes::Scope;
use crate::wire::Text;

/// Bytes of a body with a whole rule book.
pub const BUNDLE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Files of a rule book.
const FILES_MAX: usize = 100;

/// Characters of a file's name.
const FILE_NAME_CHARS_MAX: usize = 100;

static VERSION: Parameter = Parameter {
    name: "version",
    in_path: false,
    about: Said {
        en: "The version; the one in force unless it is given.", zh: "版本号，默认当前生效的版本。"
    },
    schema: r#"{"type": "integer", "minimum": 1}"#,
    example: "1",
};

static AGAINST: Parameter = Parameter {
    name: "against",
    in_path: false,
    about: Said {
        en: "The version to compare with; the one in force unless it is given.",
        zh: "与之比较的版本，默认当前生效的版本。",
    },
    schema: r#"{"type": "integer", "minimum": 1}"#,
    example: "1",
};

/// The version that a path names.
pub(super) static NUMBER: Parameter = Parameter {
    name: "version",
    in_path: true,
    about: Said { en: "The version.", zh: "版本号。" },
    schema: r#"{"type": "integer", "minimum": 1}"#,
    example: "2",
};

/// The files of a rule book.
#[derive(Serialize, ToSchema)]
pub struct Bundle {
    /// The version.
    version: u32,
    /// The files: name and text.
    files: BTreeMap<String, String>,
}

/// A rule book to be checked.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BundleToCheck {
    /// The files: name and text. All of them: what is left out is dropped.
    files: BTreeMap<String, String>,
}

/// What was found in a rule book.
#[derive(Serialize, ToSchema)]
pub struct CheckedBundle {
    /// What is wrong or unwise, by place. Mistakes must be mended before it can be published.
    problems: Vec<BundleProblem>,
    /// What it changes of the version in force.
    changes: Vec<BundleChange>,
    /// How long before members must be told.
    notice: BundleNotice,
    /// What its examples give.
    examples: BundleExamples,
}

/// Something wrong or unwise in a rule book.
#[derive(Serialize, ToSchema)]
pub struct BundleProblem {
    /// The file.
    file: String,
    /// The line, from 1.
    line: u32,
    /// The column in characters, from 1.
    column: u32,
    /// The place by names.
    path: String,
    /// What is wrong, as a sentence without its subject.
    message: String,
    /// What was probably meant.
    suggestion: Option<String>,
    /// `mistake` or `warning`.
    severity: &'static str,
}

/// A difference between two rule books.
#[derive(Serialize, ToSchema)]
pub struct BundleChange {
    /// The place by names.
    path: String,
    /// `added`, `removed` or `changed`.
    kind: &'static str,
    /// What stood there.
    before: Option<String>,
    /// What stands there now.
    after: Option<String>,
    /// What it means for members: `better`, `neutral` or `worse`.
    effect: &'static str,
    /// In plain words.
    text: Text,
}

/// How long before a change takes effect members must be told.
#[derive(Serialize, ToSchema)]
pub struct BundleNotice {
    /// Days; 0 where it may take effect at once.
    required_days: u16,
    /// The earliest instant at which it may take effect when it is published now.
    #[schema(format = DateTime)]
    earliest_from: String,
}

/// What the examples of a rule book give.
#[derive(Serialize, ToSchema)]
pub struct BundleExamples {
    /// How many hold.
    passed: usize,
    /// Those that do not.
    failed: Vec<FailedExample>,
}

/// An example that does not hold.
#[derive(Serialize, ToSchema)]
pub struct FailedExample {
    /// Its name.
    name: String,
    /// What it says.
    expected: String,
    /// What the rules give.
    got: String,
    /// The file.
    file: String,
    /// The line it begins in.
    line: u32,
}

/// How two versions differ.
#[derive(Serialize, ToSchema)]
pub struct BundleDiff {
    /// The version that was asked for.
    version: u32,
    /// The version it is compared with.
    against: u32,
    /// Every difference: what `version` says instead of `against`.
    changes: Vec<BundleChange>,
}

async fn show_bundle(call: Call) -> Answered {
    let version = match call.query()?.get("version") {
        Some(text) => number("version", text)?,
        None => in_force(&call),
    };
    let version = published(&call, version)?;
    Reply::json(&Bundle { version: version.version, files: version.files })
}

async fn show_schema(_: Call) -> Answered {
    Ok(Reply::text("application/schema+json", SCHEMA_TEXT))
}

/// Kept beside the rule books, for editors; tests keep it true to the loader.
const SCHEMA_TEXT: &str = include_str!("../../../../programs/schema.json");

async fn check_bundle(call: Call) -> Answered {
    let body: BundleToCheck = call.json()?;
    check_files(&body.files)?;
    Reply::json(&checked(&call, body.files).await?)
}

/// What is found in files that are to follow the version in force.
pub(super) async fn checked(call: &Call, files: Files) -> Result<CheckedBundle, Problem> {
    let old = published(call, in_force(call))?;
    let found = call.aside(move |app| {
        let now = app.engine.clock().now();
        let books = app.engine.books();
        let mut found = check(books.at(now), &source(&old.files), &source(&files), now);
        look_for_gifts(app, books.at(now), &mut found)?;
        Ok(found)
    });
    Ok(CheckedBundle::of(found.await?, &call.zone()))
}

/// Gifts must be on the shelf when they are new; one that has left it since is a warning.
fn look_for_gifts(app: &App, before: &RuleBook, found: &mut Checked) -> Result<(), Problem> {
    let Some(book) = &found.book else { return Ok(()) };
    for gift in &book.gifts.gifts {
        let reward = app.engine.read::<Reward>(gift.reward.as_str())?;
        if reward.is_some_and(|reward| !reward.offer.retired) {
            continue;
        }
        let is_new = book.gifts.new_beside(&before.gifts).any(|new| new.id == gift.id);
        let list = if is_new { &mut found.mistakes } else { &mut found.warnings };
        list.push(gift.absent().clone());
    }
    Ok(())
}

async fn diff_versions(call: Call) -> Answered {
    let query = call.query()?;
    let version = number_in_path(&call)?;
    let against = match query.get("against") {
        Some(text) => number("against", text)?,
        None => in_force(&call),
    };
    let (new, old) = (published(&call, version)?, published(&call, against)?);
    let changes = changes::told(&source(&old.files), &source(&new.files));
    Reply::json(&BundleDiff { version, against, changes: changes.into_iter().map(BundleChange::of).collect() })
}

/// The number of the version in force now.
pub(super) fn in_force(call: &Call) -> u32 {
    call.app.engine.books().at(call.app.engine.clock().now()).version
}

/// A published version.
pub(super) fn published(call: &Call, version: u32) -> Result<Version, Problem> {
    let found = call.app.engine.read::<Version>(&Version::id(version))?;
    found.ok_or_else(|| Problem::new(&table::UNKNOWN).word("version", &version.to_string()))
}

fn number(parameter: &str, text: &str) -> Result<u32, Problem> {
    text.parse()
        .ok()
        .filter(|number| *number > 0)
        .ok_or_else(|| Problem::parameter(parameter, "be a whole number from 1 on"))
}

/// The version that the path names; what is no number is no version.
pub(super) fn number_in_path(call: &Call) -> Result<u32, Problem> {
    let text = call.segment("version");
    let number = text.parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| Problem::new(&table::UNKNOWN).word("version", text))
}

/// The files as the loader wants them.
pub(super) fn source(files: &Files) -> Source {
    files.iter().fold(Source::new(), |source, (name, text)| source.with(name.as_str(), text.as_str()))
}

/// Checks names, number and size of files, so that a draft stays a draft of a rule book. Their content may be wrong.
pub(super) fn check_files(files: &Files) -> Result<(), Problem> {
    if files.is_empty() || files.len() > FILES_MAX {
        return Err(Problem::field("/files", &format!("have 1 to {FILES_MAX} files")));
    }
    for (name, text) in files {
        let pointer = || format!("/files/{}", name.replace('~', "~0").replace('/', "~1"));
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_./".contains(&byte);
        let fits = name.len() <= FILE_NAME_CHARS_MAX && name.bytes().all(plain) && name.ends_with(".yaml");
        if !fits {
            return Err(Problem::field(pointer(), "be named such as earning.yaml"));
        }
        if text.len() > FILE_BYTES_MAX {
            return Err(Problem::field(pointer(), &format!("have at most {FILE_BYTES_MAX} bytes")));
        }
    }
    Ok(())
}

impl CheckedBundle {
    fn of(found: Checked, zone: &Zone) -> Self {
        let mistakes = found.mistakes.into_iter().map(|mistake| BundleProblem::of(mistake, "mistake"));
        let warnings = found.warnings.into_iter().map(|warning| BundleProblem::of(warning, "warning"));
        CheckedBundle {
            problems: mistakes.chain(warnings).collect(),
            changes: found.changes.into_iter().map(BundleChange::of).collect(),
            notice: BundleNotice {
                required_days: found.notice.days,
                earliest_from: zone.rfc3339(found.notice.earliest_from),
            },
            examples: BundleExamples::of(found.examples),
        }
    }
}

impl BundleProblem {
    fn of(problem: Mistake, severity: &'static str) -> Self {
        BundleProblem {
            file: problem.file,
            line: problem.line,
            column: problem.column,
            path: problem.path,
            message: problem.message,
            suggestion: problem.suggestion,
            severity,
        }
    }
}

impl BundleChange {
    /// The change as it is told.
    pub(super) fn of(told: Told) -> Self {
        let kind = match (&told.change.old, &told.change.new) {
            (None, _) => "added",
            (_, None) => "removed",
            _ => "changed",
        };
        BundleChange {
            path: told.change.path,
            kind,
            before: told.change.old,
            after: told.change.new,
            effect: told.effect.as_str(),
            text: Text::from(&told.text),
        }
    }
}

impl BundleExamples {
    fn of(results: Vec<ExampleResult>) -> Self {
        let (passed, failed): (Vec<_>, Vec<_>) = results.into_iter().partition(|result| result.ok);
        let failed = failed.into_iter().map(|result| FailedExample {
            name: result.name,
            expected: result.expected,
            got: result.got,
            file: result.file,
            line: result.line,
        });
        BundleExamples { passed: passed.len(), failed: failed.collect() }
    }
}

/// The body of operations that take a whole rule book.
pub(super) const fn bundle_body<T: ToSchema>(example: &'static str) -> BodyKind {
    BodyKind { content_type: "application/json", bytes_max: BUNDLE_BYTES_MAX, shape: Shape::of::<T>(), example }
}

/// `GET /v1/program/bundle`
pub static BUNDLE: Operation = Operation {
    id: "show_bundle",
    method: Method::GET,
    path: "/v1/program/bundle",
    feature: "program",
    access: Access::Scope(Scope::ProgramRead),
    confirm: false,
    summary: Said { en: "Show the files of a rule book", zh: "查看规则文件" },
    about: Said {
        en: "The YAML files of a version, as they were published.",
        zh: "某一版本的 YAML 文件，与发布时相同。",
    },
    parameters: &[&VERSION],
    body: None,
    key: Key::None,
    answer: Answer::json::<Bundle>(200, Said { en: "The files.", zh: "文件。" }, ""),
    problems: &[&table::UNKNOWN],
    handler: |call| Box::pin(show_bundle(call)),
};

/// `POST /v1/program/check`
pub static CHECK: Operation = Operation {
    id: "check_bundle",
    method: Method::POST,
    path: "/v1/program/check",
    feature: "program",
    access: Access::Scope(Scope::ProgramRead),
    confirm: false,
    summary: Said { en: "Check a rule book", zh: "校验规则" },
    about: Said {
        en: "Every mistake with file, line and column; what it changes; when it may take effect; whether its examples hold. Changes nothing.",
        zh: "逐条列出错误及其文件、行、列，与当前版本的差异，最早生效时间，以及示例是否通过。不做任何改动。",
    },
    parameters: &[],
    body: Some(Body {
        kinds: &[bundle_body::<BundleToCheck>(r#"{"files": {"program.yaml": "id: demo\n"}}"#)],
        required: true,
    }),
    key: Key::None,
    answer: Answer::json::<CheckedBundle>(200, Said { en: "What was found.", zh: "校验结果。" }, ""),
    problems: &[],
    handler: |call| Box::pin(check_bundle(call)),
};

/// `GET /v1/program/versions/{version}/diff`
pub static DIFF: Operation = Operation {
    id: "diff_versions",
    method: Method::GET,
    path: "/v1/program/versions/{version}/diff",
    feature: "program",
    access: Access::Scope(Scope::ProgramRead),
    confirm: false,
    summary: Said { en: "Compare two versions", zh: "比较两个版本" },
    about: Said {
        en: "Place by place, as data: spaces, comments and the order of keys do not count.",
        zh: "按数据逐项比较，忽略空格、注释和键的顺序。",
    },
    parameters: &[&NUMBER, &AGAINST],
    body: None,
    key: Key::None,
    answer: Answer::json::<BundleDiff>(200, Said { en: "The differences.", zh: "差异。" }, ""),
    problems: &[&table::UNKNOWN],
    handler: |call| Box::pin(diff_versions(call)),
};

/// `GET /v1/program/schema`
pub static SCHEMA: Operation = Operation {
    id: "show_bundle_schema",
    method: Method::GET,
    path: "/v1/program/schema",
    feature: "program",
    access: Access::Scope(Scope::ProgramRead),
    confirm: false,
    summary: Said { en: "Show the schema of rule books", zh: "查看规则的结构定义" },
    about: Said {
        en: "JSON Schema: one property for each file; `$defs` describes every key.",
        zh: "JSON Schema：每个文件一个属性，`$defs` 说明所有键。",
    },
    parameters: &[],
    body: None,
    key: Key::None,
    answer: Answer::text("application/schema+json", Said { en: "The schema.", zh: "结构定义。" }),
    problems: &[],
    handler: |call| Box::pin(show_schema(call)),
};
