import { useSay } from "./language.tsx";

/** Plain facts of any shape as a table, nested ones as indented text. Nothing in them is read as markup. */
export function Facts({ title, facts }: { title: string; facts: Record<string, unknown> | null }) {
  const entries = Object.entries(facts ?? {}).filter(([, value]) => value !== null && value !== undefined);
  if (entries.length === 0) return null;
  return (
    <div className="scroll-x" role="group" aria-label={title} tabIndex={0}>
      <table className="plain">
        <caption className="sr">{title}</caption>
        <tbody>
          {entries.map(([name, value]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>
                <FactValue value={value} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A value as text. */
export function FactValue({ value }: { value: unknown }) {
  const say = useSay();
  if (value === null || value === undefined) return <span className="quiet">{say("无", "none")}</span>;
  if (typeof value === "boolean") return <>{value ? say("是", "yes") : say("否", "no")}</>;
  if (typeof value === "object") return <pre className="fact">{JSON.stringify(value, null, 2)}</pre>;
  return <>{String(value)}</>;
}

/** What differs between two records, field by field. */
export function differences(
  before: Record<string, unknown> | null,
  after: Record<string, unknown> | null,
): { field: string; before: unknown; after: unknown }[] {
  const fields = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])].sort();
  return fields
    .map((field) => ({ field, before: before?.[field], after: after?.[field] }))
    .filter((row) => JSON.stringify(row.before) !== JSON.stringify(row.after));
}
