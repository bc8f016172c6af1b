import { useQuery } from "@tanstack/react-query";
import { get } from "./http.ts";
import { useName, type Name } from "./language.tsx";

/** A unit of points. */
export interface Unit {
  id: string;
  name: Name;
  value?: string | null;
  spendable: boolean;
  foreign: boolean;
}

/** A tier, a channel, a source. */
export interface Named {
  id: string;
  name: Name;
}

/** The program in force. */
export interface Program {
  id: string;
  name: Name;
  version: number;
  currency: string;
  zone: string;
  categories: string[];
  channels: Named[];
  sources: Named[];
  tiers: (Named & { rank: number; earning_multiplier: string })[];
  units: Unit[];
}

/** The program in force. */
export function useProgramInForce() {
  return useQuery({ queryKey: ["program"], queryFn: () => get<Program>("/v1/program"), staleTime: 60_000 });
}

/** Names of units, tiers, sources and channels, by their identifiers. */
export function useNames() {
  const name = useName();
  const program = useProgramInForce().data;
  const among = (list: Named[] | undefined) => (id: string) => name(list?.find((item) => item.id === id)?.name) || id;
  return {
    unit: among(program?.units),
    tier: among(program?.tiers),
    source: among(program?.sources),
    channel: among(program?.channels),
  };
}
