/** A piece of a sentence; what a member must not overlook is bold. */
export interface Span {
  text: string;
  bold: boolean;
}

/** A sentence of the rule page. */
export interface Sentence {
  spans: Span[];
}

/** Sentences that hold something bold: the key conditions. */
export function keyConditions(sections: { heading: string; sentences: Sentence[] }[]) {
  return sections
    .map(({ heading, sentences }) => ({
      heading,
      sentences: sentences.filter(({ spans }) => spans.some(({ bold }) => bold)),
    }))
    .filter(({ sentences }) => sentences.length > 0);
}
