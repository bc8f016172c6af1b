import { useTexts } from "@jifen/look";
import { type ReactNode, useEffect, useRef } from "react";
import { Link } from "wouter";
import { texts } from "./texts.ts";

/** A page: its heading takes the focus when it is opened, so that a screen reader says where one is. */
export function Page({ title, back, children }: { title: string; back?: string; children: ReactNode }) {
  const t = useTexts(texts);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = title;
  }, [title]);
  useEffect(() => {
    if (document.body.dataset["moved"] !== undefined) heading.current?.focus();
    document.body.dataset["moved"] = "";
    window.scrollTo(0, 0);
  }, []);
  return (
    <main id="content" className="page">
      <header className="page-head">
        {back && (
          <Link href={back} className="back" aria-label={t("app.back")}>
            <span aria-hidden="true">‹</span>
          </Link>
        )}
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
      </header>
      {children}
    </main>
  );
}
