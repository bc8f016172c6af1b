/** As much of JSON Schema as the schema of a rule book uses. */
export interface Schema {
  $ref?: string;
  $defs?: Record<string, Schema>;
  type?: string;
  description?: string;
  enum?: unknown[];
  properties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  items?: Schema;
}

/** Something that may be written in a file. */
export interface Key {
  /** Its way from the top, such as `vouchers.fee`; `[]` are items of a list, `*` any name. */
  path: string;
  type: string;
  about: string;
}

/** Steps into a file that are followed: the schema may describe itself. */
const DEEP = 4;

/** Everything that may be written in a file. */
export function keysOf(schema: Schema, file: string): Key[] {
  const found: Key[] = [];
  walk(schema, schema.properties?.[file] ?? {}, "", 0, found);
  return found;
}

function walk(root: Schema, from: Schema, path: string, depth: number, into: Key[]): void {
  const node = resolved(root, from);
  if (path) into.push({ path, type: typeOf(node), about: from.description ?? node.description ?? "" });
  if (depth >= DEEP) return;
  const below = (name: string) => (path ? `${path}.${name}` : name);
  for (const [name, child] of Object.entries(node.properties ?? {})) walk(root, child, below(name), depth + 1, into);
  if (typeof node.additionalProperties === "object") walk(root, node.additionalProperties, below("*"), depth + 1, into);
  if (node.items && hasKeys(root, node.items)) walk(root, node.items, `${path}[]`, depth + 1, into);
}

function hasKeys(root: Schema, node: Schema): boolean {
  return resolved(root, node).properties !== undefined;
}

function resolved(root: Schema, node: Schema): Schema {
  const name = node.$ref?.split("/").pop();
  return (name && root.$defs?.[name]) || node;
}

function typeOf(node: Schema): string {
  if (node.enum) return node.enum.map(String).join(" | ");
  return node.type ?? "";
}
