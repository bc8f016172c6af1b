import { createContext, use, type ReactNode } from "react";
import type { Name } from "./language.tsx";

/** A role that somebody holds, and where. */
export interface HeldRole {
  id: string;
  name: Name;
  place: { id: string; name: Name | string } | null;
}

/** Who is signed in and what they may do. */
export interface Session {
  kind: "staff" | "member" | "client" | "sandbox";
  id: string;
  name: string;
  roles: HeldRole[];
  scopes: string[];
  csrf: string | null;
  confirmed_until: string | null;
  expires_at: string;
  must_change_password: boolean;
  program: { id: string; name: Name; currency: string; zone: string };
  sandbox: boolean;
}

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
  return { ...held, can: (scope) => held.session.scopes.includes(scope) };
}

/** The program; before anybody is signed in, what its pages assume. */
export function useProgram(): { zone: string; currency: string } {
  return use(Current)?.session.program ?? { zone: "Asia/Shanghai", currency: "CNY" };
}
