//! From facts to a plain sentence.

use jifen_vocab::Fact;

use super::Problem;
use crate::language::Lang;

/// The first sentence of the row whose blanks can all be filled.
pub(super) fn detail(problem: &Problem, lang: Lang) -> String {
    let sentences = problem.row.detail.iter().map(|sentence| sentence.in_lang(lang));
    let filled = sentences.into_iter().find_map(|sentence| fill(sentence, problem, lang));
    filled.unwrap_or_else(|| problem.row.when.in_lang(lang).to_owned())
}

/// What is wrong with the field at fault.
pub(super) fn field(problem: &Problem, lang: Lang) -> String {
    match word(problem, "must") {
        Some(must) => requirement(must, lang),
        None => detail(problem, lang),
    }
}

fn fill(sentence: &str, problem: &Problem, lang: Lang) -> Option<String> {
    let mut out = String::with_capacity(sentence.len() + 32);
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, tail) = after.split_once('}')?;
        out.push_str(before);
        out.push_str(&blank(name, problem, lang)?);
        rest = tail;
    }
    out.push_str(rest);
    Some(out)
}

fn blank(name: &str, problem: &Problem, lang: Lang) -> Option<String> {
    if name == "pointer" {
        let pointer = problem.pointer.as_deref()?;
        return Some(match (pointer, lang) {
            ("", Lang::En) => "The body".to_owned(),
            ("", Lang::Zh) => "请求内容".to_owned(),
            (pointer, _) => pointer.to_owned(),
        });
    }
    if name == "must" {
        return word(problem, "must").map(|must| requirement(must, lang));
    }
    let fact = &problem.facts.iter().find(|(fact, _)| fact == name)?.1;
    Some(match fact {
        Fact::Number(number) => number.to_string(),
        Fact::Word(word) => word.to_string(),
    })
}

fn word<'a>(problem: &'a Problem, name: &str) -> Option<&'a str> {
    problem.facts.iter().find_map(|(fact, value)| match value {
        Fact::Word(word) if fact == name => Some(word.as_str()),
        _ => None,
    })
}

/// "must be …", whichever way the requirement was worded.
fn requirement(must: &str, lang: Lang) -> String {
    let is_sentence = ["must ", "may ", "invalid ", "unknown ", "duplicate ", "missing "];
    let worded = is_sentence.iter().any(|start| must.starts_with(start));
    match (lang, worded) {
        (Lang::En, true) => must.to_owned(),
        (Lang::En, false) => format!("must {must}"),
        (Lang::Zh, _) => in_chinese(must),
    }
}

/// The commonest requirements in Chinese; others are quoted as they are.
fn in_chinese(must: &str) -> String {
    let known = match must.trim_start_matches("must ") {
        "be present" => "不能缺少",
        "be \"1.0\"" => "必须是 \"1.0\"",
        "be an object" => "必须是对象",
        "name the member" => "必须指明会员",
        "not be below zero" => "不能小于零",
        "be above zero" => "必须大于零",
        "not be zero" => "不能为零",
        "have 1 to 64 characters" => "长度须为 1 到 64 个字符",
        "may hold only A-Z a-z 0-9 . _ : -" => "只能包含 A-Z a-z 0-9 . _ : -",
        "lie in the future" => "必须在将来",
        _ => return format!("不符合要求（{must}）"),
    };
    known.to_owned()
}
