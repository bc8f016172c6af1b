import type { RuleGroupType, RuleType } from "react-querybuilder";

/**
 * Conditions as trees that can be drawn, read from CEL and written as CEL. A condition that the tree cannot hold word
 * for word stays a text: nothing anybody wrote is ever rewritten into something else.
 */

/** What kind of value a variable has. */
export type Kind = "text" | "number" | "money" | "list";

/** How a drawn comparison is called. */
export type Operator = "=" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "notIn" | "has";

/** Variables that can be drawn. The server knows more; conditions with those are texts. */
export const KINDS: Record<string, Kind> = {
  channel: "text",
  "event.source": "text",
  "line.amount": "money",
  "line.category": "text",
  "line.quantity": "number",
  "line.sku": "text",
  "local.date": "text",
  "local.day": "number",
  "local.hour": "number",
  "local.month": "number",
  "local.weekday": "number",
  "member.days": "number",
  "member.orders": "number",
  "member.spent": "money",
  "member.tags": "list",
  "order.amount": "money",
  "order.discount": "money",
  store: "text",
  "tier.id": "text",
  "tier.rank": "number",
};

/** The comparisons that make sense for a kind of value. */
export const OPERATORS: Record<Kind, Operator[]> = {
  text: ["=", "!=", "in", "notIn"],
  number: ["=", "!=", "<", "<=", ">", ">="],
  money: ["=", "!=", "<", "<=", ">", ">="],
  list: ["has"],
};

const SYMBOLS: Record<string, Operator> = { "==": "=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">=" };

type Token = { kind: "word" | "number" | "text" | "sign"; text: string };

const TOKEN =
  /\s*(?:([A-Za-z_][\w]*(?:\.[A-Za-z_]\w*)*)|(\d+)|("(?:[^"\\\n]|\\["\\])*")|(&&|\|\||[=!<>]=|[<>!()[\],]))/y;

/** The words of a condition; nothing when it uses what cannot be drawn. */
function tokens(text: string): Token[] | null {
  const found: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const match = TOKEN.exec(text);
    if (!match) return null;
    const [, word, number, quoted, sign] = match;
    if (word !== undefined) found.push({ kind: "word", text: word });
    else if (number !== undefined) found.push({ kind: "number", text: number });
    else if (quoted !== undefined) found.push({ kind: "text", text: quoted });
    else found.push({ kind: "sign", text: sign ?? "" });
  }
  return found;
}

/** Reads `or := and ("||" and)*`, `and := part ("&&" part)*`, `part := "(" or ")" | comparison`. */
class Reader {
  private at = 0;
  constructor(private readonly words: Token[]) {}

  whole(): RuleGroupType | null {
    const tree = this.or();
    if (!tree || this.at !== this.words.length) return null;
    return "rules" in tree ? tree : { combinator: "and", rules: [tree] };
  }

  private peek(text: string): boolean {
    const word = this.words[this.at];
    return word !== undefined && word.kind !== "text" && word.text === text;
  }

  private take(text: string): boolean {
    if (!this.peek(text)) return false;
    this.at += 1;
    return true;
  }

  private or(): RuleGroupType | RuleType | null {
    return this.chain("or", "||", () => this.chain("and", "&&", () => this.part()));
  }

  private chain(
    combinator: "and" | "or",
    sign: string,
    next: () => RuleGroupType | RuleType | null,
  ): RuleGroupType | RuleType | null {
    const first = next();
    if (!first) return null;
    const rules = [first];
    while (this.take(sign)) {
      const more = next();
      if (!more) return null;
      rules.push(more);
    }
    return rules.length === 1 ? first : { combinator, rules };
  }

  private part(): RuleGroupType | RuleType | null {
    if (this.take("!")) return this.negated();
    if (!this.take("(")) return this.comparison();
    const inner = this.or();
    if (!inner || !this.take(")")) return null;
    return "rules" in inner ? inner : { combinator: "and", rules: [inner] };
  }

  /** Only `!(x in [...])` can be drawn. */
  private negated(): RuleType | null {
    if (!this.take("(")) return null;
    const rule = this.comparison();
    return rule?.operator === "in" && this.take(")") ? { ...rule, operator: "notIn" } : null;
  }

  private comparison(): RuleType | null {
    const first = this.words[this.at];
    if (first?.kind === "text") return this.contained(first);
    if (first?.kind !== "word") return null;
    const kind = KINDS[first.text];
    if (!kind) return null;
    this.at += 1;
    if (this.take("in")) return kind === "text" ? this.list(first.text) : null;
    const sign = this.words[this.at];
    const operator = sign?.kind === "sign" ? SYMBOLS[sign.text] : undefined;
    const value = this.words[this.at + 1];
    if (!operator || !value || !OPERATORS[kind].includes(operator)) return null;
    if (value.kind !== (kind === "text" ? "text" : "number")) return null;
    this.at += 2;
    return { field: first.text, operator, value: constant(value) };
  }

  private contained(value: Token): RuleType | null {
    this.at += 1;
    if (!this.take("in")) return null;
    const field = this.words[this.at];
    if (field?.kind !== "word" || KINDS[field.text] !== "list") return null;
    this.at += 1;
    return { field: field.text, operator: "has", value: constant(value) };
  }

  private list(field: string): RuleType | null {
    if (!this.take("[")) return null;
    const values: unknown[] = [];
    while (!this.take("]")) {
      const value = this.words[this.at];
      if (value?.kind !== "text" || (values.length > 0 && value === undefined)) return null;
      values.push(constant(value));
      this.at += 1;
      if (!this.take(",") && !this.peek("]")) return null;
    }
    return values.length > 0 ? { field, operator: "in", value: values } : null;
  }
}

function constant(token: Token): string | number {
  if (token.kind === "number") return Number(token.text);
  return token.text.slice(1, -1).replace(/\\(["\\])/g, "$1");
}

/** Writes a tree as CEL. Comparisons that nobody finished are left out; nothing left is an empty text. */
export function write(tree: RuleGroupType): string {
  const parts: string[] = [];
  for (const rule of tree.rules) {
    if (typeof rule === "string") continue;
    if ("rules" in rule) {
      const inner = write(rule);
      if (inner) parts.push(rule.rules.length > 1 ? `(${inner})` : inner);
      continue;
    }
    const text = comparison(rule);
    if (text) parts.push(text);
  }
  return parts.join(tree.combinator === "or" ? " || " : " && ");
}

function comparison({ field, operator, value }: RuleType): string | null {
  const kind = KINDS[field];
  if (!kind) return null;
  if (operator === "in" || operator === "notIn") {
    const values = (Array.isArray(value) ? value : [value]).filter(
      (item) => item !== "" && item !== null && item !== undefined,
    );
    if (values.length === 0) return null;
    const text = `${field} in [${values.map((item) => quoted(String(item))).join(", ")}]`;
    return operator === "in" ? text : `!(${text})`;
  }
  if (value === "" || value === null || value === undefined) return null;
  if (operator === "has") return `${quoted(String(value))} in ${field}`;
  const symbol = operator === "=" ? "==" : operator;
  if (kind === "text") return `${field} ${symbol} ${quoted(String(value))}`;
  const number = Number(value);
  return Number.isSafeInteger(number) && number >= 0 ? `${field} ${symbol} ${number}` : null;
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

/** Reads a condition as a tree, or nothing when the tree would not be that very condition. */
export function read(text: string): RuleGroupType | null {
  if (text.trim() === "") return { combinator: "and", rules: [] };
  const words = tokens(text);
  const tree = words && new Reader(words).whole();
  if (!tree) return null;
  const again = tokens(write(tree));
  return again && same(words, again) ? tree : null;
}

/** Whether two texts are the same words; only redundant parentheses around the whole do not count. */
function same(one: Token[], other: Token[]): boolean {
  const spell = (words: Token[]) => words.map((word) => `${word.kind}:${word.text}`).join(" ");
  return spell(one) === spell(other);
}
