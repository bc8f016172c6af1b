//! A bundle on disk: a folder of YAML files that is a program's rule book.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use jifen_engine::Files;
use jifen_program::RuleBook;
use jifen_rules::document::{FILE_BYTES_MAX, Problem, Source};

use crate::failure::{Failure, NOTHING_CHANGED, Result};

/// Mistakes that are told one by one.
const TOLD_MAX: usize = 50;

/// Files of one bundle.
const FILES_MAX: usize = 1_000;

/// The YAML files of a folder and of the folders in it, by their path within it.
pub(crate) fn read(dir: &Path) -> Result<Files> {
    let mut files = Files::new();
    if !dir.is_dir() {
        return Err(Failure::new(format!("there is no folder {}", dir.display()))
            .data(NOTHING_CHANGED)
            .hint("a rule book is a folder of YAML files, such as programs/rulebook"));
    }
    collect(dir, dir, &mut files)?;
    if files.is_empty() {
        return Err(Failure::new(format!("{} holds no .yaml file", dir.display()))
            .data(NOTHING_CHANGED)
            .hint("a rule book is a folder of YAML files, such as programs/rulebook"));
    }
    Ok(files)
}

fn collect(root: &Path, dir: &Path, files: &mut Files) -> Result {
    let unreadable = |path: &Path, what: &dyn std::fmt::Display| {
        Failure::new(format!("{} cannot be read: {what}", path.display())).data(NOTHING_CHANGED)
    };
    for entry in fs::read_dir(dir).map_err(|error| unreadable(dir, &error))? {
        let path = entry.map_err(|error| unreadable(dir, &error))?.path();
        // Links may lead in a circle; a bundle has no need for folders behind them.
        if path.is_dir() && !path.is_symlink() {
            collect(root, &path, files)?;
        } else if path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml") {
            let size = fs::metadata(&path).map_or(0, |file| file.len());
            if size > FILE_BYTES_MAX as u64 || files.len() >= FILES_MAX {
                return Err(unreadable(&path, &"the bundle is too large"));
            }
            let text = fs::read_to_string(&path).map_err(|error| unreadable(&path, &error))?;
            let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            files.insert(name, text);
        }
    }
    Ok(())
}

/// The files as the loader wants them.
pub(crate) fn source(files: &Files) -> Source {
    files.iter().fold(Source::new(), |source, (name, text)| source.with(name.as_str(), text.as_str()))
}

/// Compiles a bundle: the book and its warnings, or what is wrong with it.
pub(crate) fn compile(files: &Files) -> std::result::Result<(RuleBook, Vec<Problem>), Vec<Problem>> {
    RuleBook::load(1, &source(files))
}

/// Tells an operator what to mend, each mistake with its file, line and column.
pub(crate) fn mistakes(dir: &Path, problems: &[Problem]) -> Failure {
    let mut what = format!("the rule book {} has {}", dir.display(), counted(problems.len()));
    for problem in problems.iter().take(TOLD_MAX) {
        let _ = write!(what, "\n  {problem}");
    }
    if problems.len() > TOLD_MAX {
        let _ = write!(what, "\n  … and {} more", problems.len() - TOLD_MAX);
    }
    Failure::new(what)
}

fn counted(mistakes: usize) -> String {
    if mistakes == 1 { "a mistake:".to_owned() } else { format!("{mistakes} mistakes:") }
}

/// A mistake or warning, as programs read it.
pub(crate) fn as_json(problem: &Problem) -> serde_json::Value {
    serde_json::json!({
        "file": problem.file, "line": problem.line, "column": problem.column, "path": problem.path,
        "message": problem.message, "suggestion": problem.suggestion,
    })
}
