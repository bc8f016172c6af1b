import { useTexts } from "@jifen/look";
import { useState } from "react";
import { texts } from "./texts.ts";

/** Copies a text, and says that it did. */
export function Copy({ text, label }: { text: string; label: string }) {
  const t = useTexts(texts);
  const [copied, setCopied] = useState(false);
  const copy = () => void navigator.clipboard.writeText(text).then(() => setCopied(true));
  return (
    <button type="button" className="button plain" onClick={copy}>
      <span role="status">{copied ? t("failed.copied") : label}</span>
    </button>
  );
}
