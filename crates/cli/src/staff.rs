//! `jifen staff`: the people of the company who sign in.

use clap::{Args, Subcommand};
use jifen_engine::{Clock, Engine};
use jifen_program::audit::By;
use jifen_program::desk::Record;
use jifen_program::flows::{NewPassword, SetPassword};
use jifen_program::staff::{AddStaff, Details, Password, RoleAt, STAFF, Staff};
use jifen_server::gate::{self, Cost, Gate, Passwords};
use jifen_server::personal::Contact;
use jifen_store::postgres::Mark;
use jifen_store::{Bound, Find, Order};
use jifen_vocab::Timestamp;
use jifen_vocab::limits::ONE_TIME_PASSWORD_DAYS;
use serde_json::{Value, json};

use crate::control::{self, NewStaff, Request};
use crate::failure::{Failure, NOTHING_CHANGED, Result};
use crate::place::{self, Data, Place, StorePlace, Use};
use crate::seal;
use crate::{refusal, terminal};

/// Adds people to the staff, lists them, and lets them in again.
#[derive(Args, Debug)]
#[command(after_long_help = "\
A one-time password is shown once, when it is made; only its hash is kept. Whoever signs in with it sets up a second
factor and chooses a password of their own. Where a server has the folder open, the command goes through it and takes
effect at once.

Roles and places are those of the rule book (roles.yaml, organization.yaml).

Examples:
  jifen staff add lin --name 'Lin Lan' --role owner --data data
  jifen staff add he --name He --role customer-service --place shanghai --data data
  jifen staff list --data data
  jifen staff reset he --data data
  jifen staff code lin --data data

Exit codes: 0 done, 1 refused or failed, 2 wrong use.")]
pub(crate) struct StaffCommand {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand, Debug)]
enum What {
    Add(Add),
    Code(Code),
    List(List),
    Reset(Reset),
}

/// Adds a person and prints a one-time password, once
#[derive(Args, Debug)]
struct Add {
    /// What they sign in with
    login: String,
    #[command(flatten)]
    place: StorePlace,
    /// What people call them
    #[arg(long)]
    name: String,
    /// Where mail reaches them
    #[arg(long)]
    email: Option<String>,
    /// What they are; give it several times
    #[arg(long = "role", value_name = "ROLE", required = true)]
    roles: Vec<String>,
    /// Where in the organization they are it; everywhere without it
    #[arg(long = "place", value_name = "PLACE")]
    at: Option<String>,
    /// Print one line of JSON
    #[arg(long)]
    json: bool,
}

/// Prints a code of the second factor that counts now; only in a sandbox
#[derive(Args, Debug)]
struct Code {
    /// Whose
    login: String,
    #[command(flatten)]
    place: StorePlace,
}

/// Lists the staff
#[derive(Args, Debug)]
struct List {
    #[command(flatten)]
    place: StorePlace,
    /// Print one line of JSON
    #[arg(long)]
    json: bool,
}

/// Prints a new one-time password for whoever lost password or authenticator
#[derive(Args, Debug)]
struct Reset {
    /// Who
    login: String,
    #[command(flatten)]
    place: StorePlace,
    /// Print one line of JSON
    #[arg(long)]
    json: bool,
}

impl StaffCommand {
    pub(crate) fn run(&self) -> Result {
        match &self.what {
            What::Add(add) => add.run(),
            What::Code(code) => code.run(),
            What::List(list) => list.run(),
            What::Reset(reset) => reset.run(),
        }
    }
}

/// A one-time password: what is told and what is kept.
fn one_time() -> Result<(String, Password)> {
    let text = gate::one_time_password().map_err(|error| Failure::new(format!("no randomness: {error}")))?;
    let hash = Passwords::new(Cost::default()).hash_now(&text).map_err(Failure::new)?;
    let until = Clock::new(0).now().plus_days(ONE_TIME_PASSWORD_DAYS);
    Ok((text, Password { hash, one_time_until: Some(until) }))
}

fn tell(login: &str, password: &str, as_json: bool) -> Result {
    if as_json {
        return terminal::json(&json!({ "login": login, "one_time_password": password }));
    }
    terminal::line(format!("login: {login}"));
    terminal::line(format!("one-time password: {password}"));
    terminal::remark(format!("It counts for {ONE_TIME_PASSWORD_DAYS} days and is not shown again."));
    Ok(())
}

impl Add {
    fn run(&self) -> Result {
        jifen_vocab::id::check(&self.login).map_err(|error| Failure::usage(format!("LOGIN: {error}")))?;
        let email = self.email.as_deref().map(Contact::email).transpose();
        let email = email.map_err(|_| Failure::usage("--email must be an address such as lin@example.com"))?;
        let (text, password) = one_time()?;
        let new = NewStaff {
            login: self.login.clone(),
            name: self.name.clone(),
            email: email.map(|email| email.as_str().to_owned()),
            roles: self.roles.clone(),
            place: self.at.clone(),
            password,
        };
        ask_or_do(&self.place.place()?, Request::StaffAdd(new))?;
        tell(&self.login, &text, self.json)
    }
}

impl Code {
    fn run(&self) -> Result {
        let place = self.place.place()?;
        let code = match &place {
            Place::Folder(dir) => {
                let request = Request::StaffCode { login: self.login.clone() };
                let answer = control::ask(dir, &request, |_, _| {})?;
                let answer = answer.ok_or_else(|| Failure::new(format!("nobody serves {}", dir.display())))?;
                answer["code"].as_str().unwrap_or_default().to_owned()
            }
            Place::Database { .. } => self.of_database(&place)?,
        };
        terminal::line(code);
        Ok(())
    }

    /// Servers of a database have no socket; it says itself whether it is a sandbox's.
    fn of_database(&self, place: &Place) -> Result<String> {
        let key = seal::master_key(place.folder()?);
        let opened = place::open(place, None, Use::Once)?;
        let Data::Database(store) = &opened.data else { return Err(sandbox_only()) };
        if store.noted(Mark::Served)?.as_deref() != Some(AS_SANDBOX) {
            return Err(sandbox_only());
        }
        let vault = place::vault(place, &opened.data, &key, seal::cipher()?)?;
        let code = told_code(&Gate::new(&vault, Cost::default()), &opened.engine, &self.login, Clock::new(0).now());
        opened.close();
        code
    }
}

impl List {
    fn run(&self) -> Result {
        let staff = ask_or_do(&self.place.place()?, Request::StaffList {})?;
        if self.json {
            return terminal::json(&staff);
        }
        let staff = staff.as_array().map(Vec::as_slice).unwrap_or_default();
        if staff.is_empty() {
            terminal::remark("There is no staff yet: jifen staff add LOGIN --name NAME --role owner");
        }
        for person in staff {
            let text = |field: &str| person[field].as_str().unwrap_or_default().to_owned();
            let state = if person["active"] == true { "active" } else { "inactive" };
            terminal::line(format!("{}  {state}  {}  {}", text("login"), text("name"), text("roles")));
        }
        Ok(())
    }
}

impl Reset {
    fn run(&self) -> Result {
        let (text, password) = one_time()?;
        ask_or_do(&self.place.place()?, Request::StaffReset { login: self.login.clone(), password })?;
        tell(&self.login, &text, self.json)
    }
}

/// What a database notes when it is served as a sandbox.
pub(crate) const AS_SANDBOX: &str = "sandbox";

/// Codes are for those who try things out.
pub(crate) fn sandbox_only() -> Failure {
    Failure::new("codes are told in a sandbox only").data(NOTHING_CHANGED)
}

/// The code of somebody's second factor that counts now.
pub(crate) fn told_code(gate: &Gate, engine: &Engine, login: &str, wall: Timestamp) -> Result<String> {
    gate.code_of(engine, login, wall)?.ok_or_else(|| {
        Failure::new(format!("there is no code for {login} right now"))
            .hint("each code counts once: ask again in half a minute; `jifen staff list` shows who is there")
    })
}

/// Asks the server of the folder; without one, opens the store.
fn ask_or_do(place: &Place, request: Request) -> Result<Value> {
    if let Some(answer) = place.ask(&request, |_, _| {})? {
        return Ok(answer);
    }
    let opened = place::open(place, None, Use::Once)?;
    let done = carry_out(&opened.engine, request);
    opened.close();
    done
}

/// Does what is asked of staff.
pub(crate) fn carry_out(engine: &Engine, request: Request) -> Result<Value> {
    match request {
        Request::StaffAdd(new) => judged(engine.submit_blocking(new.into_command(), None)?.result).map(|_| json!({})),
        Request::StaffList {} => all(engine),
        Request::StaffReset { login, password } => {
            let wall = Clock::new(0).now();
            let (new, by) = (NewPassword::Anew, By::command_line());
            let command = SetPassword { login: login.into(), new, password, wall, by };
            judged(engine.submit_blocking(command, None)?.result).map(|_| json!({}))
        }
        _ => Err(Failure::new("this is not about staff")),
    }
}

fn judged<T>(result: std::result::Result<T, jifen_vocab::Refusal>) -> Result<T> {
    result.map_err(|refused| Failure::new(refusal::sentence(&refused)).data(NOTHING_CHANGED))
}

fn all(engine: &Engine) -> Result<Value> {
    let mut people = Vec::new();
    let mut from = Bound::Start;
    loop {
        let find = Find { kind: &STAFF, column: None, equals: None, order: Order::Ascending, from, limit: 500 };
        let page = engine.store().find(&find)?;
        for (login, _, row) in &page.rows {
            let staff = Staff::read(&row.body).map_err(|error| Failure::new(format!("staff/{login}: {error}")))?;
            let roles: Vec<String> = staff.roles.iter().map(ToString::to_string).collect();
            people.push(json!({
                "login": staff.login, "name": staff.name, "roles": roles.join(" "), "active": staff.active,
                "second_factor": staff.factor.is_some(),
            }));
        }
        match page.next {
            Some(next) => from = next,
            None => return Ok(Value::from(people)),
        }
    }
}

impl NewStaff {
    fn into_command(self) -> AddStaff {
        let place = self.place;
        let role = |role: String| RoleAt { role: role.into(), place: place.clone().map(Into::into) };
        AddStaff {
            login: self.login.into(),
            details: Details {
                name: self.name,
                email: self.email.map(Into::into),
                roles: self.roles.into_iter().map(role).collect(),
                active: true,
            },
            password: Some(self.password),
            factor: None,
            by: By::command_line(),
        }
    }
}
