import { useTexts } from "@jifen/look";
import { useState } from "react";
import { Sheet } from "../../shared/Sheet.tsx";
import { Sections } from "../../shared/Sections.tsx";
import type { Sentence } from "../../shared/sentences.ts";
import { texts } from "./texts.ts";

const KEY = "jifen.rules-read";

/** Whether the key conditions of a version were read on this device. */
export function hasRead(version: number): boolean {
  try {
    return Number(localStorage.getItem(KEY) ?? 0) >= version;
  } catch {
    return false;
  }
}

function markRead(version: number): void {
  try {
    localStorage.setItem(KEY, String(version));
  } catch {
    // It will be shown again; better twice than never.
  }
}

interface KeyConditionsProps {
  sections: { heading: string; sentences: Sentence[] }[];
  version: number;
  onClose: () => void;
}

/** What a member should know before anything else, shown by itself the first time and on demand later. */
export function KeyConditions({ sections, version, onClose }: KeyConditionsProps) {
  const t = useTexts(texts);
  const [open, setOpen] = useState(true);
  const close = () => {
    markRead(version);
    setOpen(false);
    onClose();
  };
  if (!open) return null;
  return (
    <Sheet title={t("key")} onClose={close}>
      <Sections sections={sections} />
      <form method="dialog">
        <button type="submit" className="button">
          {t("key.read")}
        </button>
      </form>
    </Sheet>
  );
}
