import { lazy, Suspense, useEffect, type ReactNode } from "react";
import { useSay } from "./language.tsx";
import { useSession } from "./session.tsx";

const NotAllowed = lazy(() => import("./NotAllowed.tsx"));

interface Props {
  title: string;
  /** Buttons beside the title. */
  actions?: ReactNode;
  /** The right that seeing it takes. */
  needs?: string;
  children: ReactNode;
}

/** A page: its title (also the window's), its actions, and its content for those who may see it. */
export function Page({ title, actions, needs, children }: Props) {
  const say = useSay();
  const { can } = useSession();
  useEffect(() => {
    document.title = `${title} · ${say("积分", "Jifen")}`;
  }, [title, say]);
  return (
    <section className="page" aria-labelledby="page-title">
      <header className="page-head">
        <h1 id="page-title">{title}</h1>
        {actions && <div className="page-actions">{actions}</div>}
      </header>
      {needs && !can(needs) ? (
        <Suspense fallback={null}>
          <NotAllowed needs={needs} />
        </Suspense>
      ) : (
        children
      )}
    </section>
  );
}
