import { dayOf } from "@jifen/look";
import { useQuery } from "@tanstack/react-query";
import { get } from "../../shared/http.ts";
import { useSession } from "../../shared/session.tsx";

/** The day it is in the program; a sandbox has a clock of its own. */
export function useToday(): string {
  const { session, can } = useSession();
  const asked = session.sandbox && can("sandbox");
  const clock = useQuery({
    queryKey: ["clock"],
    queryFn: () => get<{ now: string }>("/v1/sandbox/clock"),
    enabled: asked,
    retry: false,
  });
  return dayOf(clock.data?.now ?? new Date(), session.program.zone);
}
