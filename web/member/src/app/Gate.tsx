import { ApiProblem, Unreachable, data } from "@jifen/api";
import { useTexts } from "@jifen/look";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useMemo } from "react";
import { api, queries } from "../shared/api.ts";
import { Failed } from "../shared/Failed.tsx";
import { forgetKept, kept } from "../shared/kept.ts";
import { Loading } from "../shared/Loading.tsx";
import { type Me, MeContext } from "../shared/me.ts";
import { Page } from "../shared/Page.tsx";
import { texts } from "../shared/texts.ts";
import { type Session, forget, isFresh, remember, useGeneration } from "../shared/session.ts";
import { Pages } from "./Pages.tsx";

const SignIn = lazy(() => import("../features/sign-in/SignIn.tsx").then(({ SignIn }) => ({ default: SignIn })));

async function whoIsHere(): Promise<Session> {
  const session = await data(api.GET("/v1/session"));
  remember(session);
  const last = kept();
  if (last && (session.kind !== "member" || last.member.id !== session.id)) forgetKept();
  return session;
}

async function signOut(): Promise<void> {
  // Whatever the server says, this device forgets.
  await data(api.POST("/v1/sign-out")).catch(() => undefined);
  forgetKept();
  queries.clear();
  forget();
}

/** Shows the app to a member, and the way in to everybody else. */
export function Gate() {
  const t = useTexts(texts);
  const generation = useGeneration();
  const session = useQuery({ queryKey: ["session", generation], queryFn: whoIsHere, staleTime: 60_000 });
  // What this device kept is shown while the server is asked, unless somebody has just come in by a token.
  const last = useMemo(() => (isFresh() ? undefined : kept()), [generation]); // eslint-disable-line react-hooks/exhaustive-deps
  const offline = session.error instanceof Unreachable;
  const ended = session.error !== null && isSignedOut(session.error);
  if (session.data?.kind === "member" && !ended) {
    const { id, name, expires_at } = session.data;
    return <Inside me={{ id, name, until: expires_at ?? null, offline: false, signOut }} />;
  }
  if (last && (session.isPending || offline)) {
    return <Inside me={{ id: last.member.id, name: "", until: null, offline, signOut }} />;
  }
  if (session.isPending) return <Loading />;
  if (session.error && !ended) {
    return (
      <Page title={t("nav.wallet")}>
        <Failed error={session.error} retry={() => void session.refetch()} />
      </Page>
    );
  }
  forgetKept();
  return (
    <Suspense fallback={<Loading />}>
      <SignIn stranger={session.data?.kind ?? null} onSignedIn={() => forget()} />
    </Suspense>
  );
}

function Inside({ me }: { me: Me }) {
  return (
    <MeContext value={me}>
      <Pages />
    </MeContext>
  );
}

function isSignedOut(error: Error): boolean {
  return error instanceof ApiProblem && (error.status === 401 || error.status === 403);
}
