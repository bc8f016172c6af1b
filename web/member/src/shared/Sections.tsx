import type { Sentence } from "./sentences.ts";

/** Parts of the rule page: headings and sentences, what must not be overlooked in bold. */
export function Sections({ sections }: { sections: { heading: string; sentences: Sentence[] }[] }) {
  return sections.map(({ heading, sentences }) => (
    <section key={heading} className="rule-section">
      <h2>{heading}</h2>
      <ul>
        {sentences.map((sentence, place) => (
          <li key={place}>
            {sentence.spans.map(({ text, bold }, at) => (bold ? <strong key={at}>{text}</strong> : text))}
          </li>
        ))}
      </ul>
    </section>
  ));
}
