import type { components } from "@jifen/api";
import { get, send } from "../../shared/http.ts";

type Schemas = components["schemas"];

/** What a code is good for, and where it was used. */
export type Voucher = Schemas["VoucherAtTill"];

/** That a voucher was used. */
export type VoucherUse = Schemas["VoucherUse"];

function path(code: string): string {
  return `/v1/vouchers/${encodeURIComponent(code)}`;
}

/** Looks at a code; nothing is used by that. */
export function look(code: string): Promise<Voucher> {
  return get(path(code));
}

/** Uses a voucher; under one reference it counts once. */
export function accept(code: string, store: string, reference: string): Promise<VoucherUse> {
  return send("POST", `${path(code)}/use`, { body: { store, reference } });
}
