//! A company's own sign-in (OpenID Connect): where people go to prove who they are, and what comes back.
//!
//! The protocol is the authorization code flow with PKCE. The library checks signature, issuer, audience, times and
//! nonce; here are the requests over HTTP, and what of the answer counts. What the provider says of itself is asked for
//! anew after a minute, because its keys change.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata};
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClientId, ClientSecret, CsrfToken, HttpRequest, HttpResponse, IssuerUrl, Nonce,
    OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope, TokenResponse,
};
use serde_json::Value;
use ureq::Agent;

/// How long one request to the provider may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long what the provider says of itself counts.
const KEPT: Duration = Duration::from_secs(60);

/// Bytes of an answer at most.
const ANSWER_MAX: u64 = 1024 * 1024;

/// How a company's own sign-in is set up.
#[derive(Clone)]
pub struct ProviderSetup {
    /// Its address: `https://login.example`.
    pub issuer: String,
    /// What this server is called there.
    pub client_id: String,
    /// What this server proves itself with there; none for a public client.
    pub client_secret: Option<String>,
    /// What people call it.
    pub name: String,
    /// The claim that holds a person's login here; none where people are found by their verified address.
    pub login_claim: Option<String>,
    /// Values of `amr` or `acr` that say that a second factor was shown there; none where ours is asked for always.
    pub second_factors: Vec<String>,
}

/// Why somebody did not come back as who they are.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// The settings cannot be right.
    #[error("{0}")]
    Setting(&'static str),
    /// The provider does not answer, or not as providers do.
    #[error("the provider cannot be asked: {0}")]
    Away(String),
    /// What came back proves nothing.
    #[error("what the provider answered is not valid: {0}")]
    Invalid(String),
}

/// A company's own sign-in.
pub struct Provider {
    agent: Agent,
    issuer: IssuerUrl,
    setup: ProviderSetup,
    known: Mutex<Option<(Instant, CoreProviderMetadata)>>,
}

/// Somebody on their way to the provider.
pub struct Departure {
    /// Where the browser goes.
    pub url: String,
    /// What comes back with them, so that nobody else's answer is taken for theirs.
    pub state: String,
    /// What the token will hold, so that it is of this sign-in.
    pub nonce: String,
    /// What proves that whoever brings the answer began the sign-in.
    pub verifier: String,
}

/// Who came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proven {
    /// Their login here, where a claim names it.
    pub login: Option<String>,
    /// Their address, in small letters; none where the provider has not verified it, or a claim names people.
    pub email: Option<String>,
    /// Whether they showed a second factor there that counts here.
    pub second_factor: bool,
}

impl Provider {
    /// A provider by its settings; it is not asked yet.
    ///
    /// # Errors
    /// [`ProviderError::Setting`]
    pub fn new(setup: ProviderSetup) -> Result<Provider, ProviderError> {
        if !setup.issuer.starts_with("https://") && !is_on_this_machine(&setup.issuer) {
            return Err(ProviderError::Setting("the issuer must be an https address, such as https://login.example"));
        }
        if setup.client_id.trim().is_empty() {
            return Err(ProviderError::Setting("signing in through a provider needs a client id"));
        }
        let issuer = IssuerUrl::new(setup.issuer.clone());
        let issuer = issuer.map_err(|_| ProviderError::Setting("the issuer is not an address"))?;
        // A redirect could lead a request with our secret to anywhere.
        let config = Agent::config_builder().timeout_global(Some(PATIENCE)).max_redirects(0);
        let agent = config.max_redirects_will_error(false).http_status_as_error(false).build().into();
        Ok(Provider { agent, issuer, setup, known: Mutex::default() })
    }

    /// What people call it.
    pub fn name(&self) -> &str {
        &self.setup.name
    }

    /// Sends somebody there. `return_to` is where they come back. Waits for the provider.
    ///
    /// # Errors
    /// [`ProviderError`]
    pub fn depart(&self, return_to: &str) -> Result<Departure, ProviderError> {
        let client = CoreClient::from_provider_metadata(self.metadata()?, self.client_id(), self.secret());
        let client = client.set_redirect_uri(address(return_to)?);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let request = client.authorize_url(flow, CsrfToken::new_random, Nonce::new_random);
        let scopes = ["email", "profile"].map(|scope| Scope::new(scope.to_owned()));
        let (url, state, nonce) = request.add_scopes(scopes).set_pkce_challenge(challenge).url();
        Ok(Departure {
            url: url.to_string(),
            state: state.into_secret(),
            nonce: nonce.secret().clone(),
            verifier: verifier.into_secret(),
        })
    }

    /// Somebody comes back with a code; who they are. `return_to`, `nonce` and `verifier` are those they left with. Waits
    /// for the provider.
    ///
    /// # Errors
    /// [`ProviderError`]
    pub fn arrive(&self, return_to: &str, code: &str, nonce: &str, verifier: &str) -> Result<Proven, ProviderError> {
        let client = CoreClient::from_provider_metadata(self.metadata()?, self.client_id(), self.secret());
        let client = client.set_redirect_uri(address(return_to)?);
        let request = client.exchange_code(AuthorizationCode::new(code.to_owned())).map_err(away)?;
        let request = request.set_pkce_verifier(PkceCodeVerifier::new(verifier.to_owned()));
        let answer = request.request(&|request| self.ask(request)).map_err(|error| match error {
            RequestTokenError::Request(error) => away(error),
            error => invalid(error),
        })?;
        let token = answer.id_token().ok_or_else(|| invalid("there is no identity token"))?;
        let judge = client.id_token_verifier();
        let claims = token.claims(&judge, &Nonce::new(nonce.to_owned())).map_err(invalid)?;
        if let Some(expected) = claims.access_token_hash() {
            let key = token.signing_key(&judge).map_err(invalid)?;
            let algorithm = token.signing_alg().map_err(invalid)?;
            let found = AccessTokenHash::from_token(answer.access_token(), algorithm, key).map_err(invalid)?;
            if found != *expected {
                return Err(invalid("the access token is another's"));
            }
        }
        let by_address = self.setup.login_claim.is_none() && claims.email_verified() == Some(true);
        let email = claims.email().filter(|_| by_address).map(|email| email.trim().to_lowercase());
        let ways = claims.auth_method_refs().into_iter().flatten().map(|way| way.as_str());
        let mut ways = ways.chain(claims.auth_context_ref().map(|context| context.as_str()));
        let second_factor = ways.any(|way| self.setup.second_factors.iter().any(|counts| counts == way));
        let login = self.setup.login_claim.as_deref().map(|claim| claimed(&token.to_string(), claim)).transpose()?;
        Ok(Proven { login: login.flatten(), email, second_factor })
    }

    fn client_id(&self) -> ClientId {
        ClientId::new(self.setup.client_id.clone())
    }

    fn secret(&self) -> Option<ClientSecret> {
        self.setup.client_secret.clone().map(ClientSecret::new)
    }

    /// What the provider says of itself: where to ask, and with which keys it signs.
    fn metadata(&self) -> Result<CoreProviderMetadata, ProviderError> {
        let fresh = |known: &(Instant, CoreProviderMetadata)| known.0.elapsed() < KEPT;
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((_, metadata)) = known.filter(fresh) {
            return Ok(metadata);
        }
        let found = CoreProviderMetadata::discover(&self.issuer, &|request| self.ask(request)).map_err(away)?;
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), found.clone()));
        Ok(found)
    }

    fn ask(&self, request: HttpRequest) -> Result<HttpResponse, ureq::Error> {
        let (parts, mut body) = self.agent.run(request)?.into_parts();
        let body = body.with_config().limit(ANSWER_MAX).read_to_vec()?;
        Ok(HttpResponse::from_parts(parts, body))
    }
}

/// A claim of a token whose signature was checked.
fn claimed(token: &str, claim: &str) -> Result<Option<String>, ProviderError> {
    let payload = token.split('.').nth(1).and_then(|payload| BASE64.decode(payload.trim_end_matches('=')).ok());
    let payload = payload.ok_or_else(|| invalid("the identity token cannot be read"))?;
    let claims: Value = serde_json::from_slice(&payload).map_err(invalid)?;
    Ok(claims[claim].as_str().map(str::to_owned))
}

fn address(return_to: &str) -> Result<RedirectUrl, ProviderError> {
    RedirectUrl::new(return_to.to_owned()).map_err(invalid)
}

/// Whether an address leads to this machine, so that nobody is in between.
fn is_on_this_machine(address: &str) -> bool {
    let host = address.strip_prefix("http://").and_then(|rest| rest.split(['/', ':']).next());
    host.is_some_and(|host| matches!(host, "127.0.0.1" | "localhost"))
}

fn away(error: impl std::fmt::Display) -> ProviderError {
    ProviderError::Away(error.to_string())
}

fn invalid(error: impl std::fmt::Display) -> ProviderError {
    ProviderError::Invalid(error.to_string())
}

impl std::fmt::Debug for Provider {
    /// Not the secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Provider").field("issuer", &self.setup.issuer).finish_non_exhaustive()
    }
}
