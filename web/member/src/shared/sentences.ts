import type { components } from "@jifen/api";

/** A sentence of the rule page, in pieces: what a member must not overlook is bold. */
export type Sentence = components["schemas"]["RulePageSentence"];

/** Sentences that hold something bold: the key conditions. */
export function keyConditions(sections: { heading: string; sentences: Sentence[] }[]) {
  return sections
    .map(({ heading, sentences }) => ({
      heading,
      sentences: sentences.filter(({ spans }) => spans.some(({ bold }) => bold)),
    }))
    .filter(({ sentences }) => sentences.length > 0);
}
