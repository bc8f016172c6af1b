//! A provider of its own process' making: discovery, keys, tokens for codes, PKCE checked. What it signs can be a lie.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD as BASE64};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair, RsaPublicKeyComponents,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// What the server is called here.
pub(super) const CLIENT: &str = "jifen-console";

/// What it proves itself with.
pub(super) const SECRET: &str = "between us";

/// What the provider answers for somebody.
pub(super) struct Answer {
    /// Changes what the token says.
    pub(super) claims: fn(&mut Value),
    /// Signed with RSA instead of an elliptic curve.
    pub(super) rsa: bool,
    /// Signed with a key that is not the provider's.
    pub(super) foreign_key: bool,
    /// Not signed at all.
    pub(super) unsigned: bool,
}

impl Answer {
    pub(super) fn honest() -> Answer {
        Answer { claims: |_| {}, rsa: false, foreign_key: false, unsigned: false }
    }
}

/// Somebody who was here, with the token that waits for their code.
struct Visitor {
    challenge: String,
    return_to: String,
    token: String,
}

struct Inner {
    issuer: String,
    curve: EcdsaKeyPair,
    foreign: EcdsaKeyPair,
    rsa: RsaKeyPair,
    visitors: Mutex<HashMap<String, Visitor>>,
    away: AtomicBool,
}

/// A provider on this machine.
pub(super) struct Local(Arc<Inner>);

fn curve() -> EcdsaKeyPair {
    let random = SystemRandom::new();
    let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref(), &random).unwrap()
}

impl Local {
    pub(super) fn start() -> Local {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let inner = Arc::new(Inner {
            issuer,
            curve: curve(),
            foreign: curve(),
            rsa: RsaKeyPair::from_pkcs8(include_bytes!("rsa.pk8")).unwrap(),
            visitors: Mutex::default(),
            away: AtomicBool::new(false),
        });
        let serving = Arc::clone(&inner);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                serving.answer(stream.unwrap());
            }
        });
        Local(inner)
    }

    pub(super) fn issuer(&self) -> String {
        self.0.issuer.clone()
    }

    pub(super) fn go_away(&self) {
        self.0.away.store(true, Ordering::Release);
    }

    /// Somebody proves who they are here; where they are sent back to.
    pub(super) fn visit(&self, address: &str, answer: Answer) -> String {
        let query = address.strip_prefix(&format!("{}/authorize?", self.0.issuer)).expect(address);
        let asked: HashMap<String, String> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        assert_eq!((asked["client_id"].as_str(), asked["response_type"].as_str()), (CLIENT, "code"));
        assert_eq!(asked["code_challenge_method"], "S256");
        assert!(asked["scope"].contains("openid") && asked["scope"].contains("email"));
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
        let mut claims = json!({"iss": self.0.issuer, "sub": "u-1", "aud": CLIENT, "iat": now, "exp": now + 300,
            "nonce": asked["nonce"], "email": "LIN@example.com", "email_verified": true, "amr": ["pwd", "mfa"]});
        (answer.claims)(&mut claims);
        let (token, code) = (self.0.token(&claims, &answer), format!("code-{}", asked["nonce"]));
        let return_to = asked["redirect_uri"].clone();
        let challenge = asked["code_challenge"].clone();
        self.0
            .visitors
            .lock()
            .unwrap()
            .insert(code.clone(), Visitor { challenge, return_to: return_to.clone(), token });
        let path = return_to.strip_prefix("http://localhost").expect(&return_to);
        let back = [("code", code.as_str()), ("session_state", "s"), ("state", asked["state"].as_str())];
        format!("{path}?{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(back).finish())
    }
}

impl Inner {
    fn token(&self, claims: &Value, answer: &Answer) -> String {
        let (algorithm, key) = match answer {
            Answer { unsigned: true, .. } => ("none", "curve"),
            Answer { rsa: true, .. } => ("RS256", "rsa"),
            _ => ("ES256", "curve"),
        };
        let header = json!({"alg": algorithm, "kid": key, "typ": "JWT"}).to_string();
        let signed = format!("{}.{}", BASE64.encode(header), BASE64.encode(claims.to_string()));
        let random = SystemRandom::new();
        let signature = if answer.unsigned {
            Vec::new()
        } else if answer.rsa {
            let mut signature = vec![0; self.rsa.public().modulus_len()];
            self.rsa.sign(&RSA_PKCS1_SHA256, &random, signed.as_bytes(), &mut signature).unwrap();
            signature
        } else {
            let key = if answer.foreign_key { &self.foreign } else { &self.curve };
            key.sign(&random, signed.as_bytes()).unwrap().as_ref().to_vec()
        };
        format!("{signed}.{}", BASE64.encode(signature))
    }

    fn answer(&self, mut stream: TcpStream) {
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let mut head = Vec::new();
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).unwrap_or(0) == 0 || line.trim().is_empty() {
                break;
            }
            head.push(line.trim().to_owned());
        }
        let header = |name: &str| {
            let mut lines = head.iter().filter_map(|line| line.split_once(": "));
            lines.find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned())
        };
        let mut body = vec![0; header("content-length").map_or(0, |length| length.parse().unwrap())];
        reader.read_exact(&mut body).unwrap();
        let path = head.first().and_then(|line| line.split(' ').nth(1)).unwrap_or_default();
        let (status, json) = match path {
            _ if self.away.load(Ordering::Acquire) => ("503 Service Unavailable", json!({})),
            "/.well-known/openid-configuration" => ("200 OK", self.metadata()),
            "/keys" => ("200 OK", self.keys()),
            "/token" => self.exchange(&body, header("authorization").as_deref()),
            _ => ("404 Not Found", json!({})),
        };
        let text = json.to_string();
        let length = text.len();
        let head = format!(
            "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
        );
        let _ = stream.write_all(format!("{head}{text}").as_bytes());
    }

    fn exchange(&self, form: &[u8], authorization: Option<&str>) -> (&'static str, Value) {
        let form: HashMap<String, String> = form_urlencoded::parse(form).into_owned().collect();
        let secret: String = form_urlencoded::byte_serialize(SECRET.as_bytes()).collect();
        let known = format!("Basic {}", STANDARD.encode(format!("{CLIENT}:{secret}")));
        let verifier = BASE64.encode(Sha256::digest(form["code_verifier"].as_bytes()));
        let visitor = self.visitors.lock().unwrap().remove(&form["code"]);
        let theirs = |visitor: &Visitor| visitor.challenge == verifier && visitor.return_to == form["redirect_uri"];
        match visitor.filter(|visitor| theirs(visitor) && authorization == Some(&known)) {
            Some(visitor) => {
                let answer = json!({"access_token": "a", "token_type": "Bearer", "id_token": visitor.token});
                ("200 OK", answer)
            }
            None => ("400 Bad Request", json!({"error": "invalid_grant"})),
        }
    }

    fn metadata(&self) -> Value {
        let at = |path: &str| format!("{}/{path}", self.issuer);
        json!({"issuer": self.issuer, "authorization_endpoint": at("authorize"), "token_endpoint": at("token"),
            "jwks_uri": at("keys"), "response_types_supported": ["code"], "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "ES256"]})
    }

    fn keys(&self) -> Value {
        let point = self.curve.public_key().as_ref();
        let (x, y) = point[1..].split_at(32);
        let rsa: RsaPublicKeyComponents<Vec<u8>> = self.rsa.public().into();
        json!({"keys": [
            {"kty": "EC", "use": "sig", "crv": "P-256", "kid": "curve", "alg": "ES256", "x": BASE64.encode(x), "y": BASE64.encode(y)},
            {"kty": "RSA", "use": "sig", "kid": "rsa", "alg": "RS256", "n": BASE64.encode(rsa.n), "e": BASE64.encode(rsa.e)},
        ]})
    }
}
