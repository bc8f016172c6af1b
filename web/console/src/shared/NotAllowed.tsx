import { Result } from "antd";
import { useSay } from "./language.tsx";
import { WhoCan } from "./WhoCan.tsx";

/** Instead of a page that the reader's role does not include: who may see it. A piece of its own: few ever need it. */
export default function NotAllowed({ needs }: { needs: string }) {
  const say = useSay();
  return (
    <Result
      status="403"
      title={say("您的角色不能查看此页", "Your role does not include this page")}
      subTitle={<WhoCan scope={needs} />}
    />
  );
}
