//! The rule page and the rules on paper: three disclosures, key conditions in bold, what is announced, text that can be
//! searched.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::drafts::{begin, edit};
use crate::publishing::publish;
use crate::world::World;

/// The text of a PDF, as a reader finds it: every string that is shown, by the characters its font says it stands for,
/// and whether it is bold.
fn text_of(file: &[u8]) -> Vec<(String, bool)> {
    let (mut contents, mut maps) = (Vec::new(), Vec::new());
    let mut rest = file;
    while let Some(at) = find(rest, b"stream\n") {
        let head = &rest[..at];
        let body = &rest[at + 7..];
        let end = find(body, b"\nendstream").unwrap();
        let is_packed = find(&head[head.len().saturating_sub(120)..], b"FlateDecode").is_some();
        let data = if is_packed {
            miniz_oxide::inflate::decompress_to_vec_zlib(&body[..end]).unwrap()
        } else {
            body[..end].to_vec()
        };
        match (find(&data, b"beginbfchar"), find(&data, b" Tf")) {
            (Some(_), _) => maps.push(characters(&String::from_utf8(data).unwrap())),
            (None, Some(_)) => contents.push(data),
            _ => {}
        }
        rest = &body[end + 10..];
    }
    assert_eq!(maps.len(), 2, "a map for each font");
    contents.iter().flat_map(|content| shown(content, &maps)).collect()
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

fn characters(map: &str) -> BTreeMap<u16, String> {
    let mut characters = BTreeMap::new();
    for line in map.lines().filter(|line| line.starts_with('<') && line.matches('<').count() == 2) {
        let mut parts = line.split(['<', '>']).filter(|part| !part.trim().is_empty());
        let (Some(glyph), Some(text)) = (parts.next(), parts.next()) else { continue };
        if glyph.len() != 4 {
            continue;
        }
        let Ok(glyph) = u16::from_str_radix(glyph, 16) else { continue };
        let units: Vec<u16> =
            (0..text.len() / 4).map(|at| u16::from_str_radix(&text[at * 4..at * 4 + 4], 16).unwrap()).collect();
        characters.insert(glyph, String::from_utf16(&units).unwrap());
    }
    characters
}

/// The strings of a page: `/F1 10.5 Tf … <hex or (literal)> Tj`.
fn shown(content: &[u8], maps: &[BTreeMap<u16, String>]) -> Vec<(String, bool)> {
    let mut found = Vec::new();
    let mut bold = false;
    let mut at = 0;
    while at < content.len() {
        match content[at] {
            b'/' if content[at..].starts_with(b"/F") => {
                bold = content[at + 2] == b'2';
                at += 3;
            }
            b'(' => {
                let (bytes, length) = literal(&content[at..]);
                found.push((decoded(&bytes, &maps[usize::from(bold)]), bold));
                at += length;
            }
            b'<' => {
                let end = find(&content[at..], b">").unwrap();
                let digits = std::str::from_utf8(&content[at + 1..at + end]).unwrap();
                let bytes: Vec<u8> =
                    (0..digits.len() / 2).map(|n| u8::from_str_radix(&digits[n * 2..n * 2 + 2], 16).unwrap()).collect();
                found.push((decoded(&bytes, &maps[usize::from(bold)]), bold));
                at += end + 1;
            }
            _ => at += 1,
        }
    }
    found
}

fn literal(bytes: &[u8]) -> (Vec<u8>, usize) {
    let (mut out, mut at, mut depth) = (Vec::new(), 1, 1);
    loop {
        let byte = bytes[at];
        match byte {
            b'\\' => {
                at += 1;
                match bytes[at] {
                    b'n' => out.push(b'\n'),
                    b'r' => out.push(b'\r'),
                    b't' => out.push(b'\t'),
                    b'b' => out.push(8),
                    b'f' => out.push(12),
                    digit @ b'0'..=b'7' => {
                        out.push((digit - b'0') * 64 + (bytes[at + 1] - b'0') * 8 + (bytes[at + 2] - b'0'));
                        at += 2;
                    }
                    other => out.push(other),
                }
            }
            b'(' => {
                depth += 1;
                out.push(byte);
            }
            b')' => {
                depth -= 1;
                if depth == 0 {
                    return (out, at + 1);
                }
                out.push(byte);
            }
            _ => out.push(byte),
        }
        at += 1;
    }
}

fn decoded(bytes: &[u8], map: &BTreeMap<u16, String>) -> String {
    bytes.chunks_exact(2).map(|pair| map[&u16::from_be_bytes([pair[0], pair[1]])].as_str()).collect()
}

async fn file(world: &World, path: &str) -> Vec<u8> {
    let heard = world.get(path).send().await.expect(200);
    assert_eq!(heard.header("content-type"), "application/pdf");
    assert!(heard.header("content-disposition").contains(".pdf"));
    assert!(heard.bytes.starts_with(b"%PDF-1."));
    heard.bytes
}

fn words(file: &[u8]) -> String {
    text_of(file).into_iter().map(|(text, _)| text).collect::<String>().replace([' ', '•', '·'], "")
}

fn sentences(page: &Value, lang: &str, id: &str) -> Vec<Value> {
    let sections = page["page"][lang]["sections"].as_array().unwrap();
    let section = sections.iter().find(|section| section["id"] == id);
    section.unwrap_or_else(|| panic!("no {id}"))["sentences"].as_array().unwrap().clone()
}

fn plain(sentence: &Value) -> String {
    sentence["spans"].as_array().unwrap().iter().map(|span| span["text"].as_str().unwrap()).collect()
}

// rows COMP-01, MEM-04
#[tokio::test]
async fn the_page_says_how_points_are_earned_used_and_lapse_and_what_to_do_first() {
    let world = World::new();
    let page = world.get("/v1/program/rules").send().await.expect(200).body;
    for lang in ["zh", "en"] {
        for id in ["points", "earning", "redemption", "validity", "changes", "guide"] {
            assert!(!sentences(&page, lang, id).is_empty(), "{lang} {id}");
        }
    }
    assert_eq!(plain(&sentences(&page, "zh", "redemption")[0]), "100 积分抵 1元，可用于兑换与抵扣。");
    assert!(plain(&sentences(&page, "zh", "changes")[0]).contains("提前 30 天公告（站内公告、推送、短信、邮件）"));
    assert!(plain(&sentences(&page, "zh", "guide")[0]).contains("成为会员"));
}

// row COMP-03
#[tokio::test]
async fn key_conditions_are_bold_on_the_page_and_on_paper() {
    let world = World::new();
    let page = world.get("/v1/program/rules").send().await.expect(200).body;
    let bold: Vec<String> = ["earning", "limits", "redemption", "validity"]
        .iter()
        .flat_map(|id| sentences(&page, "zh", id))
        .flat_map(|sentence| sentence["spans"].as_array().unwrap().clone())
        .filter(|span| span["bold"] == true)
        .map(|span| span["text"].as_str().unwrap().to_owned())
        .collect();
    for condition in [
        "适用于：大促期间单笔实付满 1,000 元",
        "每年 06-16 至 06-18、11-11",
        "普通会员 1000，银卡会员 1500，金卡会员 2000，钻石会员 3000",
        "当年有效，次年 1 月 1 日零点失效",
    ] {
        assert!(bold.iter().any(|text| text == condition), "{condition} in {bold:?}");
    }
    let printed = text_of(&file(&world, "/v1/program/rules.pdf?lang=zh").await);
    let bold: String = printed.iter().filter(|(_, bold)| *bold).map(|(text, _)| text.as_str()).collect();
    assert!(bold.replace(' ', "").contains("当年有效，次年1月1日零点失效"), "{bold}");
    let light: String = printed.iter().filter(|(_, bold)| !bold).map(|(text, _)| text.as_str()).collect();
    assert!(!light.replace(' ', "").contains("普通会员1000，银卡会员1500"));
}

// row COMP-07
#[tokio::test]
async fn the_rules_of_any_date_come_as_a_file_with_the_text_of_the_page() {
    let world = World::new();
    let page = world.get("/v1/program/rules").send().await.expect(200).body;
    for lang in ["zh", "en"] {
        let printed = file(&world, &format!("/v1/program/rules.pdf?lang={lang}")).await;
        let text = words(&printed);
        // A sentence may run over the end of a page, where the foot is.
        // The foot begins with what stands at the head of the first page.
        let foot_at = text.find(if lang == "zh" { "第1页，共" } else { "Page1of" }).unwrap();
        let repeats = |len: &usize| text[..foot_at].ends_with(text.get(..*len).unwrap_or("\u{0}"));
        let head = &text[..(1..=foot_at / 2).rev().find(repeats).unwrap()];
        let pages = (1..=9).flat_map(|page| (page..=9).map(move |of| (page, of)));
        let feet =
            pages.flat_map(|(page, of)| [format!("{head}Page{page}of{of}"), format!("{head}第{page}页，共{of}页")]);
        let running = feet.fold(text.clone(), |text, foot| text.replace(&foot, ""));
        for section in page["page"][lang]["sections"].as_array().unwrap() {
            let heading = section["heading"].as_str().unwrap().replace(' ', "");
            assert!(text.contains(&heading), "{heading}");
            for sentence in section["sentences"].as_array().unwrap() {
                let sentence = plain(sentence).replace(' ', "");
                assert!(running.contains(&sentence), "{sentence}\nis not in\n{running}");
            }
        }
        let tag: &[u8] = if lang == "zh" { b"/Lang (zh-CN)" } else { b"/Lang (en)" };
        assert!(find(&printed, tag).is_some());
        let foot = if lang == "zh" { "第1页，共" } else { "Page1of" };
        assert!(text.contains(foot) && text.contains("2026-06-10"), "{text}");
    }
    assert_eq!(file(&world, "/v1/program/rules.pdf").await, file(&world, "/v1/program/rules.pdf?lang=en").await);
    let old = words(&file(&world, "/v1/program/rules.pdf?lang=en&at=2026-01-01").await);
    assert!(old.contains("asof2026-01-01"), "{old}");
    world.get("/v1/program/rules.pdf?lang=fr").send().await.problem("invalid-parameter");
    world.get("/v1/program/rules.pdf?at=x").send().await.problem("invalid-parameter");
}

// row COMP-04
#[tokio::test]
async fn what_is_published_for_later_is_announced_from_then_on() {
    let world = World::new();
    assert_eq!(world.get("/v1/program/rules").send().await.body["coming"], json!([]));
    let draft = begin(&world).await;
    let draft = edit(&world, &draft, "earning.yaml", "percent: 3%", "percent: 2%").await.expect(200).body;
    let draft = edit(&world, &draft, "sources.yaml", "zh: 消费积分", "zh: 购物积分").await.expect(200).body;
    publish(&world, &draft, Some("2026-08-01T00:00:00+08:00")).await.expect(201);
    let page = world.get("/v1/program/rules").send().await.expect(200).body;
    let change = json!({"zh": "规则“家电消费”的返积分比例由 3% 改为 2%", "en": "The rate of rule “Appliances” changes from 3% to 2%"});
    assert_eq!(
        page["coming"],
        json!([{"version": 2, "from": "2026-08-01T00:00:00+08:00", "confirmation": false, "changes": [change]}])
    );
    let text = words(&file(&world, "/v1/program/rules.pdf?lang=zh").await);
    let announced = "即将生效：第2版，2026-08-01起规则“家电消费”的返积分比例由3%改为2%。";
    assert!(text.contains(announced), "{text}");
    let later = world.get("/v1/program/rules?at=2026-08-01").send().await.expect(200).body;
    assert_eq!((&later["version"], &later["coming"]), (&json!(2), &json!([])));
}

// row PROG-15
#[tokio::test]
async fn the_white_paper_covers_earning_spending_and_management() {
    let world = World::new();
    for (lang, wanted) in [
        (
            "zh",
            [
                "概述",
                "获取",
                "等级与上限",
                "使用与有效期",
                "管理",
                "附录：示例",
                "岗位与权限",
                "规则变更公告期30天",
                "银卡会员1.2倍，只在最后取整",
                "须第二人审批",
            ],
        ),
        (
            "en",
            [
                "Overview",
                "Earning",
                "Tiersandlimits",
                "Spendingandvalidity",
                "Management",
                "Appendix:examples",
                "Roles",
                "Noticeofchanges30days",
                "Silverearns1.2times,roundedonce",
                "off",
            ],
        ),
    ] {
        let printed = file(&world, &format!("/v1/program/white-paper.pdf?lang={lang}")).await;
        let text = words(&printed);
        for wanted in wanted {
            assert!(text.contains(wanted), "{wanted} in {text}");
        }
        assert!(find(&printed, b"/Outlines").is_some());
        assert!(printed.len() < 1_000_000, "{} bytes", printed.len());
    }
}
