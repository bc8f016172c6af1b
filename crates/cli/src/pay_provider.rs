//! `jifen pay-provider`: a stand-in for a payment provider, for demos.

use std::net::{SocketAddr, TcpListener};

use clap::Args;
use jifen_cashier::Cashier;
use jifen_connect::Secrets;

use crate::failure::{self, Failure, Result};
use crate::terminal;

/// Serves a stand-in for a payment provider, which takes no money
#[derive(Args, Debug)]
#[command(after_long_help = "\
Its page lists the payments it knows, with a page for each where one pays, and has switches: call-backs come late, come
again, tell of another amount, carry a wrong signature or do not come, or nothing is answered at all. It keeps everything
in memory.

Examples:
  jifen pay-provider --secret 'a secret for the demo'
  jifen serve --data data --sandbox --pay-url http://127.0.0.1:8090 --pay-secret 'a secret for the demo'

Exit codes: 0 stopped as asked, 1 it cannot start or failed, 2 wrong use.")]
pub(crate) struct PayProviderCommand {
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8090")]
    listen: SocketAddr,
    /// The secret that calls and call-backs are signed with
    #[arg(long, env = "JIFEN_PAY_SECRET", value_name = "SECRET", hide_env_values = true)]
    secret: String,
}

impl PayProviderCommand {
    pub(crate) fn run(&self) -> Result {
        let secrets = Secrets::read(&self.secret).map_err(|error| Failure::usage(format!("--secret: {error}")))?;
        let listener = TcpListener::bind(self.listen)
            .map_err(|error| Failure::new(format!("listening on {} is not possible: {error}", self.listen)))?;
        let address = listener.local_addr().map_err(failure::io("asking for the address"))?;
        let cashier = Cashier::new(&format!("http://{address}"), secrets);
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
        let runtime = runtime.map_err(failure::io("starting the runtime"))?;
        terminal::line(format!("listening: http://{address}"));
        let served = runtime.block_on(async {
            tokio::select! {
                served = jifen_cashier::serve(listener, cashier) => served,
                stopped = tokio::signal::ctrl_c() => stopped,
            }
        });
        served.map_err(failure::io("serving"))
    }
}
