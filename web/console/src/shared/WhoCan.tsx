import { useQuery } from "@tanstack/react-query";
import { get } from "./http.ts";
import { useName, useSay, type Name } from "./language.tsx";

/** A role and what it allows. */
export interface Role {
  id: string;
  name: Name;
  about: Name;
  scopes: { id: string; about: Name }[];
}

/** The roles of this installation. */
export function useRoles() {
  return useQuery({
    queryKey: ["roles"],
    queryFn: () => get<{ data: Role[] }>("/v1/roles"),
    staleTime: 300_000,
    retry: false,
  });
}

/** Which roles may do what the reader may not. */
export function WhoCan({ scope }: { scope: string }) {
  const say = useSay();
  const name = useName();
  const able = useRoles().data?.data.filter((role) => role.scopes.some((granted) => granted.id === scope)) ?? [];
  if (able.length === 0) return <span>{say(`需要权限 ${scope}。`, `This needs the right ${scope}.`)}</span>;
  const list = able.map((role) => name(role.name)).join(say("、", ", "));
  return <span>{say(`可以操作的角色：${list}。`, `Roles that may: ${list}.`)}</span>;
}
