import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";

/** Filters, pages and open drawers live in the address: this reads and writes them. An empty value is left out. */
export function useAddress<K extends string>(
  names: readonly K[],
): [Record<K, string>, (to: Partial<Record<K, string | null>>) => void] {
  const [search, setSearch] = useSearchParams();
  const key = names.join(" ");
  const values = useMemo(
    () => Object.fromEntries(key.split(" ").map((name) => [name, search.get(name) ?? ""])) as Record<K, string>,
    [key, search],
  );
  const change = useCallback(
    (to: Partial<Record<K, string | null>>) =>
      setSearch((before) => {
        const next = new URLSearchParams(before);
        for (const [name, value] of Object.entries(to) as [string, string | null | undefined][]) {
          if (value) next.set(name, value);
          else next.delete(name);
        }
        return next;
      }),
    [setSearch],
  );
  return [values, change];
}
