import { createContext, use } from "react";

/** The member who is signed in. */
export interface Me {
  /** Their identifier. */
  id: string;
  /** What the session calls them; empty while only the kept wallet is known. */
  name: string;
  /** Until when the sign-in holds, where that is known. */
  until: string | null;
  /** Whether the server could not be reached. */
  offline: boolean;
  /** Ends the sign-in here and on the server. */
  signOut: () => Promise<void>;
}

export const MeContext = createContext<Me | null>(null);

/** The member who is signed in. Only for pages behind the sign-in. */
export function useMe(): Me {
  const me = use(MeContext);
  if (!me) throw new Error("a page behind the sign-in is shown without one");
  return me;
}
