import type { NewReward, RewardDetail } from "./api.ts";

/** A name in both languages, as it is typed. */
interface Typed {
  zh: string;
  en: string;
}

/** What a reward is made of and under which terms it comes, as the form holds it. */
export interface MakeupFields {
  images: (Typed & { url: string })[];
  brand?: string | null;
  sharing?: Partial<Typed>;
  parts: (Typed & { kind: NewReward["kind"]; pieces: number })[];
  choices: (Typed & { id: string; options: (Typed & { id: string })[] })[];
  unlock?: Partial<Typed> & { when?: string };
  booking?: { least?: number | null; most?: number | null };
  supplier?: Partial<Typed> & { days?: number | null; percent?: number | null };
  last: boolean;
  same_day_until?: number | null;
  weight?: number | null;
  per_second?: number | null;
}

/** What a new reward's form begins with. */
export function blankMakeup(): MakeupFields {
  return { images: [], parts: [], choices: [], last: false };
}

/** The form of a reward that is there. */
export function filledMakeup(reward: RewardDetail): MakeupFields {
  const { sharing, unlock, supplier, booking } = reward;
  return {
    images: reward.images.map(({ url, alt }) => ({ url, ...alt })),
    brand: reward.brand ?? null,
    ...(sharing ? { sharing } : {}),
    parts: reward.parts.map(({ kind, name, pieces }) => ({ kind, pieces, ...name })),
    choices: reward.choices.map(({ id, name, options }) => ({
      id,
      ...name,
      options: options.map((option) => ({ id: option.id, ...option.name })),
    })),
    ...(unlock ? { unlock: { when: unlock.when, ...unlock.terms } } : {}),
    ...(booking ? { booking } : {}),
    ...(supplier
      ? { supplier: { ...supplier.name, days: supplier.return_days, percent: supplier.return_percent } }
      : {}),
    last: reward.last,
    same_day_until: reward.same_day_until ?? null,
    weight: reward.weight,
    per_second: reward.per_second ?? null,
  };
}

const name = ({ zh = "", en = "" }: Partial<Typed>) => ({ zh: zh.trim(), en: en.trim() });
const said = (typed: Partial<Typed> | undefined) => Boolean(typed?.zh?.trim() || typed?.en?.trim());

/** What is to be sent; nothing of it where nothing was typed. */
export function writtenMakeup(fields: MakeupFields): Record<string, unknown> {
  const { images, parts, choices, unlock, booking, supplier } = fields;
  return {
    images: images.map(({ url, ...alt }) => ({ url: url.trim(), alt: name(alt) })),
    brand: fields.brand?.trim() || null,
    sharing: said(fields.sharing) ? name(fields.sharing ?? {}) : null,
    parts: parts.map(({ kind, pieces, ...typed }) => ({ kind, pieces, name: name(typed) })),
    choices: choices.map(({ id, options, ...typed }) => ({
      id: id.trim(),
      name: name(typed),
      options: options.map(({ id, ...typed }) => ({ id: id.trim(), name: name(typed) })),
    })),
    unlock: unlock?.when?.trim() ? { when: unlock.when.trim(), terms: name(unlock) } : null,
    booking: booking?.most == null ? null : { least: booking.least ?? 0, most: booking.most },
    supplier: said(supplier)
      ? { name: name(supplier ?? {}), return_days: supplier?.days ?? 0, return_percent: supplier?.percent ?? 0 }
      : null,
    last: fields.last,
    same_day_until: fields.same_day_until ?? null,
    weight: fields.weight ?? 0,
    per_second: fields.per_second ?? null,
  };
}
