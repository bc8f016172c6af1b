/** A field at fault. */
export interface FieldError {
  pointer: string;
  code: string;
  detail: string;
}

/** What the server says when something did not work (RFC 9457), or what the network says before it. */
export class Problem extends Error {
  readonly status: number;
  /** The last part of the problem's type, such as `cap-reached`. */
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  /** The id of the request, to be given to support. */
  readonly request: string | null;
  readonly fields: FieldError[];
  /** Everything else the server said: which limit, how much is there. */
  readonly facts: Record<string, unknown>;
  /** Seconds after which trying again makes sense. */
  readonly retryAfter: number | null;

  constructor(status: number, body: Record<string, unknown>, retryAfter: number | null = null) {
    const { type, title, detail, instance, errors, ...facts } = body;
    super(typeof title === "string" ? title : `HTTP ${status}`);
    this.name = "Problem";
    this.status = status;
    this.code = typeof type === "string" ? (type.split("/").pop() ?? "unknown") : "unknown";
    this.title = this.message;
    this.detail = typeof detail === "string" ? detail : "";
    this.request = typeof instance === "string" ? instance : null;
    this.fields = Array.isArray(errors) ? (errors as FieldError[]) : [];
    this.facts = facts;
    this.retryAfter = retryAfter;
  }

  /** The browser could not reach the server; nothing is known about what the request did. */
  static unreachable(): Problem {
    return new Problem(0, { type: "unreachable", title: "unreachable" });
  }

  /** The person gave up at the question for a code. */
  static notConfirmed(): Problem {
    return new Problem(403, { type: "not-confirmed", title: "not confirmed" });
  }
}

/** Whatever was thrown, as a problem. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const detail = error instanceof Error ? error.message : String(error);
  return new Problem(0, { type: "unexpected", title: "unexpected", detail });
}
