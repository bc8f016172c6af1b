//! What the shelf needs and nobody asks for: a plan of prices when its date has come, and word to operators when few
//! codes of a partner are left.
//!
//! What was done stands in the store, so that it is done once, also where several processes look.

use std::sync::{Arc, Weak};
use std::thread;
use std::time::Duration;

use jifen_connect::{Channel, Message};
use jifen_engine::{Changed, Changes};
use jifen_program::audit::By;
use jifen_program::desk::Record;
use jifen_program::flows::{MakePricePlan, NoteLowPool};
use jifen_program::pools::{POOL, Pool};
use jifen_program::pricing::{DuePlan, PlanState, PricePlan};
use jifen_program::rewards::Reward;
use jifen_store::{Bound, Find, Kind, Order};
use jifen_vocab::limits::PAGE_MAX;
use jifen_vocab::{Day, RewardId, Scope, Timestamp};

use crate::app::App;
use crate::gate::staff_who;
use crate::problems::Problem;
use crate::routes::price_plans::proposals;

/// How often it is looked.
const LOOK: Duration = Duration::from_millis(500);

/// The kinds whose changes are looked at.
static KINDS: [&Kind; 1] = [&POOL];

struct Upkeep {
    app: Weak<App>,
    pools: Arc<Changes>,
    /// When the first rule book was published: no plan is made for a date before.
    began: Option<Timestamp>,
    /// The last date whose plan is known to be there.
    planned: Option<Day>,
}

/// Starts the thread; it ends with the app.
pub(crate) fn start(app: &Arc<App>) -> std::io::Result<()> {
    let pools = app.engine.changes_of(&KINDS);
    let upkeep = Upkeep { app: Arc::downgrade(app), pools, began: None, planned: None };
    thread::Builder::new().name("jifen-upkeep".to_owned()).spawn(move || upkeep.run()).map(drop)
}

impl Upkeep {
    fn run(mut self) {
        loop {
            thread::sleep(LOOK);
            // Held for a moment only: a server that stops waits for nobody.
            let Some(app) = self.app.upgrade() else { return };
            if let Err(problem) = self.look_at_pools(&app) {
                self.pools.forget();
                complain(&problem);
            }
            if let Err(problem) = self.look_at_prices(&app) {
                complain(&problem);
            }
        }
    }

    fn look_at_pools(&self, app: &App) -> Result<(), Problem> {
        let rewards = match self.pools.take() {
            Changed::All => all_pools(app)?,
            Changed::These(ids) => ids.iter().filter_map(|id| RewardId::new(id).ok()).collect(),
        };
        for reward in rewards {
            let least = app.engine.books().at(app.engine.clock().now()).shelf.pool_low;
            let pool = app.engine.read::<Pool>(reward.as_str())?;
            if !pool.is_some_and(|pool| pool.is_to_be_told(least)) {
                continue;
            }
            let noted = app.engine.submit_blocking(NoteLowPool { reward: reward.clone() }, None)?;
            let (left, _) = crate::call::judged(noted)?;
            if let Some(left) = left {
                tell_few_codes(app, &reward, left)?;
            }
        }
        Ok(())
    }

    fn look_at_prices(&mut self, app: &App) -> Result<(), Problem> {
        let now = app.engine.clock().now();
        let books = app.engine.books();
        let book = books.at(now);
        let Some(every) = book.prices.plan.every else { return Ok(()) };
        let day = every.start_of(book.zone.day_of(now));
        if self.planned == Some(day) {
            return Ok(());
        }
        if book.zone.start_of(day) < self.began(app)? || app.engine.read::<DuePlan>(&DuePlan::id(day))?.is_some() {
            self.planned = Some(day);
            return Ok(());
        }
        let proposals = proposals(app)?;
        let command = MakePricePlan { request: None, proposals, due: Some(day), by: By::system() };
        let made = app.engine.submit_blocking(command, None)?;
        let (plan, _) = crate::call::judged(made)?;
        self.planned = Some(day);
        if plan.state == PlanState::Proposed {
            tell_plan(app, &plan)?;
        }
        Ok(())
    }

    fn began(&mut self, app: &App) -> Result<Timestamp, Problem> {
        if let Some(began) = self.began {
            return Ok(began);
        }
        let versions = jifen_engine::versions(app.engine.store().as_ref());
        let versions = versions.map_err(|error| Problem::internal(error.to_string()))?;
        let first = versions.first().ok_or_else(|| Problem::internal("the store has no rule book"))?;
        self.began = Some(first.published_at);
        Ok(first.published_at)
    }
}

fn all_pools(app: &App) -> Result<Vec<RewardId>, Problem> {
    let (mut found, mut from) = (Vec::new(), Bound::Start);
    loop {
        let find =
            Find { kind: Pool::KIND, column: None, equals: None, order: Order::Ascending, from, limit: PAGE_MAX };
        let page = app.engine.store().find(&find)?;
        found.extend(page.rows.iter().filter_map(|(id, ..)| RewardId::new(id).ok()));
        match page.next {
            Some(next) => from = next,
            None => return Ok(found),
        }
    }
}

fn tell_few_codes(app: &App, reward: &RewardId, left: u64) -> Result<(), Problem> {
    let offer = app.engine.read::<Reward>(reward.as_str())?.map(|reward| reward.offer.name.clone());
    let named = |name: Option<String>| name.unwrap_or_else(|| reward.to_string());
    let zh = named(offer.as_ref().map(|name| name.zh.to_string()));
    let en = named(offer.as_ref().map(|name| name.en.to_string()));
    let text = format!(
        "「{zh}」（{reward}）的券码还剩 {left} 个，请向合作方补充。\n\
         {left} codes of {en} ({reward}) are left. Ask the partner for more.\n"
    );
    tell(app, "券码不足 · Few codes are left", &text)
}

fn tell_plan(app: &App, plan: &PricePlan) -> Result<(), Problem> {
    let (id, count) = (&plan.id, plan.proposals.len());
    let text = format!(
        "调价方案 {id} 已生成，共 {count} 项建议，请在控制台执行或驳回。\n\
         The plan of prices {id} makes {count} proposals. Carry it out or dismiss it in the console.\n"
    );
    tell(app, "调价方案待处理 · A plan of prices waits", &text)
}

/// Tells those of the staff who look after rewards, where they can be reached by mail.
fn tell(app: &App, subject: &str, text: &str) -> Result<(), Problem> {
    if !app.post.reaches(Channel::Email) {
        return Ok(());
    }
    for staff in staff_who(&app.engine, Scope::RewardsWrite)? {
        let Some(email) = staff.email else { continue };
        let (subject, text) = (subject.to_owned(), text.to_owned());
        app.post.send(Message { channel: Channel::Email, to: email.into(), subject, text }, app.wall.now());
    }
    Ok(())
}

fn complain(problem: &Problem) {
    let inner = problem.inner.as_deref().unwrap_or_default();
    tracing::warn!(code = problem.row.code, inner, "the shelf will be looked after again");
}
