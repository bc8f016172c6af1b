//! A plan of prices is made, carried out or dismissed (VAL-10 to VAL-14, VAL-18).
//!
//! Refusals, in order: unknown; plan-decided.

use compact_str::CompactString;
use jifen_vocab::{Code, Day, Refusal};

use crate::audit::{self, By, Line};
use crate::book::Books;
use crate::desk::{Command, Desk, Identity, Keys, Loaded, RequestKey, Stop, Touch};
use crate::pricing::{Change, DuePlan, PlanState, Planned, PriceHistory, PricePlan, Proposal};
use crate::rewards::Reward;

/// Who decides where the rule book itself may.
const ITSELF: CompactString = CompactString::const_new("rule-book");

/// Writes down what is proposed. Where the rule book lets prices follow by themselves, they do so in the same commit.
#[derive(Debug, Clone)]
pub struct MakePricePlan {
    /// The key it came with.
    pub request: Option<RequestKey>,
    /// What is proposed.
    pub proposals: Vec<Proposal>,
    /// The date that had come, where nobody asked for it: there is one plan for each.
    pub due: Option<Day>,
    /// Who asked for it.
    pub by: By,
}

impl Command for MakePricePlan {
    type Outcome = PricePlan;

    fn identity(&self) -> Option<Identity> {
        self.request.as_ref().map(RequestKey::identity)
    }

    fn touches(&self, _: &Books, loaded: &Loaded<'_>, keys: &mut Keys) -> Touch {
        audit::want(keys);
        want(&self.proposals, keys);
        let Some(day) = self.due else { return Touch::Done };
        let id = DuePlan::id(day);
        if !loaded.has_asked::<DuePlan>(&id) {
            keys.want::<DuePlan>(&id);
            return Touch::Again;
        }
        if let Some(made) = loaded.peek::<DuePlan>(&id) {
            keys.want::<PricePlan>(&made.plan);
        }
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<PricePlan, Stop> {
        if let Some(made) = self.made(desk)? {
            return Ok(made);
        }
        let (now, book) = (desk.now(), desk.books().at(desk.now()));
        let alone = book.prices.plan.alone && self.proposals.iter().all(|proposal| is_price(&proposal.change));
        let mut plan = PricePlan {
            v: 1,
            id: desk.new_id("ppl"),
            at: now,
            due: self.due,
            version: book.version,
            state: PlanState::Proposed,
            decided: None,
            proposals: self.proposals.clone(),
        };
        audit::write(desk, &self.by, Line::new("price-plans.make", "price_plan", &plan.id))?;
        if alone && !plan.proposals.is_empty() {
            carry_out(desk, &plan)?;
            plan.state = PlanState::CarriedOut;
            plan.decided = Some((ITSELF, now));
        }
        if self.due.is_some() && plan.proposals.is_empty() {
            // Nobody waits for it, and there is nothing to decide.
            plan.state = PlanState::Dismissed;
            plan.decided = Some((ITSELF, now));
        }
        if let Some(day) = self.due {
            desk.write_new(&DuePlan::id(day), DuePlan { v: 1, plan: plan.id.clone() });
        }
        desk.write_new(plan.id.clone().as_str(), plan.clone());
        Ok(plan)
    }
}

impl MakePricePlan {
    /// The plan that was made for the date already.
    fn made(&self, desk: &Desk<'_>) -> Result<Option<PricePlan>, Stop> {
        let Some(day) = self.due else { return Ok(None) };
        let Some(made) = desk.read::<DuePlan>(&DuePlan::id(day))? else { return Ok(None) };
        Ok(desk.read::<PricePlan>(&made.plan)?.map(|plan| PricePlan::clone(&plan)))
    }
}

/// Decides on a plan.
#[derive(Debug, Clone)]
pub struct DecidePricePlan {
    /// The key it came with.
    pub request: Option<RequestKey>,
    /// Which.
    pub plan: CompactString,
    /// Whether it is carried out; else it is dismissed.
    pub carry_out: bool,
    /// Who.
    pub by: By,
}

impl Command for DecidePricePlan {
    type Outcome = PricePlan;

    fn identity(&self) -> Option<Identity> {
        self.request.as_ref().map(RequestKey::identity)
    }

    fn touches(&self, _: &Books, loaded: &Loaded<'_>, keys: &mut Keys) -> Touch {
        audit::want(keys);
        if !loaded.has_asked::<PricePlan>(&self.plan) {
            keys.want::<PricePlan>(&self.plan);
            return Touch::Again;
        }
        if let Some(plan) = loaded.peek::<PricePlan>(&self.plan) {
            want(&plan.proposals, keys);
        }
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<PricePlan, Stop> {
        let unknown = || Refusal::new(Code::Unknown).word("price_plan", &self.plan);
        let mut plan = PricePlan::clone(&*desk.read::<PricePlan>(&self.plan)?.ok_or_else(unknown)?);
        if plan.state != PlanState::Proposed {
            return Err(Refusal::new(Code::PlanDecided).word("state", plan.state.as_str()).into());
        }
        let (action, state) = match self.carry_out {
            true => ("price-plans.carry-out", PlanState::CarriedOut),
            false => ("price-plans.dismiss", PlanState::Dismissed),
        };
        if self.carry_out {
            carry_out(desk, &plan)?;
        }
        plan.state = state;
        plan.decided = Some((self.by.actor.id.clone(), desk.now()));
        audit::write(desk, &self.by, Line::new(action, "price_plan", &self.plan))?;
        desk.write(&self.plan, plan.clone());
        Ok(plan)
    }
}

const fn is_price(change: &Change) -> bool {
    matches!(change, Change::Price { .. })
}

fn want(proposals: &[Proposal], keys: &mut Keys) {
    for proposal in proposals {
        if let Some(reward) = &proposal.reward {
            keys.want::<Reward>(reward.as_str());
            keys.want::<PriceHistory>(reward.as_str());
        }
    }
}

/// Sets what the plan proposes. Pieces do not come from it, and the worth of a point changes with the rules: both are
/// for people to see to.
fn carry_out(desk: &mut Desk<'_>, plan: &PricePlan) -> Result<(), Stop> {
    for proposal in &plan.proposals {
        let Some(id) = proposal.reward.as_ref().map(|reward| reward.as_str()) else { continue };
        match proposal.change {
            Change::Price { to, .. } => {
                let history = desk.read::<PriceHistory>(id)?;
                let mut history = history.map_or_else(PriceHistory::new, |history| PriceHistory::clone(&history));
                history.plan = Some(Planned { millionths: to, rule: proposal.rule, plan: plan.id.clone() });
                desk.write(id, history);
            }
            Change::Retire => {
                if let Some(reward) = desk.read::<Reward>(id)? {
                    let mut reward = Reward::clone(&reward);
                    reward.offer.retired = true;
                    reward.changed = desk.now();
                    desk.write(id, reward);
                }
            }
            Change::Supply { .. } | Change::Worth { .. } => {}
        }
    }
    Ok(())
}
