import { Alert, Button, Descriptions, Drawer, Input, Space, Tag } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { Answer } from "../../shared/Answer.tsx";
import type { Approval } from "../../shared/approval.ts";
import { Facts } from "../../shared/Facts.tsx";
import { Instant } from "../../shared/Instant.tsx";
import { useName, useSay } from "../../shared/language.tsx";
import { ProblemView } from "../../shared/ProblemView.tsx";
import { useSession } from "../../shared/session.tsx";
import { useChange } from "../../shared/useChange.tsx";
import { decide, useApproval, type Verb } from "./api.ts";
import { Impact } from "./Impact.tsx";
import { actionWord, becauseText, stateWord, whyNot } from "./words.ts";

/** A request with everything that deciding it takes. */
export function ApprovalDrawer({ id, close }: { id: string; close: () => void }) {
  const say = useSay();
  const approval = useApproval(id);
  return (
    <Drawer open={id !== ""} onClose={close} size={560} title={say("申请详情", "Request")} destroyOnHidden>
      {id && <Answer query={approval}>{(found) => <Details approval={found} close={close} />}</Answer>}
    </Drawer>
  );
}

function Details({ approval, close }: { approval: Approval; close: () => void }) {
  const say = useSay();
  const name = useName();
  const { text, color } = stateWord(approval.state, say);
  return (
    <Space orientation="vertical" size={16} style={{ width: "100%" }}>
      <strong>{name(approval.summary)}</strong>
      <Descriptions
        column={1}
        size="small"
        bordered
        items={[
          { key: "state", label: say("状态", "State"), children: <Tag color={color}>{text}</Tag> },
          { key: "action", label: say("类型", "Kind"), children: actionWord(approval.action, say) },
          { key: "object", label: say("对象", "Object"), children: <ObjectLink object={approval.object} /> },
          { key: "impact", label: say("影响", "Impact"), children: <Impact impact={approval.impact} /> },
          ...(approval.because.length > 0
            ? [
                {
                  key: "because",
                  label: say("为何要审批", "Why it waits"),
                  children: approval.because.map((item) => <div key={item.rule}>{becauseText(item, say)}</div>),
                },
              ]
            : []),
          { key: "reason", label: say("原因", "Reason"), children: approval.reason ?? "" },
          {
            key: "asked",
            label: say("申请", "Asked"),
            children: (
              <>
                {approval.asked_by.name} · <Instant at={approval.asked_at} />
              </>
            ),
          },
          ...(approval.expires_at
            ? [{ key: "until", label: say("有效至", "Open until"), children: <Instant at={approval.expires_at} /> }]
            : []),
          ...(approval.decided_by && approval.decided_at
            ? [
                {
                  key: "decided",
                  label: say("处理", "Decided"),
                  children: (
                    <>
                      {approval.decided_by.name} · <Instant at={approval.decided_at} />
                      {approval.note && <div>{approval.note}</div>}
                    </>
                  ),
                },
              ]
            : []),
        ]}
      />
      {approval.failure && (
        <Alert type="error" title={name(approval.failure.detail)} description={approval.failure.code} />
      )}
      <Facts title={say("申请内容", "What was asked for")} facts={approval.details} />
      {approval.state === "waiting" && <Decision approval={approval} close={close} />}
    </Space>
  );
}

function ObjectLink({ object }: { object: Approval["object"] }) {
  if (object.kind === "member") return <Link to={`/members/${encodeURIComponent(object.id)}`}>{object.id}</Link>;
  if (object.kind === "draft") return <Link to={`/program/drafts/${encodeURIComponent(object.id)}`}>{object.id}</Link>;
  return (
    <>
      {object.kind} {object.id}
    </>
  );
}

function Decision({ approval, close }: { approval: Approval; close: () => void }) {
  const say = useSay();
  const { session } = useSession();
  const [note, setNote] = useState("");
  const [missing, setMissing] = useState(false);
  const done: Record<Verb, string> = {
    approve: say("已批准并执行", "Approved and done"),
    decline: say("已拒绝", "Declined"),
    withdraw: say("已撤回", "Withdrawn"),
  };
  const [verb, setVerb] = useState<Verb>("approve");
  const { run, busy, problem } = useChange<Verb, Approval>({
    act: async (chosen) => ({ done: true, value: await decide(approval.id, chosen, note.trim()) }),
    stale: [["approvals"], ["members"], ["program"], ["drafts"]],
    done: done[verb],
    then: close,
  });
  const act = (chosen: Verb) => {
    if (chosen === "decline" && !note.trim()) {
      setMissing(true);
      return;
    }
    setVerb(chosen);
    run(chosen);
  };
  const own = approval.asked_by.id === session.id;
  return (
    <Space orientation="vertical" style={{ width: "100%" }}>
      {!approval.may_decide && <Alert type="info" title={whyNot(approval.why_not, say)} />}
      {approval.may_decide && (
        <>
          <label htmlFor="decision-note">{say("说明（拒绝时必填）", "Note (required to decline)")}</label>
          <Input.TextArea
            id="decision-note"
            value={note}
            status={missing && !note.trim() ? "error" : ""}
            onChange={(event) => setNote(event.target.value)}
            rows={2}
            maxLength={500}
          />
          {missing && !note.trim() && (
            <span className="stop" role="alert">
              {say("请写明拒绝的原因。", "Please say why you decline.")}
            </span>
          )}
          <Space>
            <Button type="primary" loading={busy} onClick={() => act("approve")}>
              {say("批准", "Approve")}
            </Button>
            <Button danger disabled={busy} onClick={() => act("decline")}>
              {say("拒绝", "Decline")}
            </Button>
          </Space>
        </>
      )}
      {own && (
        <Button disabled={busy} onClick={() => act("withdraw")}>
          {say("撤回申请", "Withdraw the request")}
        </Button>
      )}
      {problem && <ProblemView problem={problem} />}
    </Space>
  );
}
