import type { components } from "@jifen/api";
import { createContext, use, type ReactNode } from "react";

/** Who is signed in and what they may do. */
export type Session = components["schemas"]["Session"];

interface Held {
  session: Session;
  renew: (session: Session | null) => void;
}

const Current = createContext<Held | null>(null);

/** Gives everything below the session. */
export function SessionProvider({ session, renew, children }: Held & { children: ReactNode }) {
  return <Current value={{ session, renew }}>{children}</Current>;
}

/** The session, what it allows, and how to replace it. */
export function useSession(): Held & { can: (scope: string) => boolean } {
  const held = use(Current);
  if (!held) throw new Error("useSession outside of SessionProvider");
  return { ...held, can: (scope) => held.session.scopes.some((granted) => granted === scope) };
}

/** The program; before anybody is signed in, what its pages assume. */
export function useProgram(): { zone: string; currency: string } {
  return use(Current)?.session.program ?? { zone: "Asia/Shanghai", currency: "CNY" };
}
