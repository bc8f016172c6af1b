import { Button, Segmented, Table, Tag, type TableProps } from "antd";
import { Answer } from "../../shared/Answer.tsx";
import { useAddress } from "../../shared/address.ts";
import type { Approval } from "../../shared/approval.ts";
import { Instant } from "../../shared/Instant.tsx";
import { useName, useSay } from "../../shared/language.tsx";
import { Page } from "../../shared/Page.tsx";
import { Pager } from "../../shared/Pager.tsx";
import { useApprovals } from "./api.ts";
import { ApprovalDrawer } from "./ApprovalDrawer.tsx";
import { Impact } from "./Impact.tsx";
import { actionWord, stateWord } from "./words.ts";

/** Changes that wait for a second person, one's own, and those that were decided. */
export default function Approvals() {
  const say = useSay();
  const name = useName();
  const [address, go] = useAddress(["show", "cursor", "open"]);
  const show = address.show || "waiting";
  const state = show === "waiting" ? "waiting" : "";
  const page = useApprovals(state, show === "mine", address.cursor);
  const columns: TableProps<Approval>["columns"] = [
    {
      title: say("申请", "Request"),
      key: "summary",
      render: (_, approval) => (
        <Button type="link" className="cell-link" onClick={() => go({ open: approval.id })}>
          {name(approval.summary)}
        </Button>
      ),
    },
    {
      title: say("类型", "Kind"),
      key: "action",
      render: (_, { action }) => actionWord(action, say),
      responsive: ["md"],
    },
    {
      title: say("影响", "Impact"),
      key: "impact",
      render: (_, { impact }) => <Impact impact={impact} />,
      responsive: ["md"],
    },
    { title: say("申请人", "Asked by"), key: "by", render: (_, { asked_by }) => asked_by.name, responsive: ["md"] },
    { title: say("时间", "When"), key: "at", render: (_, { asked_at }) => <Instant at={asked_at} relative /> },
    {
      title: say("状态", "State"),
      key: "state",
      render: (_, approval) => {
        const { text, color } = stateWord(approval.state, say);
        return <Tag color={color}>{text}</Tag>;
      },
    },
  ];
  const nothing: Record<string, string> = {
    waiting: say("没有待审批的申请。", "Nothing waits for approval."),
    mine: say("您还没有提交过申请。", "You have not asked for anything yet."),
    all: say(
      "还没有任何申请。需要同事批准的操作会出现在这里。",
      "No requests yet. What needs a colleague will stand here.",
    ),
  };
  return (
    <Page title={say("审批", "Approvals")} needs="approvals:read">
      <div className="filters">
        <Segmented
          aria-label={say("显示哪些", "Which to show")}
          value={show}
          onChange={(value) => go({ show: String(value), cursor: null })}
          options={[
            { value: "waiting", label: say("待审批", "Waiting") },
            { value: "mine", label: say("我提交的", "Mine") },
            { value: "all", label: say("全部", "All") },
          ]}
        />
      </div>
      <Answer query={page} empty={{ when: ({ data }) => data.length === 0, text: nothing[show] ?? "" }}>
        {({ data, next_cursor }) => (
          <>
            <Table rowKey="id" columns={columns} dataSource={data} pagination={false} scroll={{ x: "max-content" }} />
            <Pager cursor={address.cursor} next={next_cursor} go={(cursor) => go({ cursor })} />
          </>
        )}
      </Answer>
      <ApprovalDrawer id={address.open} close={() => go({ open: null })} />
    </Page>
  );
}
