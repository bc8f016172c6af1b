import { Unreachable } from "@jifen/api";
import { Link } from "wouter";
import { useEntries } from "./entries/data.ts";
import { EntryRow } from "./entries/EntryRow.tsx";
import { Failed } from "./Failed.tsx";
import { Loading } from "./Loading.tsx";
import { useProgram } from "./program.ts";

const SHOWN = 5;

interface RecentProps {
  title: string;
  all: string;
  none: string;
  hint: string;
}

/** The latest changes, few of them. */
export function Recent({ title, all, none, hint }: RecentProps) {
  const { data, error, refetch } = useEntries(SHOWN);
  const program = useProgram().data;
  // Offline the wallet above says so already; what is not kept is not shown.
  if (error instanceof Unreachable && !data) return null;
  const entries = data?.pages[0]?.data ?? [];
  return (
    <section>
      <h2>{title}</h2>
      {!data && !error && <Loading lines={3} />}
      {error && !data && <Failed error={error} retry={() => void refetch()} />}
      {data && program && entries.length === 0 && (
        <p>
          {none} <Link href="/guide">{hint}</Link>
        </p>
      )}
      {program && entries.length > 0 && (
        <>
          <ul className="rows">
            {entries.map((entry) => (
              <EntryRow key={entry.number} entry={entry} program={program} />
            ))}
          </ul>
          <Link href="/history" className="button plain">
            {all}
          </Link>
        </>
      )}
    </section>
  );
}
