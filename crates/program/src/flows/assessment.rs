//! An assessment is begun, made while members are looked at, let run, carried out slice by slice (TIER-04, TIER-05).

use compact_str::{CompactString, format_compact};
use jifen_vocab::{Code, Day, Refusal, TierId, Timestamp};

use crate::assessments::{Assessment, AssessmentState, DOCKET, Docket, Line, SLICE_LINES, Slice, slice_id};
use crate::audit::{self, By};
use crate::book::{Books, RuleBook};
use crate::desk::{Command, Desk, Identity, Keys, Loaded, RequestKey, Stop, Touch};
use crate::member::Member;
use crate::tiers::{ChangeCause, Turn, Why, assess, assessed_from};
use crate::wallets::Sitting;

/// Who decides where the rule book itself may.
const ITSELF: CompactString = CompactString::const_new("rule-book");

/// Begins an assessment: members are looked at from then on.
#[derive(Debug, Clone)]
pub struct BeginAssessment {
    /// The key it came with.
    pub request: Option<RequestKey>,
    /// What was done before this instant counts; now where it does not say.
    pub as_of: Option<Timestamp>,
    /// Who asks.
    pub by: By,
}

impl Command for BeginAssessment {
    type Outcome = Assessment;

    fn identity(&self) -> Option<Identity> {
        self.request.as_ref().map(RequestKey::identity)
    }

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<Docket>(DOCKET);
        audit::want(keys);
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Assessment, Stop> {
        let docket = docket(desk)?;
        if let Some(open) = &docket.open {
            return Err(Refusal::new(Code::AssessmentOpen).word("assessment", open).into());
        }
        let book = desk.books().at(desk.now()).clone();
        if book.ascent.is_none() {
            return Err(Refusal::new(Code::NotAssessed).into());
        }
        let as_of = self.as_of.unwrap_or(desk.now());
        if as_of > desk.now() {
            return Err(Refusal::field("/as_of", "not lie in the future").into());
        }
        // Like those of periods: later days sort later.
        let id = desk.new_id(&period_id(book.zone.day_of(desk.now())));
        let plan = begun(&book, id, as_of, desk.now(), Some(self.by.actor.id.clone()));
        desk.write(DOCKET, Docket { open: Some(plan.id.clone()), ..docket });
        desk.write_new(&plan.id.clone(), plan.clone());
        audit::write(desk, &self.by, audit::Line::new("assessments.make", "assessment", &plan.id))?;
        Ok(plan)
    }
}

fn begun(book: &RuleBook, id: CompactString, as_of: Timestamp, at: Timestamp, by: Option<CompactString>) -> Assessment {
    let terms = book.ascent.as_ref().and_then(|ascent| ascent.assessment);
    Assessment {
        v: 1,
        id,
        as_of,
        at,
        version: book.version,
        by,
        approval: terms.is_some_and(|terms| terms.approval),
        state: AssessmentState::Planning,
        after: None,
        seen: 0,
        slices: 0,
        lines: 0,
        carried: 0,
        done: 0,
        skipped: 0,
        tally: Vec::new(),
        decided: None,
    }
}

fn docket(desk: &Desk<'_>) -> Result<Docket, Stop> {
    let docket = desk.read::<Docket>(DOCKET)?;
    Ok(docket.map_or_else(|| Docket { v: 1, ..Docket::default() }, |docket| Docket::clone(&docket)))
}

/// Begins the assessment of a period whose first day has come. The first period after the rule book began to assess has
/// none: nothing was promised about the time before.
#[derive(Debug, Clone)]
pub struct BeginPeriod {
    /// The first day of the period.
    pub period: Day,
    /// Whether there is an assessment, or the period is only noted.
    pub assess: bool,
}

impl Command for BeginPeriod {
    type Outcome = ();

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<Docket>(DOCKET);
        keys.want::<Assessment>(&period_id(self.period));
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<(), Stop> {
        let docket = docket(desk)?;
        // Of several processes, one was first.
        if docket.period.is_some_and(|period| period >= self.period) || (self.assess && docket.open.is_some()) {
            return Ok(());
        }
        let book = desk.books().at(desk.now()).clone();
        let mut after = Docket { period: Some(self.period), ..docket };
        if self.assess {
            let id = period_id(self.period);
            let plan = begun(&book, id.clone(), book.zone.start_of(self.period), desk.now(), None);
            after.open = Some(id.clone());
            desk.write(&id, plan);
        }
        desk.write(DOCKET, after);
        Ok(())
    }
}

/// Sorts among other identifiers of its day.
fn period_id(period: Day) -> CompactString {
    format_compact!("asm_{period}")
}

/// Members that were looked at go into the plan.
#[derive(Debug, Clone)]
pub struct PlanMembers {
    /// The plan.
    pub assessment: CompactString,
    /// The last member that was looked at before these.
    pub after: Option<CompactString>,
    /// The last of these.
    pub until: Option<CompactString>,
    /// What is said of each.
    pub said: Vec<Line>,
    /// Whether there are no more.
    pub is_last: bool,
}

impl PlanMembers {
    /// Looks at members: the pure part of making a plan.
    pub fn look<'m>(book: &RuleBook, as_of: Timestamp, members: impl Iterator<Item = &'m Member>) -> Vec<Line> {
        members.filter_map(|member| line(book, member, as_of)).collect()
    }
}

fn line(book: &RuleBook, member: &Member, as_of: Timestamp) -> Option<Line> {
    // Who joined later was not there.
    let verdict = assess(book, member, as_of).filter(|_| member.body.joined < as_of)?;
    Some(Line {
        member: member.body.id.clone(),
        from: verdict.from,
        to: verdict.to,
        turn: verdict.turn,
        score: verdict.score.hundredths,
        parts: verdict.score.parts.iter().map(|part| (part.amount, part.hundredths)).collect(),
        by: verdict.by,
    })
}

impl Command for PlanMembers {
    type Outcome = ();

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<Assessment>(&self.assessment);
        keys.want::<Docket>(DOCKET);
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<(), Stop> {
        let Some(plan) = desk.read::<Assessment>(&self.assessment)? else { return Ok(()) };
        // Another process has looked at them already, or somebody has dismissed it.
        if plan.state != AssessmentState::Planning || plan.after != self.after {
            return Ok(());
        }
        let mut plan = Assessment::clone(&plan);
        for line in &self.said {
            plan.count(&line.from, line.turn);
        }
        plan.seen += self.said.len() as i64;
        // Who keeps a tier because of a task is in the plan: whoever looks at it sees why.
        let says = |line: &&Line| line.turn != Turn::Keeps || line.by.is_some();
        let lines: Vec<&Line> = self.said.iter().filter(says).collect();
        for lines in lines.chunks(SLICE_LINES) {
            let slice = Slice { v: 1, lines: lines.iter().copied().cloned().collect() };
            desk.write_new(&slice_id(&plan.id, plan.slices), slice);
            plan.slices += 1;
            plan.lines += lines.len() as i64;
        }
        plan.after.clone_from(&self.until);
        if self.is_last {
            self.complete(&mut plan, desk)?;
        }
        desk.write(&self.assessment, plan);
        Ok(())
    }
}

impl PlanMembers {
    /// The plan is complete. One whose date had come runs by itself, unless somebody is to look at it.
    fn complete(&self, plan: &mut Assessment, desk: &mut Desk<'_>) -> Result<(), Stop> {
        let alone = plan.by.is_none() && !plan.approval;
        plan.state = match (alone, plan.lines) {
            (_, 0) => AssessmentState::Done,
            (true, _) => AssessmentState::Running,
            (false, _) => AssessmentState::Proposed,
        };
        if alone {
            plan.decided = Some((ITSELF, desk.now()));
        }
        if plan.is_over() {
            close(desk)?;
        }
        Ok(())
    }
}

/// Nothing is open any more.
fn close(desk: &mut Desk<'_>) -> Result<(), Stop> {
    let docket = docket(desk)?;
    desk.write(DOCKET, Docket { open: None, ..docket });
    Ok(())
}

/// Carries out a slice of a plan.
#[derive(Debug, Clone)]
pub struct CarryOutSlice {
    /// The plan.
    pub assessment: CompactString,
    /// Which slice, from 0: the next one, or nothing happens.
    pub number: u32,
}

impl Command for CarryOutSlice {
    type Outcome = ();

    fn touches(&self, _: &Books, loaded: &Loaded<'_>, keys: &mut Keys) -> Touch {
        let id = slice_id(&self.assessment, self.number);
        keys.want::<Assessment>(&self.assessment);
        keys.want::<Docket>(DOCKET);
        if !loaded.has_asked::<Slice>(&id) {
            keys.want::<Slice>(&id);
            return Touch::Again;
        }
        if let Some(slice) = loaded.peek::<Slice>(&id) {
            for line in &slice.lines {
                keys.want::<Member>(line.member.as_str());
            }
        }
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<(), Stop> {
        let Some(plan) = desk.read::<Assessment>(&self.assessment)? else { return Ok(()) };
        if plan.state != AssessmentState::Running || plan.carried != self.number {
            return Ok(());
        }
        let mut plan = Assessment::clone(&plan);
        let slice = desk.read::<Slice>(&slice_id(&self.assessment, self.number))?;
        for line in slice.iter().flat_map(|slice| &slice.lines) {
            match carry_out(desk, &plan, line)? {
                true => plan.done += 1,
                false => plan.skipped += 1,
            }
        }
        plan.carried += 1;
        if plan.carried == plan.slices {
            plan.state = AssessmentState::Done;
            close(desk)?;
        }
        desk.write(&self.assessment, plan);
        Ok(())
    }
}

/// Does what a line says; not where the member has moved since.
fn carry_out(desk: &mut Desk<'_>, plan: &Assessment, line: &Line) -> Result<bool, Stop> {
    let Some(member) = desk.read::<Member>(line.member.as_str())? else { return Ok(false) };
    let mut sitting = Sitting::of(desk, Member::clone(&member));
    let book = sitting.book().clone();
    let is_known = |tier: &TierId| book.tiers.iter().any(|known| known.id == *tier);
    let fits = *sitting.member.base_tier() == line.from && is_known(&line.to);
    if !fits || (line.turn == Turn::Warned && sitting.member.warned().is_some()) {
        return Ok(false);
    }
    let why = |cause| Why { by: Some(plan.id.clone()), task: line.by.clone(), ..Why::itself(cause).scored(line.score) };
    let by_task = line.by.is_some();
    match line.turn {
        Turn::Keeps if by_task => sitting.keep(why(ChangeCause::Kept)),
        Turn::Keeps => return Ok(false),
        Turn::Warned => {
            let days = book.ascent.as_ref().map_or(0, |ascent| ascent.downgrade.notice_days);
            let since = book.zone.start_of(assessed_from(&book, plan.as_of));
            sitting.warn(&line.to, days.max(1), since, why(ChangeCause::Warned));
        }
        Turn::Falls => sitting.move_tier(&line.to, desk.now(), why(ChangeCause::Assessed)),
        Turn::Rises => {
            let cause = if by_task { ChangeCause::Merit } else { ChangeCause::Assessed };
            let raised = Some((desk.now(), line.from.clone())).filter(|_| by_task);
            sitting.member.upgrades_done(plan.as_of, raised.as_ref());
            sitting.move_tier(&line.to, desk.now(), why(cause));
        }
    }
    sitting.close(desk);
    Ok(true)
}

/// What somebody decides about a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanWord {
    /// It is not carried out.
    Dismiss,
    /// It is carried out, or goes on.
    Run,
    /// It stops after the slice that is being carried out.
    Stop,
}

/// Decides about an assessment.
#[derive(Debug, Clone)]
pub struct DecideAssessment {
    /// The key it came with.
    pub request: Option<RequestKey>,
    /// Which.
    pub assessment: CompactString,
    /// What is decided.
    pub word: PlanWord,
    /// Who.
    pub by: By,
}

impl Command for DecideAssessment {
    type Outcome = Assessment;

    fn identity(&self) -> Option<Identity> {
        self.request.as_ref().map(RequestKey::identity)
    }

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<Assessment>(&self.assessment);
        keys.want::<Docket>(DOCKET);
        audit::want(keys);
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Assessment, Stop> {
        let unknown = || Refusal::new(Code::Unknown).word("assessment", &self.assessment);
        let mut plan = Assessment::clone(&*desk.read::<Assessment>(&self.assessment)?.ok_or_else(unknown)?);
        let (action, state) = match (self.word, plan.state) {
            (PlanWord::Run, AssessmentState::Proposed | AssessmentState::Stopped) => {
                ("assessments.run", AssessmentState::Running)
            }
            (PlanWord::Stop, AssessmentState::Running) => ("assessments.stop", AssessmentState::Stopped),
            (PlanWord::Dismiss, AssessmentState::Planning | AssessmentState::Proposed | AssessmentState::Stopped) => {
                ("assessments.dismiss", AssessmentState::Dismissed)
            }
            _ => return Err(Refusal::new(Code::PlanDecided).word("state", plan.state.as_str()).into()),
        };
        let who = &self.by.actor.id;
        if state == AssessmentState::Running && plan.approval && plan.by.as_ref() == Some(who) {
            return Err(Refusal::new(Code::ApprovalOwn).word("assessment", &self.assessment).into());
        }
        plan.state = state;
        if state != AssessmentState::Stopped {
            plan.decided = Some((who.clone(), desk.now()));
        }
        if plan.is_over() {
            close(desk)?;
        }
        audit::write(desk, &self.by, audit::Line::new(action, "assessment", &self.assessment))?;
        desk.write(&self.assessment, plan.clone());
        Ok(plan)
    }
}

/// What is to be done next about assessments, by what is stored.
#[derive(Debug, Clone)]
pub enum NextStep {
    /// A period has come.
    Begin(BeginPeriod),
    /// More members are to be looked at, after that one.
    Look {
        /// The plan.
        assessment: CompactString,
        /// What was done before this instant counts.
        as_of: Timestamp,
        /// The last one that was looked at.
        after: Option<CompactString>,
    },
    /// A slice is to be carried out.
    CarryOut(CarryOutSlice),
}

/// What is to be done next; nothing while nothing is due.
pub fn next_step(
    book: &RuleBook,
    docket: Option<&Docket>,
    open: Option<&Assessment>,
    now: Timestamp,
) -> Option<NextStep> {
    if let Some(plan) = open {
        let assessment = plan.id.clone();
        return match plan.state {
            AssessmentState::Planning => {
                Some(NextStep::Look { assessment, as_of: plan.as_of, after: plan.after.clone() })
            }
            AssessmentState::Running => Some(NextStep::CarryOut(CarryOutSlice { assessment, number: plan.carried })),
            AssessmentState::Dismissed
            | AssessmentState::Done
            | AssessmentState::Proposed
            | AssessmentState::Stopped => None,
        };
    }
    let every = book.ascent.as_ref()?.assessment?.every;
    let current = every.start_of(book.zone.day_of(now));
    match docket.and_then(|docket| docket.period) {
        None => Some(NextStep::Begin(BeginPeriod { period: current, assess: false })),
        Some(period) if period < current => {
            Some(NextStep::Begin(BeginPeriod { period: every.after(period), assess: true }))
        }
        Some(_) => None,
    }
}
