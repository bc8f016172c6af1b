import { useTexts } from "@jifen/look";
import { type ReactNode, useEffect, useId, useRef } from "react";
import { texts } from "./texts.ts";

/**
 * A sheet over the page, from below where the thumb is. The browser's own dialog: it keeps the focus, closes by Escape
 * and gives the focus back.
 */
export function Sheet({ title, onClose, children }: { title: string; onClose: () => void; children: ReactNode }) {
  const t = useTexts(texts);
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const shown = dialog.current;
    if (shown && !shown.open) shown.showModal();
    return () => shown?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className="sheet"
      aria-labelledby={id}
      onClose={(event) => {
        // An event of an earlier showing may come late.
        if (!event.currentTarget.open) onClose();
      }}
      onClick={(event) => {
        // The ground behind the sheet belongs to the dialog, its content does not.
        if (event.target === event.currentTarget) event.currentTarget.close();
      }}
    >
      <div className="sheet-body">
        <header>
          <h2 id={id}>{title}</h2>
          <button type="button" className="link" onClick={() => dialog.current?.close()}>
            {t("app.close")}
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
