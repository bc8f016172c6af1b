//! The readable page of the API: made on the server from the operations, without a line of script.

use std::fmt::Write;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::language::{Lang, Said};
use crate::openapi::problems_of;
use crate::operation::{Access, CONFIRMED, Key, Operation};
use crate::problems::{Row, TABLE};
use crate::scopes::{self, Scope};

const STYLE: &str = include_str!("style.css");

/// A page and the policy it is served with.
pub struct Page {
    /// The page.
    pub html: String,
    /// `Content-Security-Policy`: its own style and nothing else.
    pub policy: String,
}

/// The page in a language.
pub fn page(operations: &[&Operation], lang: Lang) -> Page {
    let hash = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    Page { html: html(operations, lang), policy }
}

struct Words {
    title: &'static str,
    other: &'static str,
    other_lang: &'static str,
    document: &'static str,
    intro: &'static str,
    scopes: &'static str,
    problems: &'static str,
    problems_intro: &'static str,
    scope: &'static str,
    parameters: &'static str,
    answer: &'static str,
    may_fail: &'static str,
    key: &'static str,
    advice: &'static str,
}

const WORDS_EN: Words = Words {
    title: "Jifen API",
    other: "中文",
    other_lang: "zh",
    document: "OpenAPI document",
    intro: "Shops and apps send what members do; rules decide what it earns; members spend. Send the token of an API client as <code>Authorization: Bearer …</code>. Writes that change points take <code>Idempotency-Key</code> unless they carry a reference or an event's id: the same key with the same content gets the first answer again, marked <code>Idempotent-Replay: true</code>. Instants are RFC 3339 with the offset of the program's zone, money is in minor units, points are whole numbers.",
    scopes: "Scopes",
    problems: "Problems",
    problems_intro: "Errors are problem details (RFC 9457). Branch on <code>type</code>, which ends in the code below; give <code>instance</code> to support. Codes without a call of their own come inside an event's answer, as refusals.",
    scope: "Scope",
    parameters: "Parameters",
    answer: "Answer",
    may_fail: "What may go wrong",
    key: "Idempotency-Key",
    advice: "What to do",
};

const WORDS_ZH: Words = Words {
    title: "积分 API",
    other: "English",
    other_lang: "en",
    document: "OpenAPI 文档",
    intro: "门店和应用上报会员行为，规则决定可得的积分，会员使用积分。请以 <code>Authorization: Bearer …</code> 附上 API 客户端的令牌。改变积分的写操作需要 <code>Idempotency-Key</code>，带有引用或事件编号的除外：同一个键、同样的内容会得到原结果，并标明 <code>Idempotent-Replay: true</code>。时间为 RFC 3339 格式，带计划所在时区的偏移；金额以最小货币单位表示；积分为整数。",
    scopes: "权限",
    problems: "问题",
    problems_intro: "错误以 RFC 9457 格式说明。请根据 <code>type</code>（以下列代码结尾）判断，并把 <code>instance</code> 提供给技术支持。不属于某个调用的代码会作为拒绝原因出现在事件结果中。",
    scope: "权限",
    parameters: "参数",
    answer: "应答",
    may_fail: "可能的问题",
    key: "幂等键",
    advice: "如何处理",
};

fn html(operations: &[&Operation], lang: Lang) -> String {
    let words = match lang {
        Lang::En => &WORDS_EN,
        Lang::Zh => &WORDS_ZH,
    };
    let mut out = String::with_capacity(96 * 1024);
    let _ = write!(
        out,
        "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <div class=\"page\">\n",
        lang.tag(),
        words.title,
    );
    navigation(&mut out, operations, lang, words);
    let _ = write!(out, "<main>\n<h1>{}</h1>\n<p>{}</p>\n", words.title, words.intro);
    let _ = writeln!(out, "<pre><code>JIFEN=http://127.0.0.1:8080\nTOKEN=…</code></pre>");
    for (feature, heading, operations) in features(operations, lang) {
        let _ = writeln!(out, "<h2 id=\"{feature}\">{heading}</h2>");
        operations.into_iter().for_each(|operation| describe(&mut out, operation, lang, words));
    }
    scopes(&mut out, lang, words);
    problems(&mut out, lang, words);
    out.push_str("</main>\n</div>\n</body>\n</html>\n");
    out
}

fn navigation(out: &mut String, operations: &[&Operation], lang: Lang, words: &Words) {
    let _ = write!(
        out,
        "<nav aria-label=\"{}\">\n<a href=\"/docs?lang={}\" lang=\"{}\">{}</a>\n<a href=\"/openapi.json\">{}</a>\n",
        words.title, words.other_lang, words.other_lang, words.other, words.document,
    );
    for (feature, heading, operations) in features(operations, lang) {
        let _ = writeln!(out, "<h2><a href=\"#{feature}\">{heading}</a></h2>\n<ul>");
        for operation in operations {
            let summary = escape(operation.summary.in_lang(lang));
            let _ = writeln!(out, "<li><a href=\"#{}\">{summary}</a></li>", operation.id);
        }
        out.push_str("</ul>\n");
    }
    let _ = write!(
        out,
        "<h2><a href=\"#scopes\">{}</a></h2>\n<h2><a href=\"#problems\">{}</a></h2>\n</nav>\n",
        words.scopes, words.problems
    );
}

/// Features in the order in which one learns them, and their names as people read them.
const FEATURES: &[(&str, Said)] = &[
    ("members", Said { en: "Members", zh: "会员" }),
    ("events", Said { en: "Events", zh: "事件" }),
    ("wallets", Said { en: "Wallets", zh: "钱包" }),
    ("entries", Said { en: "Entries", zh: "积分明细" }),
    ("spends", Said { en: "Spends", zh: "使用" }),
    ("rewards", Said { en: "Rewards", zh: "兑换商品" }),
    ("price-plans", Said { en: "Plans of prices", zh: "调价方案" }),
    ("quotes", Said { en: "Quotes", zh: "询价" }),
    ("redemptions", Said { en: "Redemptions", zh: "兑换" }),
    ("vouchers", Said { en: "Vouchers", zh: "券码" }),
    ("pools", Said { en: "Partners' codes", zh: "合作方券码" }),
    ("bookings", Said { en: "Bookings", zh: "预约" }),
    ("messages", Said { en: "Messages", zh: "消息" }),
    ("wake-ups", Said { en: "Wake-ups", zh: "沉睡唤醒" }),
    ("ratings", Said { en: "Ratings", zh: "评价" }),
    ("extensions", Said { en: "Dates put off", zh: "有效期与延期" }),
    ("conversions", Said { en: "Conversions", zh: "沉睡积分转换" }),
    ("holds", Said { en: "Holds", zh: "预留" }),
    ("deductions", Said { en: "Deductions", zh: "账单抵扣" }),
    ("payments", Said { en: "Payments", zh: "支付" }),
    ("adjustments", Said { en: "Adjustments", zh: "手工调整" }),
    ("votes", Said { en: "Votes", zh: "投票" }),
    ("tickets", Said { en: "Tickets", zh: "申诉与意见" }),
    ("surveys", Said { en: "Surveys", zh: "问卷" }),
    ("referrals", Said { en: "Friends", zh: "邀请好友" }),
    ("tiers", Said { en: "Tiers", zh: "等级" }),
    ("streaks", Said { en: "Days in a row", zh: "连续天数" }),
    ("tasks", Said { en: "Tasks", zh: "任务" }),
    ("badges", Said { en: "Badges and cards", zh: "徽章与集卡" }),
    ("leaderboards", Said { en: "Leaderboards", zh: "排行榜" }),
    ("abuse", Said { en: "Abuse", zh: "异常行为" }),
    ("assessments", Said { en: "Assessments", zh: "等级评定" }),
    ("benefits", Said { en: "Benefits", zh: "等级权益" }),
    ("occasions", Said { en: "Occasions", zh: "生日与节日" }),
    ("freezes", Said { en: "Freezes", zh: "冻结" }),
    ("gifts", Said { en: "Gifts", zh: "赠礼" }),
    ("approvals", Said { en: "Approvals", zh: "审批" }),
    ("reviews", Said { en: "Reviews", zh: "审核" }),
    ("boards", Said { en: "Boards", zh: "看板" }),
    ("reports", Said { en: "Reports", zh: "报表" }),
    ("program", Said { en: "Program", zh: "计划" }),
    ("cards", Said { en: "Cards of members", zh: "会员码" }),
    ("confirmations", Said { en: "Confirmations of rules", zh: "规则确认" }),
    ("drafts", Said { en: "Drafts of the rule book", zh: "规则草稿" }),
    ("sessions", Said { en: "Signing in", zh: "登录与会话" }),
    ("staff", Said { en: "Staff and roles", zh: "员工与角色" }),
    ("clients", Said { en: "API clients", zh: "API 客户端" }),
    ("audit", Said { en: "Audit trail", zh: "审计记录" }),
    ("sandbox", Said { en: "Sandbox", zh: "沙箱" }),
    ("health", Said { en: "Health", zh: "健康检查" }),
    ("metrics", Said { en: "Metrics", zh: "指标" }),
    ("docs", Said { en: "This document", zh: "本文档" }),
];

/// A feature's name and its operations.
fn features<'a>(
    operations: &[&'a Operation],
    lang: Lang,
) -> impl Iterator<Item = (&'static str, &'static str, Vec<&'a Operation>)> {
    let of = |feature: &str| operations.iter().copied().filter(|operation| operation.feature == feature).collect();
    FEATURES.iter().map(move |(feature, said)| (*feature, said.in_lang(lang), of(feature)))
}

fn describe(out: &mut String, operation: &Operation, lang: Lang, words: &Words) {
    let _ = write!(
        out,
        "<section class=\"operation\" id=\"{}\">\n<h3>{}</h3>\n<p class=\"route\"><span class=\"verb\">{}</span> {}</p>\n\
         <p>{}</p>\n",
        operation.id,
        escape(operation.summary.in_lang(lang)),
        operation.method,
        escape(operation.path),
        prose(operation.about.in_lang(lang)),
    );
    match operation.access.scope() {
        Some(scope) => {
            let _ = writeln!(
                out,
                "<p class=\"quiet\">{}: <code>{}</code>{}</p>",
                words.scope,
                scope.as_str(),
                operation.access.besides().in_lang(lang)
            );
        }
        None => {
            let _ = writeln!(out, "<p class=\"quiet\">{}</p>", operation.access.besides().in_lang(lang));
        }
    }
    if operation.confirm {
        let _ = writeln!(out, "<p class=\"quiet\">{}</p>", CONFIRMED.in_lang(lang));
    }
    parameters(out, operation, lang, words);
    let _ = writeln!(out, "<pre><code>{}</code></pre>", escape(&curl(operation)));
    if !operation.answer.example.is_empty() {
        let _ = writeln!(
            out,
            "<details><summary>{} {}</summary><pre><code>{}</code></pre></details>",
            words.answer,
            operation.answer.status,
            escape(&pretty(operation.answer.example)),
        );
    }
    failures(out, operation, lang, words);
    out.push_str("</section>\n");
}

fn parameters(out: &mut String, operation: &Operation, lang: Lang, words: &Words) {
    let has_key = operation.key != Key::None;
    if operation.parameters.is_empty() && !has_key {
        return;
    }
    let _ = writeln!(out, "<details><summary>{}</summary><table>", words.parameters);
    for parameter in operation.parameters {
        let _ = writeln!(
            out,
            "<tr><th scope=\"row\"><code>{}</code></th><td>{}</td></tr>",
            parameter.name,
            prose(parameter.about.in_lang(lang))
        );
    }
    if has_key {
        let mark = if operation.key == Key::Required { " *" } else { "" };
        let _ =
            writeln!(out, "<tr><th scope=\"row\"><code>Idempotency-Key</code>{mark}</th><td>{}</td></tr>", words.key);
    }
    out.push_str("</table></details>\n");
}

fn failures(out: &mut String, operation: &Operation, lang: Lang, words: &Words) {
    let _ = writeln!(out, "<details><summary>{}</summary><table>", words.may_fail);
    for row in problems_of(operation) {
        let _ = writeln!(
            out,
            "<tr><td class=\"status\">{}</td><td><a href=\"#problem-{}\"><code>{}</code></a></td><td>{}</td></tr>",
            row.status,
            row.code,
            row.code,
            escape(row.when.in_lang(lang)),
        );
    }
    out.push_str("</table></details>\n");
}

/// A call that can be pasted into a shell.
fn curl(operation: &Operation) -> String {
    let mut path = operation.path.to_owned();
    for parameter in operation.parameters.iter().filter(|parameter| parameter.in_path) {
        path = path.replace(&format!("{{{}}}", parameter.name), parameter.example);
    }
    let mut text = format!("curl -sS \"$JIFEN{path}\"");
    if !matches!(operation.method, axum::http::Method::GET | axum::http::Method::POST) {
        let _ = write!(text, " -X {}", operation.method);
    }
    if operation.access != Access::Open {
        text.push_str(" \\\n  -H \"Authorization: Bearer $TOKEN\"");
    }
    if operation.key == Key::Required {
        text.push_str(" \\\n  -H \"Idempotency-Key: $(uuidgen)\"");
    }
    match operation.body.as_ref().and_then(|body| body.kinds.first()) {
        Some(kind) => {
            let _ = write!(text, " \\\n  -H 'Content-Type: {}' \\\n  -d '{}'", kind.content_type, pretty(kind.example));
        }
        None if operation.method == axum::http::Method::POST => text.push_str(" -X POST"),
        None => {}
    }
    text
}

fn scopes(out: &mut String, lang: Lang, words: &Words) {
    let _ = write!(out, "<h2 id=\"scopes\">{}</h2>\n<table>\n", words.scopes);
    for scope in Scope::ALL {
        let about = escape(scopes::about(*scope).in_lang(lang));
        let _ = writeln!(out, "<tr><th scope=\"row\"><code>{}</code></th><td>{about}</td></tr>", scope.as_str());
    }
    out.push_str("</table>\n");
}

fn problems(out: &mut String, lang: Lang, words: &Words) {
    let _ = write!(out, "<h2 id=\"problems\">{}</h2>\n<p>{}</p>\n", words.problems, words.problems_intro);
    for row in TABLE {
        problem(out, row, lang, words);
    }
}

fn problem(out: &mut String, row: &Row, lang: Lang, words: &Words) {
    let _ = write!(
        out,
        "<section class=\"operation\" id=\"problem-{code}\">\n<h3>{title}</h3>\n<p class=\"route\"><span \
         class=\"status\">{status}</span> {code}</p>\n<p>{when}</p>\n<p><span class=\"quiet\">{what}:</span> {advice}</p>\n\
         </section>\n",
        code = row.code,
        title = escape(row.title.in_lang(lang)),
        status = row.status,
        when = escape(row.when.in_lang(lang)),
        what = words.advice,
        advice = escape(row.advice.in_lang(lang)),
    );
}

/// JSON laid out to be read, in the order in which it was written.
fn pretty(json: &str) -> String {
    let mut out = String::with_capacity(json.len() * 2);
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    let mut chars = json.chars().peekable();
    let line = |out: &mut String, depth: usize| {
        out.push('\n');
        out.push_str(&"  ".repeat(depth));
    };
    while let Some(c) = chars.next() {
        if in_text {
            out.push(c);
            in_text = c != '"' || escaped;
            escaped = c == '\\' && !escaped;
            continue;
        }
        match c {
            '"' => {
                in_text = true;
                out.push(c);
            }
            '{' | '[' => {
                out.push(c);
                while chars.next_if(|next| next.is_whitespace()).is_some() {}
                if chars.peek().is_none_or(|next| !matches!(next, '}' | ']')) {
                    depth += 1;
                    line(&mut out, depth);
                } else if let Some(close) = chars.next() {
                    out.push(close);
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                line(&mut out, depth);
                out.push(c);
            }
            ',' => {
                out.push(c);
                line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            c if c.is_whitespace() => {}
            c => out.push(c),
        }
    }
    out
}

/// Escaped, with `code` between backticks.
fn prose(text: &str) -> String {
    let parts = text.split('`').enumerate();
    parts
        .map(|(place, part)| if place % 2 == 1 { format!("<code>{}</code>", escape(part)) } else { escape(part) })
        .collect()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_laid_out_and_stays_what_it_is() {
        let shown = pretty(r#"{"b": [], "a":{"x": "y: \"{z}\", w"},"c" : [1, 2]}"#);
        assert_eq!(
            shown,
            "{\n  \"b\": [],\n  \"a\": {\n    \"x\": \"y: \\\"{z}\\\", w\"\n  },\n  \"c\": [\n    1,\n    2\n  ]\n}"
        );
    }

    #[test]
    fn every_feature_has_its_place() {
        for operation in crate::router::OPERATIONS {
            assert!(FEATURES.iter().any(|(feature, _)| *feature == operation.feature), "{}", operation.feature);
        }
    }
}
