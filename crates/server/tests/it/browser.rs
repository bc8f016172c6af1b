//! A browser: it keeps a cookie and what goes into the header, and has an authenticator beside it.

use jifen_server::gate::totp;
use serde_json::{Value, json};

use crate::world::{Asked, Heard, World};

/// A browser in which somebody signs in.
#[derive(Clone)]
pub(crate) struct Browser {
    pub(crate) login: String,
    pub(crate) password: String,
    pub(crate) cookie: String,
    pub(crate) csrf: String,
    pub(crate) agent: &'static str,
    pub(crate) secret: totp::Secret,
    pub(crate) step: u64,
}

impl Browser {
    pub(crate) fn new(login: &str) -> Browser {
        Browser {
            login: login.to_owned(),
            password: format!("the password of {login}, long enough"),
            cookie: String::new(),
            csrf: String::new(),
            agent: "Browser/1",
            secret: [0; totp::SECRET_LEN],
            step: 0,
        }
    }

    pub(crate) fn get<'w>(&self, world: &'w World, path: &str) -> Asked<'w> {
        self.dress(world.get(path))
    }

    pub(crate) fn post<'w>(&self, world: &'w World, path: &str, body: Value) -> Asked<'w> {
        self.dress(world.post(path, body))
    }

    /// A request as this browser sends it.
    pub(crate) fn dress<'w>(&self, asked: Asked<'w>) -> Asked<'w> {
        let asked = asked.token(None).header("user-agent", self.agent).header("host", "localhost");
        let asked = if self.csrf.is_empty() { asked } else { asked.header("x-csrf-token", &self.csrf) };
        if self.cookie.is_empty() { asked } else { asked.header("cookie", &self.cookie) }
    }

    /// Keeps the cookie that an answer sets, and what it says of the session.
    pub(crate) fn keep(&mut self, heard: &Heard) {
        if let Some(cookie) = heard.headers.get("set-cookie") {
            let cookie = cookie.to_str().unwrap();
            assert!(cookie.contains("; HttpOnly; SameSite=Strict"), "{cookie}");
            self.cookie = cookie.split(';').next().unwrap().to_owned();
        }
        if let Some(csrf) = heard.body["csrf"].as_str() {
            self.csrf = csrf.to_owned();
        }
    }

    pub(crate) async fn show_password(&mut self, world: &World, password: &str) -> Heard {
        let body = json!({"login": self.login, "password": password});
        let heard = self.post(world, "/v1/sign-in", body).send().await;
        self.keep(&heard);
        heard
    }

    pub(crate) async fn enroll(&mut self, world: &World) {
        let asked = self.dress(world.ask("POST", "/v1/sign-in/enrollment"));
        let enrollment = asked.send().await.expect(200).body;
        let secret = enrollment["secret"].as_str().unwrap();
        assert!(enrollment["uri"].as_str().unwrap().contains(secret));
        assert!(enrollment["qr_svg"].as_str().unwrap().contains("<svg"));
        self.secret = base32(secret).try_into().unwrap();
        self.step = 0;
    }

    /// A code that was not shown yet.
    pub(crate) fn code(&mut self, world: &World) -> String {
        let now = totp::step_at(world.app.wall.now());
        self.step = (self.step + 1).max(now - 1);
        assert!(self.step <= now + 1, "codes of this half minute are used up");
        totp::code(&self.secret, self.step)
    }

    pub(crate) async fn show_code(&mut self, world: &World) -> Heard {
        let code = self.code(world);
        let heard = self.post(world, "/v1/sign-in/second-factor", json!({"code": code})).send().await;
        self.keep(&heard);
        heard
    }

    /// Signs in with password and code.
    pub(crate) async fn sign_in(&mut self, world: &World) {
        (self.cookie, self.csrf) = (String::new(), String::new());
        let password = self.password.clone();
        assert_eq!(self.show_password(world, &password).await.expect(200).body["state"], "second_factor");
        self.show_code(world).await.expect(200);
    }
}

/// The bytes of a secret as people type it.
fn base32(text: &str) -> Vec<u8> {
    let digit = |letter: u8| match letter {
        b'A'..=b'Z' => letter - b'A',
        _ => letter - b'2' + 26,
    };
    let bits: String = text.bytes().map(|letter| format!("{:05b}", digit(letter))).collect();
    let bytes = bits.as_bytes().chunks_exact(8);
    bytes.map(|bits| u8::from_str_radix(std::str::from_utf8(bits).unwrap(), 2).unwrap()).collect()
}
