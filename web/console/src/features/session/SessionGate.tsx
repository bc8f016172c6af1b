import { useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useCallback, useEffect, type ReactNode } from "react";
import { useLocation } from "react-router";
import { get, keepCsrf, openDoors } from "../../shared/http.ts";
import { useSay } from "../../shared/language.tsx";
import { asProblem } from "../../shared/problem.ts";
import { ProblemLater } from "../../shared/ProblemLater.tsx";
import { SessionProvider, type Session } from "../../shared/session.tsx";

// Who is signed in already needs no forms, and waits for none.
const ResetPassword = lazy(() => import("./ResetPassword.tsx"));
const SignIn = lazy(() => import("./SignIn.tsx"));

async function current(): Promise<Session | null> {
  try {
    const session = await get<Session>("/v1/session");
    keepCsrf(session.csrf ?? null);
    return session;
  } catch (error) {
    if (asProblem(error).status === 401) return null;
    throw error;
  }
}

/** Lets in who is signed in; everyone else signs in first and then finds the page they came for. */
export function SessionGate({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const { pathname } = useLocation();
  const session = useQuery({ queryKey: ["session"], queryFn: current, staleTime: Infinity });
  const renew = useCallback(
    (next: Session | null) => {
      keepCsrf(next?.csrf ?? null);
      client.setQueryData(["session"], next);
      if (!next) client.removeQueries({ predicate: (query) => query.queryKey[0] !== "session" });
    },
    [client],
  );
  useEffect(() => openDoors({ signedOut: () => renew(null) }), [renew]);

  const reset = /^\/reset\/([^/]+)$/.exec(pathname);
  if (reset?.[1]) {
    return (
      <Suspense fallback={<Waiting />}>
        <ResetPassword token={reset[1]} />
      </Suspense>
    );
  }
  if (session.isPending) return <Waiting />;
  if (session.isError) {
    return (
      <div className="sign-in">
        <ProblemLater problem={asProblem(session.error)} retry={() => void session.refetch()} />
      </div>
    );
  }
  if (!session.data || session.data.kind === "member" || session.data.must_change_password) {
    return (
      <Suspense fallback={<Waiting />}>
        <SignIn held={session.data ?? null} renew={renew} />
      </Suspense>
    );
  }
  return (
    <SessionProvider session={session.data} renew={renew}>
      {children}
    </SessionProvider>
  );
}

function Waiting() {
  const say = useSay();
  return (
    <div className="sign-in quiet" role="status" aria-busy="true">
      {say("正在加载", "Loading")}
    </div>
  );
}
