//! What follows when a member's spending was held back because it looked like theft: the trail says so, the wallet may
//! wait for review, and the member is told.

use jifen_connect::{Channel, Message};
use jifen_program::flows::HoldBack;
use jifen_program::members::Profile;
use jifen_vocab::{Code, MemberId, UnitId};

use crate::call::Call;
use crate::language::Said;
use crate::personal::{Contact, Personal};
use crate::problems::{Problem, table};

/// What people read who did not spend themselves.
const TOLD: Said = Said {
    en: "Your points were about to be spent from a device that we have not seen before, and were not. If it was you, show a new code there. If not, change your passwords and tell us.",
    zh: "有人正从未使用过的设备消费您的积分，已被拦截。如是您本人，请在该设备上输入新的验证码；如非本人，请修改密码并联系我们。",
};

/// Notes a refusal for want of a fresh code, where it is one.
pub(super) async fn note(call: &Call, member: &MemberId, unit: &UnitId, problem: &Problem) {
    if problem.row.code != table::of(Code::DeviceUnconfirmed).code {
        return;
    }
    let points = problem.facts.iter().find(|(name, _)| name == "points");
    let points = points.and_then(|(_, fact)| match fact {
        jifen_vocab::Fact::Number(points) => Some(*points),
        jifen_vocab::Fact::Word(_) => None,
    });
    let command =
        HoldBack { member: member.clone(), unit: unit.clone(), points: points.unwrap_or_default(), by: call.by() };
    let noted = match call.submit(command).await {
        Ok(_) => tell(call, member),
        Err(problem) => Err(problem),
    };
    if let Err(problem) = noted {
        let inner = problem.inner.as_deref().unwrap_or_default();
        tracing::error!(request = %call.request, code = problem.row.code, inner, "a theft could not be noted");
    }
}

/// Tells the member, where they can be reached.
fn tell(call: &Call, member: &MemberId) -> Result<(), Problem> {
    let app = &call.app;
    let Some(profile) = app.engine.read::<Profile>(member.as_str())? else { return Ok(()) };
    // Who was erased cannot be told.
    let Ok(personal) = app.vault.open_profile(member.as_str(), &profile) else { return Ok(()) };
    if let Some((channel, to)) = way(&personal, |channel| app.post.reaches(channel)) {
        let subject = "积分安全提醒 · Your points".to_owned();
        let text = format!("{}\n{}", TOLD.zh, TOLD.en);
        app.post.send(Message { channel, to, subject, text }, app.wall.now());
    }
    Ok(())
}

/// How somebody can be reached: on their telephone, or else by mail.
fn way(personal: &Personal, reaches: impl Fn(Channel) -> bool) -> Option<(Channel, String)> {
    let phone = personal.phone.as_deref().and_then(|text| Contact::phone(text).ok());
    let email = personal.email.as_deref().and_then(|text| Contact::email(text).ok());
    let ways = [(Channel::Sms, phone), (Channel::Email, email)].into_iter();
    let mut ways = ways.filter_map(|(channel, contact)| Some((channel, contact?.as_str().to_owned())));
    ways.find(|(channel, _)| reaches(*channel))
}
