import { Typography } from "antd";
import { useEffect, type ReactNode } from "react";
import { useSay } from "./language.tsx";
import { useSession } from "./session.tsx";
import { WhoCan } from "./WhoCan.tsx";
import { Result } from "antd";

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
        <Typography.Title level={1} id="page-title">
          {title}
        </Typography.Title>
        {actions && <div className="page-actions">{actions}</div>}
      </header>
      {needs && !can(needs) ? (
        <Result
          status="403"
          title={say("您的角色不能查看此页", "Your role does not include this page")}
          subTitle={<WhoCan scope={needs} />}
        />
      ) : (
        children
      )}
    </section>
  );
}
