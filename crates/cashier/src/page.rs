//! The pages of the stand-in: where one pays, and how it is told to misbehave.

use jifen_connect::{PayState, Told};

use crate::{Lie, Switches};

const STYLE: &str = "<style>body{font:16px/1.6 system-ui,sans-serif;max-width:36rem;margin:2rem auto;padding:0 1rem}\
    button{font:inherit;padding:.6rem 1.2rem;margin:.25rem .5rem .25rem 0}label{display:block;margin:.5rem 0}\
    td,th{padding:.25rem .75rem .25rem 0;text-align:left}</style>";

fn page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>{title}</title>{STYLE}<h1>{title}</h1>{body}</html>"
    )
}

const fn word(state: PayState) -> &'static str {
    match state {
        PayState::Closed => "已关闭 closed",
        PayState::Failed => "失败 failed",
        PayState::Open => "待支付 open",
        PayState::Paid => "已支付 paid",
    }
}

fn money(told: &Told) -> String {
    let (amount, currency) = (told.amount.amount, text(&told.amount.currency));
    format!("{}.{:02} {currency}", amount / 100, amount % 100)
}

/// What came from elsewhere, as it may stand in a page.
fn text(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

/// Where one pays.
pub(super) fn pay(told: &Told) -> String {
    let (order, amount, state) = (text(&told.order), money(told), word(told.state));
    let buttons = if told.state == PayState::Open {
        format!(
            "<form method=\"post\" action=\"/pay/{order}/paid\"><button>支付 Pay</button></form>\
             <form method=\"post\" action=\"/pay/{order}/failed\"><button>支付失败 Fail</button></form>"
        )
    } else {
        String::new()
    };
    page("演示支付 Demo payment", &format!("<p>{order}<br><strong>{amount}</strong><br>{state}</p>{buttons}"))
}

/// All payments, and the switches.
pub(super) fn overview(payments: &[Told], switches: Switches) -> String {
    let row = |told: &Told| {
        let (order, refunded) = (text(&told.order), told.refunded);
        let (amount, state) = (money(told), word(told.state));
        format!("<tr><td><a href=\"/pay/{order}\">{order}</a><td>{amount}<td>{state}<td>{refunded}</tr>")
    };
    let rows: String = payments.iter().map(row).collect();
    let checked = |is: bool| if is { " checked" } else { "" };
    let chosen = |lie: Lie| if switches.lie == lie { " selected" } else { "" };
    let (delay, repeat) = (switches.delay_ms, switches.repeat);
    let (silent, away) = (checked(switches.silent), checked(switches.away));
    let (amount, signature) = (chosen(Lie::Amount), chosen(Lie::Signature));
    page(
        "演示支付方 Demo provider",
        &format!(
            "<table><tr><th>订单 Order<th>金额 Amount<th>状态 State<th>退款（分） Refunded</tr>{rows}</table>\
             <form method=\"post\" action=\"/switches\">\
             <label>回调延迟（毫秒） Delay <input name=\"delay_ms\" value=\"{delay}\"></label>\
             <label>额外重复次数 Repeat <input name=\"repeat\" value=\"{repeat}\"></label>\
             <label>回调内容 Lie <select name=\"lie\"><option value=\"\">正确 none</option>\
             <option value=\"amount\"{amount}>金额错误 amount</option>\
             <option value=\"signature\"{signature}>签名错误 signature</option></select></label>\
             <label><input type=\"checkbox\" name=\"silent\"{silent}> 不回调 No call-backs</label>\
             <label><input type=\"checkbox\" name=\"away\"{away}> 无响应 Away</label>\
             <button>应用 Apply</button></form>"
        ),
    )
}
