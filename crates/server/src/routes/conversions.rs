//! Conversions: what sleeping points may become, the certificate of a gift, and vouchers of cash at a till.

use axum::http::Method;
use compact_str::CompactString;
use jifen_print::{Block, Document, Level, Span};
use jifen_program::book::conversions::{Into, Way};
use jifen_program::conversions::{Became, CashVoucher, Conversion as Stored};
use jifen_program::flows::{Convert, UseCash, cash_state, convertible};
use jifen_program::member::Member;
use jifen_program::vouchers::VoucherCode;
use jifen_program::wallets::view_at;
use jifen_vocab::Zone;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::papers::{LANG, print};
use super::vouchers::{CODE, NewUse, asked_use, code, print_of, unknown};
use crate::call::{Call, Reply, aside, unknown_member};
use crate::language::{Lang, Said};
use crate::listing::{PageOf, newest};
use crate::operation::{Access, Answer, Answered, Body, BodyKind, Key, Operation, Parameter};
use crate::parameters::MEMBER_ID;
use crate::problems::{Problem, table};
use crate::scopes::Scope;
use crate::wire::{Amount, Text, Wallet};

/// The place of the member among the columns of conversions.
const MEMBER_COLUMN: usize = 0;
/// The most conversions of a list; nobody has more that matter.
const LIST_MAX: usize = 100;

static NUMBER: Parameter = Parameter {
    name: "conversion",
    in_path: true,
    about: Said { en: "The conversion's identifier.", zh: "转换编号。" },
    schema: r#"{"type": "string", "minLength": 1, "maxLength": 64}"#,
    example: "cnv_1mwc546g5211v68xvqxzjg",
};

/// Points to be converted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewConversion {
    /// Which way.
    #[schema(value_type = String, min_length = 1, max_length = 64)]
    conversion: CompactString,
    /// How many points; a multiple of what the way says.
    #[schema(minimum = 1, maximum = 900_000_000_000_i64)]
    points: i64,
}

/// What points may become.
#[derive(Serialize, ToSchema)]
pub struct ConversionWay {
    /// Its identifier.
    id: String,
    /// What people call it.
    name: Text,
    /// `unit`, `charity` or `voucher`.
    kind: &'static str,
    /// So many points become one of it.
    points: i64,
    /// Into which unit.
    unit: Option<String>,
    /// How many points of that unit.
    unit_points: Option<i64>,
    /// To what a gift goes.
    cause: Option<Text>,
    /// What a voucher pays.
    amount: Option<Amount>,
    /// Days for which a voucher can be used.
    days: Option<u16>,
    /// How many points the member can convert this way now.
    most: i64,
}

/// What a member's sleeping points may become.
#[derive(Serialize, ToSchema)]
pub struct ConversionWays {
    /// The unit.
    unit: String,
    /// Points that sleep.
    dormant: i64,
    /// The ways.
    data: Vec<ConversionWay>,
}

/// A conversion.
#[derive(Serialize, ToSchema)]
pub struct Conversion {
    /// Its identifier; for a gift, the number of the certificate.
    id: String,
    /// Whose points.
    member: String,
    /// Which way.
    conversion: String,
    /// What people call it.
    name: Text,
    /// The unit of the points.
    unit: String,
    /// How many.
    points: i64,
    /// `unit`, `charity` or `voucher`.
    kind: &'static str,
    /// Into which unit.
    into_unit: Option<String>,
    /// How many points of it.
    into_points: Option<i64>,
    /// To what a gift went.
    cause: Option<Text>,
    /// Where the certificate of a gift is.
    certificate: Option<String>,
    /// The code of a voucher.
    voucher: Option<String>,
    /// What the voucher pays, or the gift was worth.
    amount: Option<Amount>,
    /// When the voucher lapses.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    /// When.
    #[schema(format = DateTime)]
    at: String,
}

/// A conversion that was made.
#[derive(Serialize, ToSchema)]
pub struct ConversionMade {
    /// The conversion.
    #[serde(flatten)]
    conversion: Conversion,
    /// The wallet afterwards.
    wallet: Wallet,
}

/// A member's conversions, newest first.
#[derive(Serialize, ToSchema)]
pub struct ConversionList {
    /// The newest hundred.
    data: Vec<Conversion>,
}

/// A voucher of cash at a till.
#[derive(Serialize, ToSchema)]
pub struct CashVoucherAtTill {
    /// The code.
    code: String,
    /// `open`, `used` or `lapsed`.
    state: &'static str,
    /// Whose it is.
    member: String,
    /// What it pays, of any bill.
    amount: Amount,
    /// When it lapses.
    #[schema(format = DateTime)]
    expires_at: String,
    /// The shop it was used in.
    used_store: Option<String>,
    /// The reference it was used under.
    used_reference: Option<String>,
    /// When it was used.
    #[schema(format = DateTime)]
    used_at: Option<String>,
}

async fn show_ways(call: Call) -> Answered {
    let id = call.member()?;
    let engine = &call.app.engine;
    let (books, now) = (engine.books(), engine.clock().now());
    let member = engine.read::<Member>(id.as_str())?.ok_or_else(|| unknown_member(id.as_str()))?;
    let (view, badges) = (view_at(&member, &books, now), member.badges_at(now));
    let book = books.at(now);
    let unit = book.conversions.unit.as_ref().unwrap_or(&book.default_unit);
    let dormant = view.unit(unit).map(|unit| unit.dormant).unwrap_or_default();
    let way = |way: &Way| {
        let (kind, into_unit, unit_points) = match &way.into {
            Into::Unit { unit, points } => ("unit", Some(unit.to_string()), Some(*points)),
            Into::Charity { .. } => ("charity", None, None),
            Into::Voucher { .. } => ("voucher", None, None),
        };
        let (amount, days) = match &way.into {
            Into::Voucher { amount, days } => {
                let money = jifen_vocab::Money { amount: *amount, currency: book.currency };
                (Some(Amount::from(money)), Some(*days))
            }
            _ => (None, None),
        };
        let cause = match &way.into {
            Into::Charity { cause } => Some(Text::from(cause)),
            _ => None,
        };
        ConversionWay {
            id: way.id.to_string(),
            name: Text::from(&way.name),
            kind,
            points: way.points,
            unit: into_unit,
            unit_points,
            cause,
            amount,
            days,
            most: convertible(way, dormant),
        }
    };
    let data = book.conversions.ways.iter().filter(|way| way.is_for(&badges)).map(way).collect();
    Reply::json(&ConversionWays { unit: unit.to_string(), dormant: dormant.get(), data })
}

async fn convert_points(call: Call) -> Answered {
    let member = call.member()?;
    let new: NewConversion = call.json()?;
    let draws = super::redemptions::draws()?;
    let command = Convert {
        request: call.key()?,
        member,
        way: new.conversion,
        points: new.points,
        draw: draws.first().copied().unwrap_or_default(),
        operator: call.by().id().clone(),
    };
    let (converted, replayed) = call.submit(command).await?;
    let books = call.app.engine.books();
    let book = books.at(converted.wallet.as_of);
    let answer = ConversionMade {
        conversion: Conversion::of(&converted.conversion, &book.zone),
        wallet: Wallet::of(&converted.wallet, book),
    };
    Ok(Reply::json(&answer)?.replayed(replayed))
}

impl Conversion {
    fn of(stored: &Stored, zone: &Zone) -> Self {
        let mut told = Conversion {
            id: stored.id.to_string(),
            member: stored.member.to_string(),
            conversion: stored.way.to_string(),
            name: Text::from(&stored.name),
            unit: stored.unit.to_string(),
            points: stored.points,
            kind: "unit",
            into_unit: None,
            into_points: None,
            cause: None,
            certificate: None,
            voucher: None,
            amount: None,
            expires_at: None,
            at: zone.rfc3339(stored.at),
        };
        match &stored.became {
            Became::Unit { unit, points } => {
                (told.into_unit, told.into_points) = (Some(unit.to_string()), Some(*points));
            }
            Became::Charity { cause, worth } => {
                told.kind = "charity";
                (told.cause, told.amount) = (Some(Text::from(cause)), worth.map(Amount::from));
                told.certificate = Some(format!("/v1/members/{}/conversions/{}/certificate", stored.member, stored.id));
            }
            Became::Voucher { code, amount, expires_at } => {
                told.kind = "voucher";
                told.voucher = VoucherCode::typed(code).map(|code| code.shown());
                (told.amount, told.expires_at) = (Some(Amount::from(*amount)), Some(zone.rfc3339(*expires_at)));
            }
        }
        told
    }
}

async fn list_conversions(call: Call) -> Answered {
    let member = call.member()?;
    let (app, zone) = (call.app.clone(), call.zone());
    let list = aside(move || {
        if app.engine.read::<Member>(member.as_str())?.is_none() {
            return Err(unknown_member(member.as_str()));
        }
        let found = newest::<Stored>(&app, Some((MEMBER_COLUMN, member.as_str())), PageOf::first(LIST_MAX))?;
        let data = found.records.iter().map(|(_, stored)| Conversion::of(stored, &zone)).collect();
        Ok::<_, Problem>(ConversionList { data })
    });
    Reply::json(&list.await?)
}

async fn print_certificate(call: Call) -> Answered {
    let (member, id) = (call.member()?, call.segment("conversion").to_owned());
    let lang = match call.query()?.get("lang") {
        None => Lang::of(&call.headers),
        Some("zh") => Lang::Zh,
        Some("en") => Lang::En,
        Some(_) => return Err(Problem::parameter("lang", "be zh or en")),
    };
    let unknown = || Problem::new(&table::UNKNOWN).word("conversion", &id);
    let stored = call.app.engine.read::<Stored>(&id)?.filter(|stored| stored.member == member);
    let stored = stored.ok_or_else(unknown)?;
    let books = call.app.engine.books();
    let book = books.at(stored.at);
    let document = certificate(&stored, &book.name, &book.zone, lang).ok_or_else(unknown)?;
    print(document, &format!("certificate-{id}.pdf")).await
}

/// The certificate of a gift; none of any other conversion.
fn certificate(stored: &Stored, program: &jifen_program::book::Name, zone: &Zone, lang: Lang) -> Option<Document> {
    let Became::Charity { cause, worth } = &stored.became else { return None };
    let (day, points, member, number) = (zone.day_of(stored.at), stored.points, &stored.member, &stored.id);
    let said = |zh: String, en: String| match lang {
        Lang::Zh => zh,
        Lang::En => en,
    };
    let worth = worth.map_or_else(String::new, |worth| said(format!("（价值 {worth}）"), format!(", worth {worth},")));
    let sentence = said(
        format!("会员 {member} 于 {day} 捐赠 {points} 积分{worth}，用于“{}”。", cause.zh),
        format!("On {day} the member {member} gave {points} points{worth} to “{}”.", cause.en),
    );
    let program = said(program.zh.clone(), program.en.clone());
    Some(Document {
        title: said("公益捐赠证书".to_owned(), "Certificate of a gift".to_owned()),
        subtitle: said(format!("{program} · 编号 {number}"), format!("{program} · No. {number}")),
        lang: lang.tag(),
        numbering: match lang {
            Lang::Zh => "第 {page} 页，共 {pages} 页",
            Lang::En => "Page {page} of {pages}",
        },
        blocks: vec![
            Block::Heading(Level::First, said("感谢您的善意".to_owned(), "Thank you".to_owned())),
            Block::Paragraph(vec![Span::plain(sentence)]),
            Block::Paragraph(vec![Span::plain(said(
                "积分已从您的钱包转出，记录可在积分明细中核对。".to_owned(),
                "The points have left the wallet; the record of points bears it out.".to_owned(),
            ))]),
        ],
    })
}

impl CashVoucherAtTill {
    fn of(code: &VoucherCode, voucher: &CashVoucher, call: &Call) -> Self {
        let zone = call.zone();
        let used = voucher.used.as_ref();
        CashVoucherAtTill {
            code: code.shown(),
            state: cash_state(voucher, call.app.engine.clock().now()),
            member: voucher.member.to_string(),
            amount: Amount::from(voucher.amount),
            expires_at: zone.rfc3339(voucher.expires_at),
            used_store: used.map(|(store, ..)| store.to_string()),
            used_reference: used.map(|(_, reference, _)| reference.to_string()),
            used_at: used.map(|(_, _, at)| zone.rfc3339(*at)),
        }
    }
}

async fn show_cash(call: Call) -> Answered {
    let code = code(&call)?;
    let voucher = call.app.engine.read::<CashVoucher>(code.as_str())?.ok_or_else(|| unknown(&call))?;
    Reply::json(&CashVoucherAtTill::of(&code, &voucher, &call))
}

async fn use_cash(call: Call) -> Answered {
    let (code, new) = (code(&call)?, asked_use(&call)?);
    let fingerprint = print_of(&code, &new)?;
    let command = UseCash { code: code.clone(), store: new.store.into(), reference: new.reference.into(), fingerprint };
    let (voucher, replayed) = call.submit(command).await?;
    Ok(Reply::json(&CashVoucherAtTill::of(&code, &voucher, &call))?.replayed(replayed))
}

/// `GET /v1/members/{id}/conversions/{conversion}/certificate`
pub static CERTIFICATE: Operation = Operation {
    id: "print_certificate",
    method: Method::GET,
    path: "/v1/members/{id}/conversions/{conversion}/certificate",
    feature: "conversions",
    access: Access::ScopeOrSelf(Scope::WalletsRead),
    confirm: false,
    summary: Said { en: "Print the certificate of a gift", zh: "下载捐赠证书" },
    about: Said {
        en: "A PDF with the number of the certificate, the points, their worth and what they were given to.",
        zh: "PDF 证书，载明编号、积分数、价值与捐赠去向。",
    },
    parameters: &[&MEMBER_ID, &NUMBER, &LANG],
    body: None,
    key: Key::None,
    answer: Answer::text("application/pdf", Said { en: "The file.", zh: "文件。" }),
    problems: &[&table::MEMBER_UNKNOWN, &table::UNKNOWN],
    handler: |call| Box::pin(print_certificate(call)),
};

/// `POST /v1/members/{id}/conversions`
pub static CONVERT: Operation = Operation {
    id: "convert_points",
    method: Method::POST,
    path: "/v1/members/{id}/conversions",
    feature: "conversions",
    access: Access::ScopeOrSelf(Scope::PointsSpend),
    confirm: false,
    summary: Said { en: "Convert sleeping points", zh: "转换沉睡积分" },
    about: Said {
        en: "Sleeping points become another unit, a gift or a voucher of cash, for good. It is a use of points: whatever else sleeps comes back with it.",
        zh: "将沉睡积分转换为其他积分、公益捐赠或现金券，完成后不可撤销。转换视为使用，其余沉睡积分同时恢复。",
    },
    parameters: &[&MEMBER_ID],
    body: Some(Body {
        kinds: &[BodyKind::json::<NewConversion>(r#"{"conversion": "to-charity", "points": 300}"#)],
        required: true,
    }),
    key: Key::Required,
    answer: Answer::json::<ConversionMade>(200, Said { en: "What they became.", zh: "转换结果。" }, ""),
    problems: &[
        &table::AMOUNT_OUT_OF_RANGE,
        &table::INSUFFICIENT_POINTS,
        &table::LIMIT_EXCEEDED,
        &table::MEMBER_UNKNOWN,
        &table::UNKNOWN,
        &table::WALLET_FROZEN,
    ],
    handler: |call| Box::pin(convert_points(call)),
};

/// `GET /v1/members/{id}/conversions`
pub static LIST: Operation = Operation {
    id: "list_conversions",
    method: Method::GET,
    path: "/v1/members/{id}/conversions",
    feature: "conversions",
    access: Access::ScopeOrSelf(Scope::WalletsRead),
    confirm: false,
    summary: Said { en: "List conversions", zh: "查看积分转换记录" },
    about: Said { en: "Newest first.", zh: "按时间倒序。" },
    parameters: &[&MEMBER_ID],
    body: None,
    key: Key::None,
    answer: Answer::json::<ConversionList>(200, Said { en: "The conversions.", zh: "转换记录。" }, ""),
    problems: &[&table::MEMBER_UNKNOWN],
    handler: |call| Box::pin(list_conversions(call)),
};

/// `GET /v1/cash-vouchers/{code}`
pub static SHOW_CASH: Operation = Operation {
    id: "show_cash_voucher",
    method: Method::GET,
    path: "/v1/cash-vouchers/{code}",
    feature: "conversions",
    access: Access::Scope(Scope::VouchersUse),
    confirm: false,
    summary: Said { en: "Look at a voucher of cash", zh: "查看现金券" },
    about: Said { en: "Nothing is used by looking.", zh: "查看不会核销。" },
    parameters: &[&CODE],
    body: None,
    key: Key::None,
    answer: Answer::json::<CashVoucherAtTill>(200, Said { en: "The voucher.", zh: "现金券。" }, ""),
    problems: &[&table::UNKNOWN],
    handler: |call| Box::pin(show_cash(call)),
};

/// `POST /v1/cash-vouchers/{code}/use`
pub static USE_CASH: Operation = Operation {
    id: "use_cash_voucher",
    method: Method::POST,
    path: "/v1/cash-vouchers/{code}/use",
    feature: "conversions",
    access: Access::Scope(Scope::VouchersUse),
    confirm: false,
    summary: Said { en: "Use a voucher of cash", zh: "核销现金券" },
    about: Said {
        en: "Once, for a bill of any size. The same reference again gets the first answer.",
        zh: "一券一用，无消费门槛。同一引用重发得到首次结果。",
    },
    parameters: &[&CODE],
    body: Some(Body {
        kinds: &[BodyKind::json::<NewUse>(r#"{"store": "s319", "reference": "till-7-0001"}"#)],
        required: true,
    }),
    key: Key::None,
    answer: Answer::json::<CashVoucherAtTill>(200, Said { en: "It was used.", zh: "已核销。" }, ""),
    problems: &[&table::IDEMPOTENCY_CONFLICT, &table::UNKNOWN, &table::VOUCHER_NOT_VALID],
    handler: |call| Box::pin(use_cash(call)),
};

/// `GET /v1/members/{id}/conversion-ways`
pub static WAYS: Operation = Operation {
    id: "list_conversion_ways",
    method: Method::GET,
    path: "/v1/members/{id}/conversion-ways",
    feature: "conversions",
    access: Access::ScopeOrSelf(Scope::WalletsRead),
    confirm: false,
    summary: Said { en: "List what sleeping points may become", zh: "查看沉睡积分可转换的方式" },
    about: Said {
        en: "The ways of the rule book, and how many of the member's points can go each of them.",
        zh: "规则所列的转换方式，以及会员目前可转换的数量。",
    },
    parameters: &[&MEMBER_ID],
    body: None,
    key: Key::None,
    answer: Answer::json::<ConversionWays>(200, Said { en: "The ways.", zh: "转换方式。" }, ""),
    problems: &[&table::MEMBER_UNKNOWN],
    handler: |call| Box::pin(show_ways(call)),
};
