import { useTexts } from "@jifen/look";
import { texts } from "./texts.ts";

/** The place of what is being loaded. */
export function Loading({ lines = 4 }: { lines?: number }) {
  const t = useTexts(texts);
  return (
    <div className="loading" role="status" aria-label={t("app.loading")}>
      {Array.from({ length: lines }, (_, line) => (
        <div key={line} className="bone" />
      ))}
    </div>
  );
}
