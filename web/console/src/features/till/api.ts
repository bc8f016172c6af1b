import type { components } from "@jifen/api";
import type { Money } from "../../shared/format.ts";
import { get, send } from "../../shared/http.ts";
import type { Name } from "../../shared/language.tsx";
import { Problem } from "../../shared/problem.ts";

type Schemas = components["schemas"];

/** What a code is good for, and where it was used. */
export interface Voucher {
  code: string;
  state: string;
  member: string;
  expires_at: string;
  /** In which shops; any where none is named. */
  stores: string[];
  /** What it is for: a reward, or a sum off any bill. */
  good: { reward: string; name: Name } | { cash: Money };
  used?: { at: string; store: string; reference: string };
}

/** That a voucher was used. */
export interface VoucherUse {
  member: string;
  used_at: string;
  good: Voucher["good"];
}

const path = (code: string) => `/v1/vouchers/${encodeURIComponent(code)}`;
const cashPath = (code: string) => `/v1/cash-vouchers/${encodeURIComponent(code)}`;

type Told = Pick<
  Schemas["CashVoucherAtTill"],
  "code" | "state" | "member" | "expires_at" | "used_at" | "used_store" | "used_reference"
>;

function told(from: Told, stores: string[], good: Voucher["good"]): Voucher {
  const { code, state, member, expires_at, used_at, used_store, used_reference } = from;
  const used = used_at ? { used: { at: used_at, store: used_store ?? "", reference: used_reference ?? "" } } : {};
  return { code, state, member, expires_at, stores, good, ...used };
}

/** Looks at a code; nothing is used by that. A till does not know of which sort a code is: it is asked for both. */
export async function look(code: string): Promise<Voucher> {
  try {
    const found = await get<Schemas["VoucherAtTill"]>(path(code));
    return told(found, found.stores, { reward: found.reward, name: found.name });
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== "unknown") throw error;
    const found = await get<Schemas["CashVoucherAtTill"]>(cashPath(code));
    return told(found, [], { cash: found.amount });
  }
}

/** Uses a voucher; under one reference it counts once. */
export async function accept({ code, good }: Voucher, store: string, reference: string): Promise<VoucherUse> {
  const body = { store, reference };
  if (!("cash" in good)) {
    const { member, used_at } = await send<Schemas["VoucherUse"]>("POST", `${path(code)}/use`, { body });
    return { member, used_at, good };
  }
  const used = await send<Schemas["CashVoucherAtTill"]>("POST", `${cashPath(code)}/use`, { body });
  return { member: used.member, used_at: used.used_at ?? "", good };
}
