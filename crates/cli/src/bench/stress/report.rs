//! The report of a scene: one HTML file with tables and drawings, which needs nothing else to be read.

use std::fmt::Write;

use super::limits::Verdict;
use super::{Hot, Outcome, Played, ms};

const WIDTH: u64 = 960;
const HEIGHT: u64 = 220;
/// Room for the numbers beside a drawing.
const LEFT: u64 = 70;

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:1080px;padding:0 1rem;color:#1d2129}\
table{border-collapse:collapse;width:100%}th,td{padding:.4rem .6rem;border-bottom:1px solid #e5e6eb;text-align:right}\
th:first-child,td:first-child{text-align:left}table{margin:1rem 0}.bad{color:#cb2634;font-weight:600}svg{width:100%;height:auto}\
svg text{font-size:12px;fill:#4e5969}figure{margin:2rem 0}figcaption{font-weight:600}";

/// Writes the report: a part for each scene.
pub(super) fn html(outcomes: &[Outcome]) -> String {
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>Jifen: stress test</title><style>{STYLE}</style>\n<h1>压力测试 · Stress test</h1>\n"
    );
    for outcome in outcomes {
        page.push_str(&part(outcome));
    }
    page.push_str("</html>\n");
    page
}

fn part(outcome: &Outcome) -> String {
    let (zh, en) = outcome.scene.counts();
    let mut part = match &outcome.name {
        Some(name) => format!("<h2>{} ({:?})</h2>\n", escaped(name), outcome.scene),
        None => format!("<h2>{:?}</h2>\n", outcome.scene),
    };
    part.push_str(&wanted(&outcome.verdicts));
    part.push_str(&summary(outcome));
    part.push_str(&table(&outcome.played, en));
    let rates: Vec<u64> = outcome.seconds.iter().map(|second| second.judged).collect();
    let p50: Vec<u64> = outcome.seconds.iter().map(|second| second.within_micros(500)).collect();
    let p99: Vec<u64> = outcome.seconds.iter().map(|second| second.within_micros(990)).collect();
    let lost: Vec<u64> = outcome.seconds.iter().map(|second| second.turned_away + second.failed).collect();
    let whole = |value: u64| value.to_string();
    let judged = format!("每秒{zh} · {en} judged a second");
    let drawings = [
        (judged.as_str(), vec![("#165dff", rates)], whole as fn(u64) -> String),
        (
            "响应时间 · Time to the answer, ms: half of them (blue), all but one of a hundred (red)",
            vec![("#165dff", p50), ("#cb2634", p99)],
            ms,
        ),
        ("未受理 · Turned away or failed a second", vec![("#cb2634", lost)], whole),
    ];
    for (title, lines, label) in &drawings {
        part.push_str(&drawing(title, lines, &outcome.phases, *label));
    }
    part
}

/// What was asked for beside what was got; nothing where nothing was asked for.
fn wanted(verdicts: &[Verdict]) -> String {
    if verdicts.is_empty() {
        return String::new();
    }
    let mut table =
        "<table><tr><th>要求 · Asked for<th>要求值 · Wanted<th>实测 · Got<th>结论 · Verdict</tr>\n".to_owned();
    for Verdict { about, wanted, got, met, .. } in verdicts {
        let (class, verdict) = if *met { ("", "达标 · met") } else { (" class=\"bad\"", "未达标 · not met") };
        let _ = writeln!(table, "<tr{class}><td>{about}<td>{wanted}<td>{got}<td>{verdict}</tr>");
    }
    table + "</table>\n"
}

/// A name from a file, as text of a page.
fn escaped(name: &str) -> String {
    name.replace('&', "&amp;").replace('<', "&lt;")
}

fn summary(outcome: &Outcome) -> String {
    let overloaded = outcome.played.iter().find(|played| played.overloaded);
    let mut text = match overloaded {
        Some(played) => format!(
            "<p class=\"bad\">过载 · Overloaded at {}% of the ordinary demand ({}).</p>\n",
            played.phase.demand, played.phase.name
        ),
        None => "<p>未过载 · Not overloaded.</p>\n".to_owned(),
    };
    if let Some(Hot { stock, redeemed, remaining }) = outcome.hot {
        let _ = writeln!(text, "<p>Of {stock} pieces {redeemed} were redeemed, {remaining} are left.</p>");
    }
    text
}

fn table(played: &[Played], counted: &str) -> String {
    let mut table = format!(
        "<table><tr><th>Phase<th>Demand<th>{counted}/s<th>p50, ms<th>p99, ms<th>Done<th>Refused<th>Turned away<th>Failed\
         </tr>\n"
    );
    for one in played {
        let class = if one.overloaded { " class=\"bad\"" } else { "" };
        let tally = &one.tally;
        let _ = writeln!(
            table,
            "<tr{class}><td>{}<td>{}%<td>{}<td>{}<td>{}<td>{}<td>{}<td>{}<td>{}</tr>",
            one.phase.name,
            one.phase.demand,
            one.rate(),
            ms(tally.within_micros(500)),
            ms(tally.within_micros(990)),
            tally.done,
            tally.refused,
            tally.turned_away,
            tally.failed
        );
    }
    table + "</table>\n"
}

/// Lines over the seconds, with the phases behind them.
fn drawing(title: &str, lines: &[(&str, Vec<u64>)], phases: &[usize], label: fn(u64) -> String) -> String {
    let top = lines.iter().flat_map(|(_, values)| values).copied().max().unwrap_or(0).max(1);
    let seconds = phases.len().max(1) as u64;
    let x = |second: u64| LEFT + (WIDTH - LEFT) * second / seconds;
    let y = |value: u64| HEIGHT - (HEIGHT - 20) * value / top;
    let mut svg = format!(
        "<figure><figcaption>{title}</figcaption><svg viewBox=\"0 0 {WIDTH} {}\" role=\"img\" aria-label=\"{title}\">\n",
        HEIGHT + 24
    );
    for (second, phase) in phases.iter().enumerate().filter(|(_, phase)| *phase % 2 == 1) {
        let (at, end) = (x(second as u64), x(second as u64 + 1));
        let _ = writeln!(
            svg,
            "<rect x=\"{at}\" y=\"0\" width=\"{}\" height=\"{HEIGHT}\" fill=\"#f2f3f5\"><title>{phase}</title></rect>",
            end - at
        );
    }
    for value in [0, top / 2, top] {
        let (at, text) = (y(value), label(value));
        let _ = writeln!(
            svg,
            "<line x1=\"{LEFT}\" x2=\"{WIDTH}\" y1=\"{at}\" y2=\"{at}\" stroke=\"#e5e6eb\"/><text x=\"{}\" y=\"{}\" \
             text-anchor=\"end\">{text}</text>",
            LEFT - 6,
            at + 4
        );
    }
    for (color, values) in lines {
        let point = |(second, value): (usize, &u64)| {
            format!("{},{} ", x(second as u64) + (WIDTH - LEFT) / seconds / 2, y(*value))
        };
        let points: String = values.iter().enumerate().map(point).collect();
        let _ = writeln!(svg, "<polyline fill=\"none\" stroke=\"{color}\" stroke-width=\"2\" points=\"{points}\"/>");
    }
    let _ = writeln!(
        svg,
        "<text x=\"{LEFT}\" y=\"{0}\">0 s</text><text x=\"{WIDTH}\" y=\"{0}\" text-anchor=\"end\">{seconds} s</text></svg></figure>",
        HEIGHT + 18
    );
    svg
}
